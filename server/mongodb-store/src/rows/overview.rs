//! Reading many rows. None of these is a snapshot: a session that is replaced at the same moment may be missing from
//! the answer, or be seen under either key, but is never listed for another owner.

use std::collections::HashMap;

use futures::TryStreamExt;
use mongodb::bson::{Bson, Document, doc};
use time::OffsetDateTime;

use super::Rows;
use crate::document::{self, ACTIVE, REPLACED, binary, date};
use crate::error::{MongoDBStoreError, Result};
use crate::row::{Key, Lifetime, Lookup, Row, Stats};

impl Rows {
    /// Live sessions of an owner, newest activity first (then by key), at most `limit`, and how many there are in all.
    ///
    /// One command, except for an owner who has `limit` sessions or more: only then the rest is counted, by a second one.
    /// A single `aggregate` for both (`$facet`) would have to fit into one document, and not every server knows it; both
    /// commands at once would take two connections of the pool for what is hardly ever needed.
    ///
    /// # Errors
    /// The server fails, or a document is malformed.
    pub async fn list(&self, owner: &str, now: OffsetDateTime, limit: u32) -> Result<(Vec<Row>, u64)> {
        let collection = self.ready().await?;
        let now = date(now);
        let live = doc! {
            "owner": owner,
            "state": ACTIVE,
            "expireAt": { "$gt": now },
            "liveUntil": { "$gt": now },
        };
        let mut rows = Vec::new();
        // No limit is what MongoDB understands by a limit of 0.
        if limit > 0 {
            let newest = doc! { "lastActivity": -1, "_id": 1 };
            // All in the first answer, which would hold 101 otherwise. Room for one more says that they are all.
            let room = limit.saturating_add(1);
            let found = collection.find(live.clone()).sort(newest).limit(limit.into()).batch_size(room);
            let mut found = found.await?;
            while let Some(found) = found.try_next().await? {
                rows.push(document::row(&found)?);
            }
        }
        let listed = rows.len() as u64;
        if limit > 0 && listed < u64::from(limit) {
            return Ok((rows, listed));
        }
        let total = collection.count_documents(live).await?;
        Ok((rows, total.max(listed)))
    }

    /// What [`load`](Self::load) would say about each of these keys, in their order and without the sessions' data. One
    /// command, unless a replace of one of them is under way.
    ///
    /// # Errors
    /// The server fails, or a document is malformed.
    pub async fn lifetimes(&self, keys: &[Key], now: OffsetDateTime) -> Result<Vec<Lifetime>> {
        let sought: Vec<_> = keys.iter().map(|key| binary(&key.0)).collect();
        let found = self.ready().await?.find(doc! { "_id": { "$in": sought } });
        let found = found.projection(doc! { "state": 1, "expireAt": 1, "liveUntil": 1 });
        // All in the first answer, as above.
        let room = u32::try_from(keys.len()).unwrap_or(u32::MAX).saturating_add(1);
        let mut found = found.batch_size(room).await?;
        let mut lifetimes = HashMap::new();
        while let Some(document) = found.try_next().await? {
            let key = document::key(&document, "_id")?;
            lifetimes.insert(key, self.lifetime(&key, &document, now).await?);
        }
        Ok(keys.iter().map(|key| lifetimes.get(key).copied().unwrap_or(Lifetime::Missing)).collect())
    }

    async fn lifetime(&self, key: &Key, found: &Document, now: OffsetDateTime) -> Result<Lifetime> {
        let expires_at = document::time(found, "expireAt")?;
        if date(expires_at) <= date(now) {
            return Ok(Lifetime::Missing);
        }
        Ok(match found.get_str("state")? {
            ACTIVE => Lifetime::Until(expires_at.min(document::time(found, "liveUntil")?)),
            REPLACED => Lifetime::Replaced,
            // Pending, above all: what becomes of that is decided there.
            _ => match self.load(key, now).await? {
                Lookup::Found(row) => Lifetime::Until(row.row.expires_at.min(row.row.live_until)),
                Lookup::Replaced => Lifetime::Replaced,
                Lookup::Missing => Lifetime::Missing,
            },
        })
    }

    /// Counts sessions. Reads the whole collection, in one statement.
    ///
    /// # Errors
    /// The server fails.
    pub async fn stats(&self, now: OffsetDateTime) -> Result<Stats> {
        let now = date(now);
        let live = doc! { "$and": [{ "$gt": ["$expireAt", now] }, { "$gt": ["$liveUntil", now] }] };
        let signed_in = doc! { "$and": [live.clone(), { "$eq": [{ "$type": "$owner" }, "string"] }] };
        let counted = |condition: Document| doc! { "$sum": { "$cond": [condition, 1, 0] } };
        let counts = self.ready().await?.aggregate([
            doc! { "$match": { "state": ACTIVE } },
            doc! { "$group": {
                "_id": null,
                "present": { "$sum": 1 },
                "live": counted(live),
                "signedIn": counted(signed_in),
            } },
        ]);
        let Some(counts) = counts.await?.try_next().await? else { return Ok(Stats::default()) };
        let live = count(&counts, "live")?;
        Ok(Stats {
            signed_in: count(&counts, "signedIn")?,
            live,
            expired: count(&counts, "present")?.saturating_sub(live),
        })
    }
}

/// A sum, in whichever of its integers the server has counted.
fn count(counts: &Document, field: &str) -> Result<u64> {
    let count = match counts.get(field) {
        Some(Bson::Int32(count)) => i64::from(*count),
        Some(Bson::Int64(count)) => *count,
        _ => return Err(MongoDBStoreError::Unknown("count")),
    };
    u64::try_from(count).map_err(|_| MongoDBStoreError::Unknown("count"))
}
