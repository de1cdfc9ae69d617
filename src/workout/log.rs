//! What came of a workout.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::form::{FieldErrors, FormFields};

/// A finished workout as the form sends it: `started_at` (RFC 3339), `workout` (its name), `sets_done`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkoutResult {
    /// The workout's name, 1 to 80 characters.
    pub name: String,
    /// When the page was opened; not in the future and at most a day old.
    pub started_at: OffsetDateTime,
    /// Now.
    pub finished_at: OffsetDateTime,
    /// 0 to 200.
    pub sets_done: u16,
}

impl WorkoutResult {
    /// Parses the form.
    ///
    /// # Errors
    /// What is wrong, field by field.
    pub fn from_form(_fields: &FormFields, _now: OffsetDateTime) -> Result<Self, FieldErrors> {
        Err(FieldErrors::default())
    }
}

/// A finished workout in the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinishedWorkout {
    /// The workout's name.
    pub name: String,
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339")]
    pub finished_at: OffsetDateTime,
    /// Sets done.
    pub sets_done: u16,
}
