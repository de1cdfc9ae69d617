//! Points in time, for people and for programs.

use leptos::prelude::*;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

/// `12 Nov 2026, 14:03 UTC`
#[component]
pub(crate) fn Moment(at: OffsetDateTime) -> impl IntoView {
    let at = at.to_offset(UtcOffset::UTC);
    let shown = at
        .format(format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute] UTC"))
        .unwrap_or_default();
    view! { <time datetime=rfc3339(at)>{shown}</time> }
}

/// `12 Nov 2026`
#[component]
pub(crate) fn Day(at: OffsetDateTime) -> impl IntoView {
    let at = at.to_offset(UtcOffset::UTC);
    let shown =
        at.format(format_description!("[day padding:none] [month repr:short] [year]")).unwrap_or_default();
    view! { <time datetime=rfc3339(at)>{shown}</time> }
}

/// RFC 3339, whole seconds, UTC.
pub(crate) fn rfc3339(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    at.replace_nanosecond(0).unwrap_or(at).format(&Rfc3339).unwrap_or_default()
}
