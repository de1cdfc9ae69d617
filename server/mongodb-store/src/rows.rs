//! Rows of sessions: the collection, and the operations on one row.
//!
//! Each of them decides in one statement on one document, which MongoDB executes atomically wherever the document
//! lies; the statement is an insert, an update or a delete of one document, so the driver repeats it by itself after
//! a step-down (retryable writes), and the server executes it once. A conditional statement that has matched nothing
//! may be followed by a read. That read words the answer and decides nothing: nothing has been written, and what it
//! sees was true while the operation ran.
//!
//! [`replace`](Rows::replace) concerns two documents and is in [`replacing`]; ending many sessions is in [`ending`].

mod ending;
mod overview;
mod replacing;
mod settings;
mod sweeping;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use mongodb::bson::{Bson, Document, doc};
use mongodb::error::{ErrorKind, WriteFailure};
use mongodb::{Collection, Database};
use time::OffsetDateTime;
use tokio::sync::OnceCell;

use crate::document::{self, ACTIVE, PENDING, REPLACED, binary, date};
use crate::error::{MongoDBStoreError, Result};
use crate::row::{Created, Key, Lookup, NewRow, Saved, Times};
use crate::schema;

pub use self::settings::{DEFAULT_EXPIRY_MARGIN, RowsBuilder};

/// Sessions in one collection, as opaque rows.
///
/// Opening it touches nothing: the first operation makes the indexes. If that fails, so does the operation, and the
/// next one tries again. Clones share the connections.
///
/// Every `now` is the caller's. A caller may be dropped in the middle of any operation: the operation then happens or
/// does not, but never by halves (`end_all` and `end_everyone` then may have ended some sessions and not others).
#[derive(Clone)]
pub struct Rows {
    database: Database,
    collection: Collection<Document>,
    margin: Option<Duration>,
    migrated: Arc<OnceCell<()>>,
}

impl fmt::Debug for Rows {
    /// Without the client, which knows the way there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("collection", &self.collection.namespace().to_string())
            .field("margin", &self.margin)
            .finish_non_exhaustive()
    }
}

