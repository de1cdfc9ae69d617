//! Workouts with their sets, as several databases store them.

use accounts::ports::{DatabaseError, WorkoutCursor, WorkoutSummary};
use domain::millis::to_millis;
use domain::workout::document::{Status, Workout};
use time::OffsetDateTime;

use super::unwritable;

/// As stored: what lists and conditions need, and the document.
pub(crate) struct EncodedWorkout {
    pub(crate) id: String,
    pub(crate) is_open: bool,
    pub(crate) counts: bool,
    pub(crate) started_at: OffsetDateTime,
    /// JSON; `None` while it is in no list.
    pub(crate) summary: Option<String>,
    /// JSON.
    pub(crate) document: String,
}

impl EncodedWorkout {
    pub(crate) fn new(workout: &Workout) -> Result<Self, DatabaseError> {
        let summary = WorkoutSummary::of(workout);
        let summary = summary.map(|summary| serde_json::to_string(&summary)).transpose();
        Ok(Self {
            id: workout.id().to_string(),
            is_open: workout.status() == Status::Open,
            counts: workout.counts(),
            started_at: workout.started_at(),
            summary: summary.map_err(|_| unwritable())?,
            document: serde_json::to_string(workout).map_err(|_| unwritable())?,
        })
    }
}

pub(crate) fn decode_workout(document: &str) -> Result<Workout, DatabaseError> {
    serde_json::from_str(document).map_err(|_| DatabaseError::corrupt("logged_workouts.document"))
}

pub(crate) fn decode_summary(summary: &str) -> Result<WorkoutSummary, DatabaseError> {
    serde_json::from_str(summary).map_err(|_| DatabaseError::corrupt("logged_workouts.summary"))
}

/// As bound in SQL: what is smaller than these two comes behind the cursor. `g` comes after every digit of an id.
pub(crate) fn sql_workout_cursor(cursor: Option<WorkoutCursor>) -> (i64, String) {
    cursor.map_or((i64::MAX, "g".to_owned()), |cursor| (to_millis(cursor.started_at), cursor.id.to_string()))
}
