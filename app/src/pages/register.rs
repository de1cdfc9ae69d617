//! `/register`: create an account.

use leptos::prelude::*;

use crate::components::field::{Field, Kind};
use crate::components::form::{PostForm, ReturnTo, Submit};
use crate::components::message::{ErrorSummary, NoticeMessage};
use crate::components::providers::ProviderLinks;

#[component]
pub(crate) fn RegisterPage(page: model::RegisterPage) -> impl IntoView {
    let model::RegisterPage { form, notice, return_to, providers } = page;
    let summary = form.clone();
    let after_login = return_to.clone();
    view! {
        <h1>"Keep track of your progress"</h1>
        <p class="lead">"With an account, your results and preferences follow you to every device."</p>
        <NoticeMessage notice=notice />
        <ErrorSummary form=summary />
        <PostForm action="/api/auth/register" state=form>
            <ReturnTo path=after_login />
            <Field name="display_name" label="Name" autocomplete="name" hint="What we should call you." />
            <Field kind=Kind::Email name="email" label="Email" autocomplete="username" />
            <Field
                kind=Kind::Password
                name="password"
                label="Password"
                autocomplete="new-password"
                hint="At least 8 characters; a few words in a row are easy to remember."
            />
            <Submit label="Create account" />
        </PostForm>
        <ProviderLinks providers=providers return_to=return_to below_form=true />
        <p class="muted">"Already have an account? " <a href="/login">"Go to the login page"</a> "."</p>
    }
}
