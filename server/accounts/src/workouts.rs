//! Finished workouts.

use domain::account::UserId;
use domain::workout::log::FinishedWorkout;

use crate::{Accounts, Error};

impl Accounts {
    /// Saves a finished workout. One that is sent twice is saved once.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn add_workout(&self, user: &UserId, workout: &FinishedWorkout) -> Result<(), Error> {
        Ok(self.store.add_workout(user, workout).await?)
    }

    /// The `limit` most recently started, newest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn workouts(&self, user: &UserId, limit: u32) -> Result<Vec<FinishedWorkout>, Error> {
        Ok(self.store.workouts(user, limit).await?)
    }
}
