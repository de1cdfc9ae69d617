//! Days and times as people read them, in the zone of a workout.

use time::macros::format_description;
use time::{Date, OffsetDateTime};

/// `23 Nov`
pub fn short_date(day: Date) -> String {
    day.format(format_description!("[day padding:none] [month repr:short]")).unwrap_or_default()
}

/// `Monday, 23 November 2026`
pub fn long_date(day: Date) -> String {
    day.format(format_description!("[weekday], [day padding:none] [month repr:long] [year]"))
        .unwrap_or_default()
}

/// `Mon, 23 Nov`
pub fn weekday_date(day: Date) -> String {
    day.format(format_description!("[weekday repr:short], [day padding:none] [month repr:short]"))
        .unwrap_or_default()
}

/// `November 2026`
pub fn month(day: Date) -> String {
    day.format(format_description!("[month repr:long] [year]")).unwrap_or_default()
}

/// `18:04`, in the offset of the moment.
pub fn hour(at: OffsetDateTime) -> String {
    at.format(format_description!("[hour]:[minute]")).unwrap_or_default()
}

/// `18:04:30`, in the offset of the moment.
pub fn second(at: OffsetDateTime) -> String {
    at.format(format_description!("[hour]:[minute]:[second]")).unwrap_or_default()
}

/// `2026-11-23`, as a date field takes it.
pub fn iso(day: Date) -> String {
    day.format(format_description!("[year]-[month]-[day]")).unwrap_or_default()
}
