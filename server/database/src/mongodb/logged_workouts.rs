//! Workouts with their sets.
//!
//! `place` is `open` for an open workout and the workout's id for a finished one, so that the unique index on user
//! and place allows one open workout.

use async_trait::async_trait;
use domain::account::UserId;
use domain::workout::document::{Workout, WorkoutId};
use futures::TryStreamExt as _;
use mongodb::bson::{Bson, DateTime, Document, doc};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::error::{OrFailed as _, read, unreadable};
use super::{LOGGED_WORKOUTS, MongoDatabase, date, exists};
use crate::codec::readable;
use crate::codec::workouts::{self as codec, EncodedWorkout};
use crate::pages;
use accounts::ports::{
    DatabaseError, HistoryVersion, LoggedWorkouts, StoredWorkout, WorkoutAdded, WorkoutCursor, WorkoutSummary,
};

const OPEN: &str = "open";

/// How often an addition is tried whose obstacle is gone when it is looked at.
const TRIES: u32 = 5;

/// A document of `logged_workouts`, as far as it is read as a whole.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    revision: i64,
    document: String,
}

/// As far as lists read it. Missing in one that is in no list.
#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    #[serde(default)]
    summary: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Exported {
    document: String,
}

/// The fields that a save sets.
fn content(new: &EncodedWorkout) -> Document {
    doc! {
        "place": if new.is_open { OPEN } else { &new.id },
        "counts": new.counts,
        "started_at": date(new.started_at),
        "summary": new.summary.clone(),
        "document": &new.document,
    }
}

/// What comes behind the cursor.
fn behind(mut filter: Document, place: Option<Place>) -> Document {
    if let Some((at, id)) = place {
        filter.insert(
            "$or",
            [doc! { "started_at": { "$lt": at } }, doc! { "started_at": at, "workout": { "$lt": id } }],
        );
    }
    filter
}

/// Where a document of a list stands: when it was started, and its id.
type Place = (DateTime, String);

fn place(found: &Document) -> Option<Place> {
    let at = found.get_datetime("started_at").ok().copied();
    at.zip(found.get_str("workout").ok().map(str::to_owned))
}

impl MongoDatabase {
    async fn stored_workout(&self, filter: Document) -> Result<Option<StoredWorkout>, DatabaseError> {
        let found = self.collection::<Stored>(LOGGED_WORKOUTS).await?.find_one(filter).await;
        let Some(Stored { revision, document }) = found.map_err(unreadable(LOGGED_WORKOUTS))? else {
            return Ok(None);
        };
        Ok(Some(StoredWorkout { workout: codec::decode_workout(&document)?, revision }))
    }

    /// The documents of a list behind a place, newest first.
    async fn page<T>(
        &self,
        filter: Document,
        cursor: Option<WorkoutCursor>,
        limit: u32,
        field: &str,
        decode: fn(Document) -> Option<T>,
    ) -> Result<Vec<T>, DatabaseError> {
        let start = cursor.map(|cursor| (date(cursor.started_at), cursor.id.to_string()));
        pages::page(start, limit, |start, limit| {
            let filter = behind(filter.clone(), start);
            async move {
                let found = self.listed(filter, -1, limit, field).await?;
                Ok(found.into_iter().map(|found| (place(&found).map(Some), decode(found))).collect())
            }
        })
        .await
    }

    /// `limit` 0 is no limit, as it is to MongoDB.
    async fn listed(
        &self,
        filter: Document,
        order: i32,
        limit: u32,
        field: &str,
    ) -> Result<Vec<Document>, DatabaseError> {
        let found = self
            .collection::<Document>(LOGGED_WORKOUTS)
            .await?
            .find(filter)
            .sort(doc! { "started_at": order, "workout": order })
            .projection(doc! { "started_at": 1, "workout": 1, field: 1 })
            .limit(limit.into())
            .await
            .or_failed()?;
        found.try_collect().await.or_failed()
    }
}

fn summary(found: Document) -> Option<WorkoutSummary> {
    readable(codec::decode_summary(&read::<Listed>(LOGGED_WORKOUTS, found)?.summary?))
}

fn document(found: Document) -> Option<Workout> {
    readable(codec::decode_workout(&read::<Exported>(LOGGED_WORKOUTS, found)?.document))
}

#[async_trait]
impl LoggedWorkouts for MongoDatabase {
    async fn add_logged(
        &self,
        user: &UserId,
        workout: &Workout,
        now: OffsetDateTime,
    ) -> Result<WorkoutAdded, DatabaseError> {
        let new = EncodedWorkout::new(workout)?;
        let documents = self.collection::<Document>(LOGGED_WORKOUTS).await?;
        let mut added = content(&new);
        added.extend(doc! { "workout": &new.id, "revision": 1_i64, "added_at": date(now) });
        for _ in 0..TRIES {
            if self.add_owned(LOGGED_WORKOUTS, user, added.clone()).await? {
                return Ok(WorkoutAdded::Done);
            }
            if exists(&documents, doc! { "user": user.as_str(), "workout": &new.id }).await.or_failed()? {
                return Ok(WorkoutAdded::Exists);
            }
            if exists(&documents, doc! { "user": user.as_str(), "place": OPEN }).await.or_failed()? {
                return Ok(WorkoutAdded::OtherOpen);
            }
        }
        // Others open and end workouts of this account without a pause.
        Ok(WorkoutAdded::OtherOpen)
    }

