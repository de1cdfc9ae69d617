//! Address and password of an account of a public demonstration.

use leptos::prelude::*;

use crate::components::card::{Card, Fact};
use crate::components::markup::IntoMarkup as _;
use crate::components::time::Moment;

#[component]
pub(super) fn DemoLogin(login: model::DemoLogin) -> impl IntoView {
    let model::DemoLogin { email, password, ends_at, return_to } = login;
    let password = match password {
        Some(password) => view! { <code>{password}</code> }.into_markup(),
        None => view! { "no longer known here" }.into_markup(),
    };
    let (href, label) = match return_to {
        Some(path) => (path, "Continue"),
        // slim: trainer
        None => ("/history".to_owned(), "See your workouts"),
        // slim: instead
        // None => ("/preferences".to_owned(), "Make it yours"),
        // slim: end
    };
    view! {
        <Card id="demo-login" title="Your demo login" class="card credentials">
            <p>
                "Nobody else uses this account. It will be removed, with everything in it, on "
                <Moment at=ends_at />
                ". To log in to it from another browser as well, use:"
            </p>
            <dl class="facts">
                <Fact name="Email"><code>{email}</code></Fact>
                <Fact name="Password">{password}</Fact>
            </dl>
            <p class="row"><a class="button" href=href>{label}</a></p>
        </Card>
    }
}
