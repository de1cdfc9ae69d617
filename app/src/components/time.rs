//! Points in time, for people and for programs.

use leptos::prelude::*;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, UtcOffset};

use crate::wording::counted;

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

/// `in 29 minutes`, `in 11 hours`, `3 minutes ago`, `now`: rounded down to the larger unit.
pub(crate) fn from_now(now: OffsetDateTime, at: OffsetDateTime) -> String {
    let away = (at - now).abs();
    // Never negative, and no lifetime comes near u32::MAX days.
    let whole = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
    let length = match away {
        a if a >= Duration::days(2) => counted(whole(a.whole_days()), "day"),
        a if a >= Duration::hours(2) => counted(whole(a.whole_hours()), "hour"),
        a if a >= Duration::minutes(1) => counted(whole(a.whole_minutes()), "minute"),
        a if a >= Duration::seconds(1) => counted(whole(a.whole_seconds()), "second"),
        _ => return "now".to_owned(),
    };
    if at > now { format!("in {length}") } else { format!("{length} ago") }
}
