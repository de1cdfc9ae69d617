//! Finished workouts, from before sets were logged.

use async_trait::async_trait;
use domain::account::UserId;
use domain::workout::log::FinishedWorkout;
use time::OffsetDateTime;

use super::DatabaseError;

#[async_trait]
pub trait Workouts: Send + Sync {
    /// Saves a workout; of several with the same `(user, started_at)` (a form posted twice) the first is
    /// kept.
    async fn add_workout(&self, user: &UserId, result: &FinishedWorkout) -> Result<(), DatabaseError>;
    /// The `limit` most recently started, newest first.
    async fn workouts(&self, user: &UserId, limit: u32) -> Result<Vec<FinishedWorkout>, DatabaseError> {
        self.workouts_before(user, None, limit).await
    }
    /// The `limit` most recently started of those started before a moment, newest first: one page of many. A row
    /// that cannot be read is left out and logged.
    async fn workouts_before(
        &self,
        user: &UserId,
        before: Option<OffsetDateTime>,
        limit: u32,
    ) -> Result<Vec<FinishedWorkout>, DatabaseError>;
    /// How many were finished after a moment. Each was started at most a day before it was finished, so only those
    /// started up to a day before that moment are looked at.
    async fn count_workouts(
        &self,
        user: &UserId,
        finished_after: OffsetDateTime,
    ) -> Result<u64, DatabaseError>;
}
