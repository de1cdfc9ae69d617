//! `/login`: e-mail and password, or a provider.

use leptos::prelude::*;

use crate::components::field::{Field, Kind};
use crate::components::form::{PostForm, ReturnTo, Submit};
use crate::components::message::{AlertMessage, NoticeMessage, SignedOutMessage};
use crate::components::providers::{ProviderLinks, local_href};
use crate::model;

#[component]
pub(crate) fn LoginPage(page: model::LoginPage) -> impl IntoView {
    let model::LoginPage { form, notice, reason, return_to, providers, demo_login } = page;
    let alert = form.alert;
    let register = local_href("/register", return_to.as_deref());
    let after_login = return_to.clone();
    let demo = demo_login.map(|(email, password)| {
        view! {
            <div class="card hintbox">
                <h2>"Just looking?"</h2>
                <p>"There is a demo login: " <code>{email}</code> " with " <code>{password}</code></p>
            </div>
        }
    });
    view! {
        <h1>"Welcome back"</h1>
        <SignedOutMessage reason=reason />
        <NoticeMessage notice=notice />
        <AlertMessage alert=alert />
        <PostForm action="/api/auth/login" state=form>
            <ReturnTo path=after_login />
            <Field kind=Kind::Email name="email" label="Email" autocomplete="username" />
            <Field kind=Kind::Password name="password" label="Password" autocomplete="current-password" />
            <Submit label="Log in" />
        </PostForm>
        <ProviderLinks providers=providers return_to=return_to below_form=true />
        <p class="muted">"New here? " <a href=register>"Register in a minute"</a> "."</p>
        {demo}
    }
}
