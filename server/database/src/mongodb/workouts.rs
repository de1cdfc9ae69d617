//! Finished workouts.

use async_trait::async_trait;
use domain::account::UserId;
use domain::workout::log::FinishedWorkout;
use futures::TryStreamExt as _;
use mongodb::bson::{DateTime, Document, doc};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::error::{OrFailed as _, read};
use super::{MongoDatabase, WORKOUTS, date, time_of};
use crate::pages;
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
        // Of those posted twice the first is kept.
        self.add_owned(WORKOUTS, user, content).await?;
        Ok(())
    }

    async fn workouts_before(
        &self,
        user: &UserId,
        before: Option<OffsetDateTime>,
        limit: u32,
    ) -> Result<Vec<FinishedWorkout>, DatabaseError> {
        pages::page(before.map(date), limit, |before, limit| async move {
            let mut filter = doc! { "user": user.as_str() };
            if let Some(before) = before {
                filter.insert("started_at", doc! { "$lt": before });
            }
            let found = self
                .collection::<Document>(WORKOUTS)
                .await?
                .find(filter)
                .sort(doc! { "started_at": -1 })
                .limit(limit.into())
                .await
                .or_failed()?;
            let documents: Vec<Document> = found.try_collect().await.or_failed()?;
            let placed = |found: Document| {
                let place = found.get_datetime("started_at").ok().copied();
                (place.map(Some), read::<Stored>(WORKOUTS, found).map(Into::into))
            };
            Ok(documents.into_iter().map(placed).collect())
        })
        .await
    }

    async fn count_workouts(
        &self,
        user: &UserId,
        finished_after: OffsetDateTime,
    ) -> Result<u64, DatabaseError> {
        let started_after = finished_after.saturating_sub(Duration::DAY);
        let filter = doc! {
            "user": user.as_str(),
            "started_at": { "$gt": date(started_after) },
            "finished_at": { "$gt": date(finished_after) },
        };
        self.collection::<Document>(WORKOUTS).await?.count_documents(filter).await.or_failed()
    }
}
