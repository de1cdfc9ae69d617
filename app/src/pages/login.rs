//! `/login`: e-mail and password, or a provider.

use leptos::prelude::*;

use crate::components::card::Card;
use crate::components::field::{Field, Kind};
use crate::components::form::{Hidden, PostForm, ReturnTo, Submit};
use crate::components::markup::IntoMarkup as _;
use crate::components::message::KeptMessage; // slim: trainer
use crate::components::message::{ErrorSummary, NoticeMessage, SignedOutMessage};
use crate::components::providers::{ProviderLinks, local_href};
use model::{self, DemoOffer};

#[component]
pub(crate) fn LoginPage(page: model::LoginPage) -> impl IntoView {
    let kept = page.kept; // slim: trainer
    let model::LoginPage { form, notice, reason, return_to, providers, demo, .. } = page;
    let summary = form.clone();
    let register = local_href("/register", return_to.as_deref());
    let after_login = return_to.clone();
    let demo = demo.map(|offer| view! { <Demo offer=offer return_to=return_to.clone() /> });
    view! {
        <h1>"Welcome back"</h1>
        <SignedOutMessage reason=reason />
        <KeptMessage kept=kept /> // slim: trainer
        <NoticeMessage notice=notice />
        <ErrorSummary form=summary />
        <PostForm action="/api/auth/login" state=form>
            <ReturnTo path=after_login />
            <Field kind=Kind::Email name="email" label="Email" autocomplete="username" />
            <Field kind=Kind::Password name="password" label="Password" autocomplete="current-password" />
            <Submit label="Log in" />
        </PostForm>
        <ProviderLinks providers=providers return_to=return_to below_form=true />
        <p class="muted">"New here? " <a href=register>"Create an account"</a> "."</p>
        {demo}
    }
}

/// For people who only want to look around.
#[component]
fn Demo(offer: DemoOffer, return_to: Option<String>) -> impl IntoView {
    let content = match offer {
        DemoOffer::Login { email, password } => {
            view! { <p>"There is a demo login: " <code>{email}</code> " with " <code>{password}</code></p> }
                .into_markup()
        }
        DemoOffer::OwnAccount { click } => view! {
            // slim: trainer
            <p>"Get an account of your own, with a few weeks of workouts in it. It is removed after 24 hours."</p>
            // slim: instead
            // <p>"Get an account of your own. It is removed after 24 hours."</p>
            // slim: end
            <PostForm action="/api/auth/demo">
                <Hidden name="click" value=click />
                <ReturnTo path=return_to />
                <button class="full">"Use a demo account"</button>
            </PostForm>
        }
        .into_markup(),
    };
    view! { <Card id="demo" title="Just looking?">{content}</Card> }
}