impl Rows {
    /// Rows in the collection `sessions` of a database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self::builder(database).build()
    }

    /// Other settings than those of [`Rows::new`].
    pub fn builder(database: Database) -> RowsBuilder {
        RowsBuilder::new(database)
    }

    /// Makes the indexes if they are missing. Operations do so by themselves; this is for a start that wants to
    /// know.
    ///
    /// # Errors
    /// The server is away, or the user may not make indexes.
    pub async fn migrate(&self) -> Result<()> {
        schema::migrate(&self.database, &self.collection, self.margin).await
    }

    /// The collection, its indexes made.
    async fn ready(&self) -> Result<&Collection<Document>> {
        self.migrated.get_or_try_init(|| self.migrate()).await?;
        Ok(&self.collection)
    }

    /// Inserts a row; an existing key is never overwritten.
    ///
    /// # Errors
    /// The server fails; the row then is there or is not, under a key that nobody has been told.
    pub async fn create(&self, row: &NewRow) -> Result<Created> {
        Ok(if self.insert(document::active(row)).await? { Created::Inserted } else { Created::KeyExists })
    }

    /// What the key leads to. Refuses expired rows by the caller's clock, whatever the TTL monitor has done, and
    /// creates nothing. The filter is the key alone, which every server answers from the index of `_id`.
    ///
    /// # Errors
    /// The server fails, or the document is malformed.
    pub async fn load(&self, key: &Key, now: OffsetDateTime) -> Result<Lookup> {
        let collection = self.ready().await?;
        // A second look only if a replace is under way or was given up in its middle; see `settle`.
        loop {
            let Some(found) = collection.find_one(doc! { "_id": key }).await? else {
                return Ok(Lookup::Missing);
            };
            if *found.get_datetime("expireAt")? <= date(now) {
                return Ok(Lookup::Missing);
            }
            match found.get_str("state")? {
                ACTIVE => return Ok(Lookup::Found(Box::new(document::row(&found)?))),
                REPLACED => return Ok(Lookup::Replaced),
                PENDING if self.settle(&found).await? => {}
                PENDING => return Ok(Lookup::Missing),
                _ => return Err(MongoDBStoreError::Unknown("state")),
            }
        }
    }

    /// Writes data and nothing else; only while the row is unexpired, and only if its revision is the one named.
    ///
    /// # Errors
    /// The server fails; the data then are written or are not.
    pub async fn save(&self, key: &Key, revision: i64, data: &[u8], now: OffsetDateTime) -> Result<Saved> {
        let filter = unexpired(key, Some(revision), now);
        let update = doc! { "$set": { "data": binary(data) }, "$inc": { "revision": 1_i64 } };
        loop {
            if self.update(&filter, &update).await? {
                return Ok(Saved::Written(revision + 1));
            }
            match self.load(key, now).await? {
                // It has become active between the two statements.
                Lookup::Found(row) if row.revision == revision => {}
                Lookup::Found(_) => return Ok(Saved::Stale),
                Lookup::Replaced | Lookup::Missing => return Ok(Saved::Gone),
            }
        }
    }

    /// Moves the three times and nothing else, each of them only forwards; only while the row is unexpired and live.
    /// Leaves the revision alone. `false` if there was no such row.
    ///
    /// # Errors
    /// The server fails; the times then are moved or are not.
    pub async fn touch(&self, key: &Key, times: Times, now: OffsetDateTime) -> Result<bool> {
        let mut filter = unexpired(key, None, now);
        filter.insert("liveUntil", doc! { "$gt": date(now) });
        let update = doc! { "$max": {
            "lastActivity": date(times.last_activity),
            "expireAt": date(times.expires_at),
            "liveUntil": date(times.live_until),
        } };
        loop {
            if self.update(&filter, &update).await? {
                return Ok(true);
            }
            match self.load(key, now).await? {
                // It has become active between the two statements.
                Lookup::Found(row) if date(row.row.live_until) > date(now) => {}
                _ => return Ok(false),
            }
        }
    }

    /// Writes data, owner and end, whatever the revision: the last writer wins. For callers that know no revisions.
    /// `false` if there was no such row; nothing is created.
    pub(crate) async fn overwrite(&self, row: &NewRow, now: OffsetDateTime) -> Result<bool> {
        let mut set = doc! {
            "data": binary(&row.data),
            "lastActivity": date(row.last_activity),
            "liveUntil": date(row.live_until),
            "expireAt": date(row.expires_at),
        };
        let mut update = doc! { "$inc": { "revision": 1_i64 } };
        match &row.owner {
            Some(owner) => drop(set.insert("owner", owner)),
            None => drop(update.insert("$unset", doc! { "owner": "" })),
        }
        update.insert("$set", set);
        let filter = unexpired(&row.key, None, now);
        loop {
            if self.update(&filter, &update).await? {
                return Ok(true);
            }
            // As in `save`: again only if it has become active between the two statements.
            let Lookup::Found(_) = self.load(&row.key, now).await? else { return Ok(false) };
        }
    }

    /// Removes a row, expired or not (not a tombstone). `false` if there was none.
    ///
    /// # Errors
    /// The server fails; the row then is removed or is not.
    pub async fn delete(&self, key: &Key) -> Result<bool> {
        self.remove(key, doc! { "_id": key, "state": ACTIVE }).await
    }

    /// Removes a row only if its revision is the one named: for a session that holds nothing any more. If another
    /// request has saved or replaced it in the meantime, it stays.
    ///
    /// # Errors
    /// The server fails; the row then is removed or is not.
    pub async fn discard(&self, key: &Key, revision: i64) -> Result<bool> {
        self.remove(key, doc! { "_id": key, "state": ACTIVE, "revision": revision }).await
    }

    /// Answers if the server does and has a primary.
    ///
    /// # Errors
    /// The server does not answer, or has no primary.
    pub async fn ping(&self) -> Result<()> {
        self.ready().await?;
        self.database.run_command(doc! { "ping": 1 }).await?;
        Ok(())
    }

    async fn remove(&self, key: &Key, filter: Document) -> Result<bool> {
        let collection = self.ready().await?;
        loop {
            if collection.delete_one(filter.clone()).await?.deleted_count > 0 {
                return Ok(true);
            }
            let found = collection.find_one(doc! { "_id": key }).projection(doc! { "data": 0 }).await?;
            let pending = found.filter(|found| document::has(found, "state", PENDING));
            match pending {
                Some(pending) if self.settle(&pending).await? => {}
                _ => return Ok(false),
            }
        }
    }

    /// Inserts a document; `false` if its key is taken.
    async fn insert(&self, document: Document) -> Result<bool> {
        match self.ready().await?.insert_one(document).await {
            Ok(_) => Ok(true),
            Err(error) if is_duplicate(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Updates one document, never more and never a new one; `false` if none matched.
    async fn update(&self, filter: &Document, update: &Document) -> Result<bool> {
        let updated = self.ready().await?.update_one(filter.clone(), update.clone()).await?;
        Ok(updated.matched_count > 0)
    }
}

/// The active row of a key, while it has not expired.
fn unexpired(key: &Key, revision: Option<i64>, now: OffsetDateTime) -> Document {
    let mut filter = doc! { "_id": key, "state": ACTIVE, "expireAt": { "$gt": date(now) } };
    if let Some(revision) = revision {
        filter.insert("revision", Bson::Int64(revision));
    }
    filter
}

/// `E11000 duplicate key`. The only unique index is that of `_id`.
fn is_duplicate(error: &mongodb::error::Error) -> bool {
    matches!(&*error.kind, ErrorKind::Write(WriteFailure::WriteError(error)) if error.code == 11000)
}
