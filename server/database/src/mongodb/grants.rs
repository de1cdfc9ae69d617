//! Codes and tokens of the demo provider.

use async_trait::async_trait;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, DateTime, Document, doc};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::error::{OrFailed as _, unreadable};
use super::{GRANTS, MongoDatabase, date, time_of};
use crate::grants::grant_failed;
use oauth::demo_provider::{DemoGrant, DemoGrants, GrantError};

/// A document of `demo_grants`, without its key.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    payload: String,
    expires_at: DateTime,
}

impl From<Stored> for DemoGrant {
    fn from(stored: Stored) -> Self {
        Self { payload: stored.payload, expires_at: time_of(stored.expires_at) }
    }
}

/// The SHA-256, as stored.
fn id(key: &[u8; 32]) -> Binary {
    Binary { subtype: BinarySubtype::Generic, bytes: key.to_vec() }
}

/// Matches the grant unless it has expired.
fn valid(key: &[u8; 32], now: OffsetDateTime) -> Document {
    doc! { "_id": id(key), "expires_at": { "$gt": date(now) } }
}

#[async_trait]
impl DemoGrants for MongoDatabase {
    async fn put_grant(&self, key: &[u8; 32], grant: &DemoGrant) -> Result<(), GrantError> {
        let grants = self.collection::<Document>(GRANTS).await.map_err(grant_failed)?;
        let grant = doc! { "_id": id(key), "payload": &grant.payload, "expires_at": date(grant.expires_at) };
        grants.insert_one(grant).await.or_failed().map_err(grant_failed)?;
        Ok(())
    }

    async fn take_grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError> {
        let grants = self.collection::<Stored>(GRANTS).await.map_err(grant_failed)?;
        let taken = grants
            .find_one_and_delete(valid(key, now))
            .await
            .map_err(unreadable(GRANTS))
            .map_err(grant_failed)?;
        Ok(taken.map(DemoGrant::from))
    }

    async fn grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError> {
        let grants = self.collection::<Stored>(GRANTS).await.map_err(grant_failed)?;
        let found =
            grants.find_one(valid(key, now)).await.map_err(unreadable(GRANTS)).map_err(grant_failed)?;
        Ok(found.map(DemoGrant::from))
    }

    async fn delete_expired_grants(&self, now: OffsetDateTime) -> Result<u64, GrantError> {
        let grants = self.collection::<Document>(GRANTS).await.map_err(grant_failed)?;
        Ok(grants
            .delete_many(doc! { "expires_at": { "$lte": date(now) } })
            .await
            .or_failed()
            .map_err(grant_failed)?
            .deleted_count)
    }
}
