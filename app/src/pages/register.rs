//! `/register`: create an account.

use leptos::prelude::*;

use super::login::or;
use crate::components::field::Field;
use crate::components::form::{post_form, return_to, submit};
use crate::components::message::alert;
use crate::components::providers::continue_with;
use crate::model::{Chrome, RegisterPage};

pub(crate) fn view(chrome: &Chrome, page: &RegisterPage) -> AnyView {
    let form = &page.form;
    let back = page.return_to.as_deref();
    let fields = view! {
        {return_to(back)}
        {Field::text("display_name", "Name").autocomplete("name").hint("What we call you.").view(form)}
        {Field::email("email", "Email").autocomplete("username").view(form)}
        {Field::password("password", "Password")
            .autocomplete("new-password")
            .hint("At least 8 characters; a few words in a row are easy to keep in mind.")
            .view(form)}
        {submit("Create account")}
    };
    view! {
        <h1>"Keep what you achieve"</h1>
        <p class="lead">"With an account, your results and preferences follow you to every device."</p>
        {alert(form.alert)}
        {post_form(chrome, "/api/auth/register", fields)}
        {or(&page.providers)}
        {continue_with(&page.providers, back)}
        <p class="muted">"Been here before? " <a href="/login">"Use your login"</a> "."</p>
    }
    .into_any()
}
