//! Workouts with their sets, one document each.

use async_trait::async_trait;
use domain::account::UserId;
use domain::workout::document::{Workout, WorkoutId};
use domain::workout::performance::Performance;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use super::DatabaseError;

/// A finished workout, without its sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkoutSummary {
    pub id: WorkoutId,
    /// The session's name, such as `Full body A`.
    pub name: String,
    /// With the offset of its zone.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// With the same offset.
    #[serde(with = "time::serde::rfc3339")]
    pub ended_at: OffsetDateTime,
    /// Work sets that were done.
    pub sets: u32,
    /// Whether the next session of the programme follows ([`Workout::counts`]).
    pub counts: bool,
    /// One for each exercise, in the order of the plan.
    pub performances: Vec<Performance>,
}

impl WorkoutSummary {
    /// `None` if it is in no list: while it is open, and as [`Workout::is_listed`] says.
    #[must_use]
    pub fn of(workout: &Workout) -> Option<Self> {
        let ended_at = workout.ended_at().filter(|_| workout.is_listed())?;
        Some(Self {
            id: workout.id(),
            name: workout.plan().name.clone(),
            started_at: workout.started_at(),
            ended_at,
            sets: u32::try_from(workout.count_work_sets()).unwrap_or(u32::MAX),
            counts: workout.counts(),
            performances: workout.performances(),
        })
    }

    /// The local day on which it was started.
    #[must_use]
    pub const fn day(&self) -> Date {
        self.started_at.date()
    }
}

/// A workout with the number of its last save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredWorkout {
    pub workout: Workout,
    pub revision: i64,
}

/// Outcome of adding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkoutAdded {
    Done,
    /// The account has a workout with this id. It was not changed.
    Exists,
    /// This one is open, and so is another one of the account.
    OtherOpen,
}

/// A state of an account's finished workouts. Every change leads to another one, whichever version of this program makes
/// it: what was derived from them is still right if this is the same. What it is made from is the store's business. One
/// that draws numbers never comes back to a state; one that counts may, once a backup was restored. Without any workout
/// ever, it is the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HistoryVersion(pub [i64; 4]);

/// Where a page ends: the next one begins behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkoutCursor {
    /// When the last workout of the page was started.
    pub started_at: OffsetDateTime,
    /// Of two that were started at once, the one with the greater id comes first.
    pub id: WorkoutId,
}

impl From<&WorkoutSummary> for WorkoutCursor {
    fn from(last: &WorkoutSummary) -> Self {
        Self { started_at: last.started_at, id: last.id }
    }
}

impl From<&Workout> for WorkoutCursor {
    fn from(last: &Workout) -> Self {
        Self { started_at: last.started_at(), id: last.id() }
    }
}

/// Every write changes one row, which holds the document and what lists need of it: the two never disagree.
/// Lists of finished workouts hold those that [`Workout::is_listed`] says. All lists leave out rows that cannot be
/// read, and log them: a page with fewer than `limit` entries is the last one.
#[async_trait]
pub trait LoggedWorkouts: Send + Sync {
    /// Adds a workout. Of any number of open ones that are added at once to an account without one, one is.
    async fn add_logged(
        &self,
        user: &UserId,
        workout: &Workout,
        now: OffsetDateTime,
    ) -> Result<WorkoutAdded, DatabaseError>;
    /// Replaces a workout that has not been saved since `revision`. `false` if it has, or is gone.
    async fn save_logged(
        &self,
        user: &UserId,
        workout: &Workout,
        revision: i64,
    ) -> Result<bool, DatabaseError>;
    /// Deletes a workout; only one that has not been saved since `revision`, if that is given. `false` if nothing
    /// was deleted.
    async fn delete_logged(
        &self,
        user: &UserId,
        id: WorkoutId,
        revision: Option<i64>,
    ) -> Result<bool, DatabaseError>;
    /// One workout, open or finished.
    async fn logged(&self, user: &UserId, id: WorkoutId) -> Result<Option<StoredWorkout>, DatabaseError>;
    /// The open workout.
    async fn open_logged(&self, user: &UserId) -> Result<Option<StoredWorkout>, DatabaseError>;
    /// The `limit` most recently started finished workouts behind a cursor, newest first.
    async fn logged_behind(
        &self,
        user: &UserId,
        cursor: Option<WorkoutCursor>,
        limit: u32,
    ) -> Result<Vec<WorkoutSummary>, DatabaseError>;
    /// All finished workouts that were started at or after a moment, oldest first.
    async fn logged_since(
        &self,
        user: &UserId,
        since: OffsetDateTime,
    ) -> Result<Vec<WorkoutSummary>, DatabaseError>;
    /// As [`Self::logged_behind`], the documents themselves, the open one too.
    async fn logged_documents_behind(
        &self,
        user: &UserId,
        cursor: Option<WorkoutCursor>,
        limit: u32,
    ) -> Result<Vec<Workout>, DatabaseError>;
    /// How many were added after a moment and are still there.
    async fn count_logged(&self, user: &UserId, added_after: OffsetDateTime) -> Result<u64, DatabaseError>;
    /// How many finished ones count ([`Workout::counts`]).
    async fn count_counting(&self, user: &UserId) -> Result<u64, DatabaseError>;
    /// What tells whether the finished ones have changed, without reading them.
    async fn history_version(&self, user: &UserId) -> Result<HistoryVersion, DatabaseError>;
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_stored_text_stays_what_it_is() {
        let summary = WorkoutSummary {
            id: WorkoutId::from_bytes([7; 16]),
            name: "Full body A".to_owned(),
            started_at: datetime!(2026-03-01 23:30 +1),
            ended_at: datetime!(2026-03-02 0:30 +1),
            sets: 12,
            counts: true,
            performances: Vec::new(),
        };
        let stored = concat!(
            r#"{"id":"07070707-0707-0707-0707-070707070707","name":"Full body A","#,
            r#""started_at":"2026-03-01T23:30:00+01:00","ended_at":"2026-03-02T00:30:00+01:00","#,
            r#""sets":12,"counts":true,"performances":[]}"#
        );
        assert_eq!(serde_json::to_string(&summary).unwrap(), stored);
        assert_eq!(serde_json::from_str::<WorkoutSummary>(stored).unwrap(), summary);
        assert_eq!(summary.day(), time::macros::date!(2026 - 03 - 01), "the local one");
    }
}
