//! `/login`: e-mail and password, or a provider.

use leptos::prelude::*;

use crate::components::field::Field;
use crate::components::form::{post_form, return_to, submit};
use crate::components::message::{alert, news};
use crate::components::providers::{continue_with, local_href};
use crate::model::{Chrome, LoginPage, LoginReason};

pub(crate) fn view(chrome: &Chrome, page: &LoginPage) -> AnyView {
    let reason = page.reason.map(|reason| match reason {
        LoginReason::Expired => "You were logged out because nothing happened for a while, or because the login was long ago. Preferences you saved are still here.",
        LoginReason::Ended => "Your session was ended from another device or by a change of your password.",
    });
    let back = page.return_to.as_deref();
    let fields = view! {
        {return_to(back)}
        {Field::email("email", "Email").autocomplete("username").view(&page.form)}
        {Field::password("password", "Password").autocomplete("current-password").view(&page.form)}
        {submit("Log in")}
    };
    let register = local_href("/register", back);
    let demo = page.demo_login.clone().map(|(email, password)| {
        view! {
            <div class="card hintbox">
                <h2>"Just looking?"</h2>
                <p>"There is a demo login: " <code>{email}</code> " with " <code>{password}</code></p>
            </div>
        }
    });
    view! {
        <h1>"Welcome back"</h1>
        {news(reason)}
        {alert(page.form.alert)}
        {post_form(chrome, "/api/auth/login", fields)}
        {or(&page.providers)}
        {continue_with(&page.providers, back)}
        <p class="muted">"New here? " <a href=register>"Register in a minute"</a> "."</p>
        {demo}
    }
    .into_any()
}

/// The line between the form and the providers.
pub(crate) fn or(providers: &[crate::model::ProviderLink]) -> AnyView {
    (!providers.is_empty()).then(|| view! { <p class="or">"or"</p> }).into_any()
}
