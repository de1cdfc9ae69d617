//! Finished workouts.

use async_trait::async_trait;
use domain::account::UserId;
use domain::workout::log::FinishedWorkout;
use futures::TryStreamExt as _;
use mongodb::bson::{DateTime, doc};
use serde::{Deserialize, Serialize};

use super::error::{OrFailed as _, unreadable};
use super::{MongoDatabase, WORKOUTS, date, time_of};
use accounts::ports::{DatabaseError, Workouts};

/// A document of `workouts`, without its owner.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    name: String,
    started_at: DateTime,
    finished_at: DateTime,
    sets_done: u16,
}

impl From<Stored> for FinishedWorkout {
    fn from(stored: Stored) -> Self {
        Self {
            name: stored.name,
            started_at: time_of(stored.started_at),
            finished_at: time_of(stored.finished_at),
            sets_done: stored.sets_done,
        }
    }
}

#[async_trait]
impl Workouts for MongoDatabase {
    async fn add_workout(&self, user: &UserId, result: &FinishedWorkout) -> Result<(), DatabaseError> {
        let content = doc! {
            "name": &result.name,
            "started_at": date(result.started_at),
            "finished_at": date(result.finished_at),
            "sets_done": i32::from(result.sets_done),
        };
        self.add_owned(WORKOUTS, user, content).await
    }

    async fn workouts(&self, user: &UserId, limit: u32) -> Result<Vec<FinishedWorkout>, DatabaseError> {
        if limit == 0 {
            return Ok(Vec::new()); // to MongoDB, zero is no limit
        }
        let found = self
            .collection::<Stored>(WORKOUTS)
            .await?
            .find(doc! { "user": user.as_str() })
            .sort(doc! { "started_at": -1 })
            .limit(limit.into())
            .await
            .or_failed()?;
        found.map_ok(FinishedWorkout::from).try_collect().await.map_err(unreadable(WORKOUTS))
    }
}
