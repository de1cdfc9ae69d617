//! Messages at the top of a page.

use leptos::prelude::*;

use crate::model::{Alert, Notice, SignedOut};

/// An error of the form as a whole, if any.
#[component]
pub(crate) fn AlertMessage(alert: Option<Alert>) -> impl IntoView {
    alert.map(|alert| view! { <p class="alert" role="alert">{alert.sentence()}</p> })
}

/// The message of a redirect, if any.
#[component]
pub(crate) fn NoticeMessage(notice: Option<Notice>) -> impl IntoView {
    notice.map(|notice| view! { <p class=notice.role() role=notice.role()>{notice.sentence()}</p> })
}

/// Why the visitor is no longer logged in, if known.
#[component]
pub(crate) fn SignedOutMessage(reason: Option<SignedOut>) -> impl IntoView {
    reason.map(|reason| view! { <p class="status news" role="status">{reason.sentence()}</p> })
}
