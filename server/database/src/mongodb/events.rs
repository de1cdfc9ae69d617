//! Security-related events.

use async_trait::async_trait;
use domain::account::UserId;
use futures::TryStreamExt as _;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Document, doc};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::error::{OrFailed as _, read};
use super::{EVENTS, MongoDatabase, date, time_of};
use accounts::ports::{DatabaseError, EventCursor, Kinds, SecurityEvent, SecurityEvents};

/// A document of `security_events`, without its owner.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    #[serde(rename = "_id")]
    id: ObjectId,
    at: DateTime,
    kind: String,
    ip_address: Option<String>,
}

impl From<Stored> for (EventCursor, SecurityEvent) {
    fn from(stored: Stored) -> Self {
        let at = time_of(stored.at);
        let event = SecurityEvent { at, kind: stored.kind, ip_address: stored.ip_address };
        (EventCursor { at, id: stored.id.to_hex() }, event)
    }
}

#[async_trait]
impl SecurityEvents for MongoDatabase {
    async fn add_event(&self, user: &UserId, event: &SecurityEvent) -> Result<(), DatabaseError> {
        let content =
            doc! { "at": date(event.at), "kind": &event.kind, "ip_address": event.ip_address.as_deref() };
        self.add_owned(EVENTS, user, content).await?;
        Ok(())
    }

    async fn events_behind(
        &self,
        user: &UserId,
        kinds: Kinds<'_>,
        cursor: Option<&EventCursor>,
        limit: u32,
    ) -> Result<Vec<(EventCursor, SecurityEvent)>, DatabaseError> {
        if limit == 0 {
            return Ok(Vec::new()); // to MongoDB, zero is no limit
        }
        // Ids increase within one process. For events of two instances in one millisecond the order is
        // unknown: their clocks differ by more.
        let mut filter = doc! { "user": user.as_str() };
        match kinds {
            Kinds::All => {}
            Kinds::Only(kind) => drop(filter.insert("kind", kind)),
            Kinds::Except(kind) => drop(filter.insert("kind", doc! { "$ne": kind })),
        }
        if let Some(EventCursor { at, id }) = cursor {
            let id = ObjectId::parse_str(id).map_err(|_| DatabaseError::corrupt("the cursor"))?;
            let behind =
                vec![doc! { "at": { "$lt": date(*at) } }, doc! { "at": date(*at), "_id": { "$lt": id } }];
            filter.insert("$or", behind);
        }
        let found = self
            .collection::<Document>(EVENTS)
            .await?
            .find(filter)
            .sort(doc! { "at": -1, "_id": -1 })
            .limit(limit.into())
            // All in the first answer, which would hold 101 otherwise.
            .batch_size(limit)
            .await
            .or_failed()?;
        let documents: Vec<Document> = found.try_collect().await.or_failed()?;
        Ok(documents.into_iter().filter_map(|found| read::<Stored>(EVENTS, found)).map(Into::into).collect())
    }

    async fn delete_old_events(&self, before: OffsetDateTime) -> Result<u64, DatabaseError> {
        self.settle().await?;
        let events = self.collection::<Document>(EVENTS).await?;
        Ok(events.delete_many(doc! { "at": { "$lt": date(before) } }).await.or_failed()?.deleted_count)
    }
}
