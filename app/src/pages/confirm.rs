//! `/account/confirm`: a fresh login before a sensitive change.

use leptos::prelude::*;

use super::login::or;
use crate::components::field::Field;
use crate::components::form::{post_form, return_to, submit, whose_password};
use crate::components::message::alert;
use crate::components::providers::confirm_with;
use crate::model::{Chrome, ConfirmPage};

pub(crate) fn view(chrome: &Chrome, page: &ConfirmPage) -> AnyView {
    let by_password = page.has_password.then(|| {
        let fields = view! {
            {return_to(Some(&page.return_to))}
            {whose_password(&page.email)}
            {Field::password("current_password", "Current password")
                .autocomplete("current-password")
                .view(&page.form)}
            {submit("Confirm")}
        };
        view! {
            {post_form(chrome, "/api/account/confirm", fields)}
            {or(&page.providers)}
        }
    });
    view! {
        <h1>"Is it you?"</h1>
        <p class="lead">"You logged in a while ago. Before something important changes, please log in once more."</p>
        {alert(page.form.alert)}
        {by_password}
        {confirm_with(&page.providers, &page.return_to)}
        <p class="muted"><a href="/account">"Leave everything as it is"</a></p>
    }
    .into_any()
}
