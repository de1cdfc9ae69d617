//! Finished workouts from before sets were logged.

use serde::Serialize;
use time::OffsetDateTime;

/// A finished workout whose sets were only counted. Stores still have them, and the history and exports show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FinishedWorkout {
    /// 1 to 80 characters on one line.
    pub name: String,
    /// At most a day before the end. UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub finished_at: OffsetDateTime,
    /// 0 to 200.
    pub sets_done: u16,
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_text_of_the_export_stays_what_it_is() {
        let workout = FinishedWorkout {
            name: "Full body A".to_owned(),
            started_at: datetime!(2026-03-01 11:15:00.5 UTC),
            finished_at: datetime!(2026-03-01 12:00:00.123 UTC),
            sets_done: 18,
        };
        assert_eq!(
            serde_json::to_string(&workout).unwrap(),
            concat!(
                r#"{"name":"Full body A","started_at":"2026-03-01T11:15:00.5Z","#,
                r#""finished_at":"2026-03-01T12:00:00.123Z","sets_done":18}"#
            )
        );
    }
}
