//! Finished workouts.

use serde::Serialize;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime, UtcOffset};

use crate::form::{FieldError, FieldErrors, FormFields};
use crate::text::line;

/// In characters.
const MAX_NAME: u32 = 80;
/// More sets than anyone does in a day.
const MAX_SETS: u32 = 200;
/// A page left open for longer says nothing about how long the workout took.
const MAX_AGE: Duration = Duration::DAY;

/// A finished workout, from the form and in the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FinishedWorkout {
    /// 1 to 80 characters on one line.
    pub name: String,
    /// When the page was opened: not in the future, and at most a day before the end. UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub finished_at: OffsetDateTime,
    /// 0 to 200.
    pub sets_done: u16,
}

impl FinishedWorkout {
    /// Parses the form: `started_at` (RFC 3339), `workout` (its name), `sets_done`. Times are truncated to
    /// the milliseconds that every store keeps.
    ///
    /// # Errors
    /// All errors at once, by field.
    pub fn from_form(fields: &FormFields, now: OffsetDateTime) -> Result<Self, FieldErrors> {
        let finished_at = now.truncate_to_millisecond();
        let mut errors = FieldErrors::default();
        let name =
            errors.check("workout", fields.required("workout").and_then(|typed| line(typed, MAX_NAME)));
        let started_at = errors.check(
            "started_at",
            fields.required("started_at").and_then(|typed| started_at(typed, finished_at)),
        );
        let sets_done = errors.check("sets_done", fields.number("sets_done", 0..=MAX_SETS));
        match (name, started_at, sets_done) {
            (Some(name), Some(started_at), Some(sets_done)) => {
                Ok(Self { name: name.to_owned(), started_at, finished_at, sets_done })
            }
            _ => Err(errors),
        }
    }
}

fn started_at(typed: &str, now: OffsetDateTime) -> Result<OffsetDateTime, FieldError> {
    let at =
        OffsetDateTime::parse(typed, &Rfc3339).map_err(|_| FieldError::Invalid)?.truncate_to_millisecond();
    // Compared before the conversion, which could overflow near the limits of time.
    let plausible = at <= now && now - at <= MAX_AGE;
    if plausible { Ok(at.to_offset(UtcOffset::UTC)) } else { Err(FieldError::Invalid) }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-01 12:00:00.123_456 UTC);

    fn parse(name: &str, started_at: &str, sets_done: &str) -> Result<FinishedWorkout, FieldErrors> {
        let mut form = FormFields::default();
        form.push("workout", name);
        form.push("started_at", started_at);
        form.push("sets_done", sets_done);
        FinishedWorkout::from_form(&form, NOW)
    }

    fn error(name: &str, started_at: &str, sets_done: &str) -> (&'static str, FieldError) {
        let errors = parse(name, started_at, sets_done).unwrap_err();
        assert_eq!(errors.iter().count(), 1, "{errors:?}");
        errors.iter().next().unwrap()
    }

    #[test]
    fn a_finished_workout_is_read() {
        assert_eq!(
            parse(" Full body A ", "2026-03-01T11:15:00.5Z", "18").unwrap(),
            FinishedWorkout {
                name: "Full body A".to_owned(),
                started_at: datetime!(2026-03-01 11:15:00.5 UTC),
                finished_at: datetime!(2026-03-01 12:00:00.123 UTC),
                sets_done: 18,
            }
        );
    }

    #[test]
    fn the_text_of_the_export_stays_what_it_is() {
        let workout = parse("Full body A", "2026-03-01T11:15:00.5Z", "18").unwrap();
        assert_eq!(
            serde_json::to_string(&workout).unwrap(),
            concat!(
                r#"{"name":"Full body A","started_at":"2026-03-01T11:15:00.5Z","#,
                r#""finished_at":"2026-03-01T12:00:00.123Z","sets_done":18}"#
            )
        );
    }

    #[test]
    fn any_offset_is_the_same_moment() {
        let result = parse("A", "2026-03-01T13:15:00+02:00", "0").unwrap();
        assert_eq!(result.started_at, datetime!(2026-03-01 11:15 UTC));
        assert!(result.started_at.offset().is_utc());
    }

    #[test]
    fn it_started_at_most_a_day_ago_and_not_in_the_future() {
        for fine in ["2026-03-01T12:00:00.123Z", "2026-02-28T12:00:00.123Z"] {
            assert!(parse("A", fine, "1").is_ok(), "{fine}");
        }
        for wrong in [
            "2026-03-01T12:00:00.124Z",
            "2026-02-28T12:00:00.122Z",
            "0000-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-23:59",
            "2026-03-01",
            "2026-03-01 11:15",
            "2026-02-30T11:15:00Z",
            "1772366400",
            "now",
        ] {
            assert_eq!(error("A", wrong, "1"), ("started_at", FieldError::Invalid), "{wrong}");
        }
    }

    #[test]
    fn the_name_is_one_line_of_1_to_80_characters() {
        let now = "2026-03-01T12:00:00Z";
        assert!(parse(&"ö".repeat(80), now, "1").is_ok());
        assert_eq!(error(&"ö".repeat(81), now, "1"), ("workout", FieldError::TooLong(80)));
        assert_eq!(error("  ", now, "1"), ("workout", FieldError::Required));
        assert_eq!(error("a\nb", now, "1"), ("workout", FieldError::Invalid));
        assert_eq!(error("a\0b", now, "1"), ("workout", FieldError::Invalid));
    }

    #[test]
    fn more_than_200_sets_are_refused() {
        let now = "2026-03-01T12:00:00Z";
        for fine in ["0", "200"] {
            assert!(parse("A", now, fine).is_ok());
        }
        assert_eq!(error("A", now, "201"), ("sets_done", FieldError::OutOfRange(0, 200)));
        assert_eq!(error("A", now, "-1"), ("sets_done", FieldError::Invalid));
        assert_eq!(error("A", now, ""), ("sets_done", FieldError::Required));
    }

    #[test]
    fn all_errors_are_reported_at_once() {
        let errors = FinishedWorkout::from_form(&FormFields::default(), NOW).unwrap_err();
        let required = ["sets_done", "started_at", "workout"].map(|name| (name, FieldError::Required));
        assert_eq!(errors.iter().collect::<Vec<_>>(), required);
    }
}
