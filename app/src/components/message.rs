//! Messages at the top of a page.

use leptos::prelude::*;

use crate::model::{Alert, Notice, SignedOut};

/// What is wrong with a form as a whole, or nothing.
#[component]
pub(crate) fn AlertMessage(alert: Option<Alert>) -> impl IntoView {
    alert.map(|alert| view! { <p class="alert" role="alert">{alert.sentence()}</p> })
}

/// What a redirect has to say, or nothing.
#[component]
pub(crate) fn NoticeMessage(notice: Option<Notice>) -> impl IntoView {
    notice.map(|notice| view! { <p class=notice.role() role=notice.role()>{notice.sentence()}</p> })
}

/// Why people are not logged in any more, or nothing.
#[component]
pub(crate) fn SignedOutMessage(reason: Option<SignedOut>) -> impl IntoView {
    reason.map(|reason| view! { <p class="status news" role="status">{reason.sentence()}</p> })
}
