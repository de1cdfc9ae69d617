//! Security-related events.

use async_trait::async_trait;
use domain::account::UserId;
use futures::TryStreamExt as _;
use mongodb::bson::{DateTime, Document, doc};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::error::{OrFailed as _, unreadable};
use super::{EVENTS, MongoDatabase, date, time_of};
use accounts::ports::{DatabaseError, SecurityEvent, SecurityEvents};

/// A document of `security_events`, without its owner.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    at: DateTime,
    kind: String,
    ip_address: Option<String>,
}

impl From<Stored> for SecurityEvent {
    fn from(stored: Stored) -> Self {
        Self { at: time_of(stored.at), kind: stored.kind, ip_address: stored.ip_address }
    }
}

#[async_trait]
impl SecurityEvents for MongoDatabase {
    async fn add_event(&self, user: &UserId, event: &SecurityEvent) -> Result<(), DatabaseError> {
        let content =
            doc! { "at": date(event.at), "kind": &event.kind, "ip_address": event.ip_address.as_deref() };
        self.add_owned(EVENTS, user, content).await
    }

    async fn events(&self, user: &UserId, limit: u32) -> Result<Vec<SecurityEvent>, DatabaseError> {
        if limit == 0 {
            return Ok(Vec::new()); // to MongoDB, zero is no limit
        }
        // Ids increase within one process. For events of two instances in one millisecond the order is
        // unknown: their clocks differ by more.
        let found = self
            .collection::<Stored>(EVENTS)
            .await?
            .find(doc! { "user": user.as_str() })
            .sort(doc! { "at": -1, "_id": -1 })
            .limit(limit.into())
            .await
            .or_failed()?;
        found.map_ok(SecurityEvent::from).try_collect().await.map_err(unreadable(EVENTS))
    }

    async fn delete_old_events(&self, before: OffsetDateTime) -> Result<u64, DatabaseError> {
        self.settle().await?;
        let events = self.collection::<Document>(EVENTS).await?;
        Ok(events.delete_many(doc! { "at": { "$lt": date(before) } }).await.or_failed()?.deleted_count)
    }
}
