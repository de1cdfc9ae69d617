//! Plain HTML forms: everything the application changes goes through one of these.

use leptos::context::Provider;
use leptos::prelude::*;

use model::{FormState, Layout};

/// A form that posts to one of our routes. It contains the session's token if there is a session.
///
/// It has `novalidate`, because the server checks every field anyway and explains errors next to the field,
/// in the same way with and without JavaScript.
#[component]
pub(crate) fn PostForm<Content: IntoView + 'static>(
    /// The route.
    action: &'static str,
    /// For islands that read the form.
    #[prop(optional)]
    id: Option<&'static str>,
    /// For the fields inside; only a form without fields omits it.
    #[prop(optional)]
    state: FormState,
    children: TypedChildren<Content>,
) -> impl IntoView {
    let token = expect_context::<Layout>().csrf_token;
    view! {
        <form method="post" action=action id=id novalidate="">
            {token.map(|token| view! { <Hidden name="csrf_token" value=token /> })}
            <Provider value=state>{children.into_inner()()}</Provider>
        </form>
    }
}

/// A hidden value that is sent along.
#[component]
pub(crate) fn Hidden(#[prop(into)] name: String, #[prop(into)] value: String) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}

// slim: trainer
/// Whose page it is. A form that arrives after their login has ended waits until they log in again.
#[component]
pub(crate) fn Owner() -> impl IntoView {
    let user = expect_context::<Layout>().user;
    user.map(|user| view! { <Hidden name="owner" value=user.to_string() /> })
}
// slim: end

/// Where to redirect after the form has been processed.
#[component]
pub(crate) fn ReturnTo(path: Option<String>) -> impl IntoView {
    path.map(|path| view! { <Hidden name="return_to" value=path /> })
}

/// Tells password managers whose password a form is about. It has no name, so it is not sent.
#[component]
pub(crate) fn WhosePassword(email: String) -> impl IntoView {
    view! { <input type="email" autocomplete="username" value=email hidden="" readonly="" /> }
}

/// The button of a form with a single button.
#[component]
pub(crate) fn Submit(label: &'static str) -> impl IntoView {
    view! { <button class="primary">{label}</button> }
}
