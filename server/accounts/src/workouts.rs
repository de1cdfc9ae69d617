//! Finished workouts.

use domain::account::UserId;
use domain::workout::log::FinishedWorkout;
use time::{Duration, OffsetDateTime};

use crate::{Accounts, Error};

/// How many workouts an account may save within 24 hours: more than anybody does, and few enough that an account never
/// becomes too large to be shown or exported.
pub const WORKOUTS_PER_DAY: u32 = 50;

/// Outcome of saving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkoutSaved {
    Done,
    /// [`WORKOUTS_PER_DAY`] were saved within the last 24 hours.
    TooMany,
}

impl Accounts {
    /// Saves a finished workout. One that is sent twice is saved once.
    ///
    /// Counting and saving are two steps: of requests that come at once, a few more may pass.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn add_workout(&self, user: &UserId, workout: &FinishedWorkout) -> Result<WorkoutSaved, Error> {
        // The end is the server's own time; the start is what the form says.
        let day_ago = workout.finished_at.saturating_sub(Duration::DAY);
        if self.store.count_workouts(user, day_ago).await? >= u64::from(WORKOUTS_PER_DAY) {
            return Ok(WorkoutSaved::TooMany);
        }
        self.store.add_workout(user, workout).await?;
        Ok(WorkoutSaved::Done)
    }

    /// How many workouts an account has finished.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn finished_workouts(&self, user: &UserId) -> Result<u32, Error> {
        let count = self.store.count_workouts(user, OffsetDateTime::UNIX_EPOCH).await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// The `limit` most recently started, newest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn workouts(&self, user: &UserId, limit: u32) -> Result<Vec<FinishedWorkout>, Error> {
        Ok(self.store.workouts(user, limit).await?)
    }
}
