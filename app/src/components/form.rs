//! Plain HTML forms: everything the application changes goes through one of these.

use leptos::context::Provider;
use leptos::prelude::*;

use crate::model::{FormState, Layout};

/// A form that posts to a route of ours. It carries the session's token where there is a session.
///
/// It has `novalidate`, because the server checks every field anyway and explains what is wrong next to the
/// field, the same with and without JavaScript.
#[component]
pub(crate) fn PostForm(
    /// The route.
    action: &'static str,
    /// For islands that read the form.
    #[prop(optional)]
    id: Option<&'static str>,
    /// For the fields in it; only a form without fields leaves it out.
    #[prop(optional)]
    state: FormState,
    children: Children,
) -> impl IntoView {
    let token = expect_context::<Layout>().csrf_token;
    view! {
        <form method="post" action=action id=id novalidate="">
            {token.map(|token| view! { <Hidden name="csrf_token" value=token /> })}
            <Provider value=state>{children()}</Provider>
        </form>
    }
}

/// A value that is sent along.
#[component]
pub(crate) fn Hidden(#[prop(into)] name: String, #[prop(into)] value: String) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}

/// Where the server leads people after it has done what the form asks for.
#[component]
pub(crate) fn ReturnTo(path: Option<String>) -> impl IntoView {
    path.map(|path| view! { <Hidden name="return_to" value=path /> })
}

/// Tells password managers whose password a form is about. It has no name, so it is not sent.
#[component]
pub(crate) fn WhosePassword(email: String) -> impl IntoView {
    view! { <input type="email" autocomplete="username" value=email hidden="" readonly="" /> }
}

/// The button of a form that has only one.
#[component]
pub(crate) fn Submit(label: &'static str) -> impl IntoView {
    view! { <button class="primary">{label}</button> }
}
