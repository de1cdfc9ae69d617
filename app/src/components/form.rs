//! Plain HTML forms: every write of the application goes through one of these.

use leptos::prelude::*;

use crate::model::Chrome;

/// A form that posts to `action`. It carries the session's token where there is a session.
///
/// `novalidate`, because the server checks every field anyway and answers beside the field, in words, the
/// same with and without JavaScript.
pub(crate) fn post_form(chrome: &Chrome, action: &'static str, content: impl IntoView + 'static) -> AnyView {
    view! {
        <form method="post" action=action novalidate="">
            {csrf_field(chrome)}
            {content.into_view()}
        </form>
    }
    .into_any()
}

/// The token, for forms that need attributes of their own.
pub(crate) fn csrf_field(chrome: &Chrome) -> AnyView {
    chrome.csrf_token.clone().map(|token| hidden("csrf_token", token)).into_any()
}

/// A hidden field.
pub(crate) fn hidden(name: impl Into<String>, value: impl Into<String>) -> AnyView {
    view! { <input type="hidden" name=name.into() value=value.into() /> }.into_any()
}

/// Tells password managers whose password a form is about. It has no name, so it is not sent.
pub(crate) fn whose_password(email: &str) -> AnyView {
    view! { <input type="email" autocomplete="username" value=email.to_owned() hidden="" readonly="" /> }
        .into_any()
}

/// `return_to`, where there is one.
pub(crate) fn return_to(path: Option<&str>) -> AnyView {
    path.map(|path| hidden("return_to", path)).into_any()
}

/// The button of a form whose one purpose it is.
pub(crate) fn submit(label: impl Into<String>) -> AnyView {
    view! { <button class="primary">{label.into()}</button> }.into_any()
}
