//! `/account/confirm`: a fresh login before a sensitive change.

use leptos::prelude::*;

use crate::components::field::{Field, Kind};
use crate::components::form::{PostForm, ReturnTo, Submit, WhosePassword};
use crate::components::message::ErrorSummary;
use crate::components::providers::ProviderLinks;

#[component]
pub(crate) fn ConfirmPage(page: model::ConfirmPage) -> impl IntoView {
    let model::ConfirmPage { email, form, return_to, has_password, providers } = page;
    let summary = form.clone();
    let return_to = Some(return_to);
    let after_login = return_to.clone();
    let by_password = has_password.then(|| {
        view! {
            <PostForm action="/api/account/confirm" state=form>
                <ReturnTo path=after_login />
                <WhosePassword email=email />
                <Field
                    kind=Kind::Password
                    name="current_password"
                    label="Current password"
                    autocomplete="current-password"
                />
                <Submit label="Confirm" />
            </PostForm>
        }
    });
    view! {
        <h1>"Confirm that it is you"</h1>
        <p class="lead">"You logged in a while ago. Please log in again before an important change."</p>
        <ErrorSummary form=summary />
        {by_password}
        <ProviderLinks providers=providers return_to=return_to fresh=true below_form=has_password />
        <p class="muted"><a href="/account">"Cancel"</a></p>
    }
}