    async fn save_logged(
        &self,
        user: &UserId,
        workout: &Workout,
        revision: i64,
    ) -> Result<bool, DatabaseError> {
        let new = EncodedWorkout::new(workout)?;
        let this = doc! { "user": user.as_str(), "workout": &new.id, "revision": revision };
        let mut set = content(&new);
        set.insert("revision", revision.saturating_add(1));
        let documents = self.collection::<Document>(LOGGED_WORKOUTS).await?;
        let saved = documents.update_one(this, doc! { "$set": set }).await.or_failed()?;
        Ok(saved.matched_count > 0)
    }

    async fn delete_logged(
        &self,
        user: &UserId,
        id: WorkoutId,
        revision: Option<i64>,
    ) -> Result<bool, DatabaseError> {
        let mut this = doc! { "user": user.as_str(), "workout": id.to_string() };
        if let Some(revision) = revision {
            this.insert("revision", revision);
        }
        let documents = self.collection::<Document>(LOGGED_WORKOUTS).await?;
        Ok(documents.delete_one(this).await.or_failed()?.deleted_count > 0)
    }

    async fn logged(&self, user: &UserId, id: WorkoutId) -> Result<Option<StoredWorkout>, DatabaseError> {
        self.stored_workout(doc! { "user": user.as_str(), "workout": id.to_string() }).await
    }

    async fn open_logged(&self, user: &UserId) -> Result<Option<StoredWorkout>, DatabaseError> {
        self.stored_workout(doc! { "user": user.as_str(), "place": OPEN }).await
    }

    async fn logged_behind(
        &self,
        user: &UserId,
        cursor: Option<WorkoutCursor>,
        limit: u32,
    ) -> Result<Vec<WorkoutSummary>, DatabaseError> {
        let finished = doc! { "user": user.as_str(), "summary": { "$ne": null } };
        self.page(finished, cursor, limit, "summary", summary).await
    }

    async fn logged_since(
        &self,
        user: &UserId,
        since: OffsetDateTime,
    ) -> Result<Vec<WorkoutSummary>, DatabaseError> {
        let filter = doc! {
            "user": user.as_str(), "summary": { "$ne": null }, "started_at": { "$gte": date(since) },
        };
        Ok(self.listed(filter, 1, 0, "summary").await?.into_iter().filter_map(summary).collect())
    }

    async fn logged_documents_behind(
        &self,
        user: &UserId,
        cursor: Option<WorkoutCursor>,
        limit: u32,
    ) -> Result<Vec<Workout>, DatabaseError> {
        self.page(doc! { "user": user.as_str() }, cursor, limit, "document", document).await
    }

    async fn count_logged(&self, user: &UserId, added_after: OffsetDateTime) -> Result<u64, DatabaseError> {
        let filter = doc! { "user": user.as_str(), "added_at": { "$gt": date(added_after) } };
        self.collection::<Document>(LOGGED_WORKOUTS).await?.count_documents(filter).await.or_failed()
    }

    async fn count_counting(&self, user: &UserId) -> Result<u64, DatabaseError> {
        let filter = doc! { "user": user.as_str(), "counts": true };
        self.collection::<Document>(LOGGED_WORKOUTS).await?.count_documents(filter).await.or_failed()
    }

    /// There is nothing that would count the changes of a program of before, so it is made from all of them, by an
    /// index. With as many workouts, the saves differ, unless some took the place of others; and then they were not
    /// added and started at the same moments. After a restore the sums of before can come again.
    async fn history_version(&self, user: &UserId) -> Result<HistoryVersion, DatabaseError> {
        #[derive(Debug, Deserialize)]
        struct Sums {
            finished: i64,
            saves: i64,
            added: i64,
            started: i64,
        }
        let moments = |field: &str| doc! { "$sum": { "$toLong": field } };
        let sums = doc! {
            "_id": Bson::Null,
            "finished": { "$sum": 1_i64 },
            "saves": { "$sum": "$revision" },
            "added": moments("$added_at"),
            "started": moments("$started_at"),
        };
        let finished = doc! { "user": user.as_str(), "place": { "$ne": OPEN } };
        let documents = self.collection::<Document>(LOGGED_WORKOUTS).await?;
        let found = documents.aggregate([doc! { "$match": finished }, doc! { "$group": sums }]);
        let found = found.with_type::<Sums>().await.or_failed()?.try_next().await;
        let found = found.map_err(unreadable(LOGGED_WORKOUTS))?;
        Ok(HistoryVersion(
            found.map_or([0; 4], |found| [found.finished, found.saves, found.added, found.started]),
        ))
    }
}
