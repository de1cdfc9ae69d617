//! Rows in MongoDB: for many instances on a replica set or a sharded cluster.
//!
//! The operations and their atomicity are those of [`tower_sessions_mongodb_store::Rows`]. That package is
//! independent and therefore has its own types, with the same fields and variants as ours; this module
//! converts between the two. Sessions are in the collection `sessions`.

use async_trait::async_trait;
use mongodb::Database;
use time::OffsetDateTime;
use tower_sessions_mongodb_store as store;

use storage::fault::StoreFailure;

use session_rows::{
    Created, Lifetime, Lookup, NewRow, Replaced, Row, RowKey, Saved, SessionRows, Stats, StoreError,
};

/// Sessions in the collection `sessions` of a MongoDB database.
#[derive(Debug, Clone)]
pub struct MongoRows {
    rows: store::Rows,
}

impl MongoRows {
    /// Does not access the server: the first operation creates the indexes.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { rows: store::Rows::new(database) }
    }

    /// Leaves the removal of expired rows to the clean-up. For a clock other than the time of day, with which
    /// the server's TTL monitor would remove unexpired rows.
    #[must_use]
    pub fn without_native_expiry(database: Database) -> Self {
        Self { rows: store::Rows::builder(database).native_expiry(None).build() }
    }
}

type Result<T> = std::result::Result<T, StoreError>;

/// Converts a result of the package to ours: the outcome is the variant with the same name.
macro_rules! ours {
    ($result:expr, $type:ident { $($variant:ident $(($field:ident => $copy:expr))?),+ }) => {
        Ok(match $result.map_err(failed)? {
            $(store::$type::$variant $(($field))? => $type::$variant $(($copy))?),+
        })
    };
    ($result:expr) => {
        $result.map_err(failed)
    };
}

/// The driver's error itself, which says what kind of failure it is.
fn failed(error: store::MongoDBStoreError) -> StoreError {
    match error {
        store::MongoDBStoreError::MongoDB(error) => StoreError::new(StoreFailure::of(&error)),
        store::MongoDBStoreError::Malformed(_) | store::MongoDBStoreError::Unknown(_) => {
            StoreError::new(StoreFailure::unreadable("a document of `sessions`"))
        }
        // The package's list may grow.
        error => StoreError::new(error),
    }
}

/// Converts a row of one package to that of the other.
macro_rules! copied {
    ($row:expr => $($target:ident)::+, $key:expr) => {{
        let row = $row;
        $($target)::+ {
            key: $key(row.key.0),
            handle: row.handle,
            owner: row.owner,
            data: row.data,
            created_at: row.created_at,
            last_activity: row.last_activity,
            expires_at: row.expires_at,
            live_until: row.live_until,
        }
    }};
}

fn theirs(row: &NewRow) -> store::NewRow {
    copied!(row.clone() => store::NewRow, store::Key)
}

fn ours(store::Row { row, revision }: store::Row) -> Row {
    Row { row: copied!(row => NewRow, RowKey), revision }
}

fn key(key: &RowKey) -> store::Key {
    store::Key(key.0)
}

#[async_trait]
impl SessionRows for MongoRows {
    fn kind(&self) -> &'static str {
        "mongodb"
    }

    async fn create(&self, row: &NewRow) -> Result<Created> {
        ours!(self.rows.create(&theirs(row)).await, Created { Inserted, KeyExists })
    }

    async fn load(&self, asked: &RowKey, now: OffsetDateTime) -> Result<Lookup> {
        let found = self.rows.load(&key(asked), now).await;
        ours!(found, Lookup { Found(row => Box::new(ours(*row))), Replaced, Missing })
    }

    async fn lifetimes(&self, keys: &[RowKey], now: OffsetDateTime) -> Result<Vec<Lifetime>> {
        let keys: Vec<_> = keys.iter().map(key).collect();
        let found = ours!(self.rows.lifetimes(&keys, now).await)?;
        let ours = |lifetime| match lifetime {
            store::Lifetime::Until(until) => Lifetime::Until(until),
            store::Lifetime::Replaced => Lifetime::Replaced,
            store::Lifetime::Missing => Lifetime::Missing,
        };
        Ok(found.into_iter().map(ours).collect())
    }

    async fn save(&self, saved: &RowKey, revision: i64, data: &[u8], now: OffsetDateTime) -> Result<Saved> {
        let saved = self.rows.save(&key(saved), revision, data, now).await;
        ours!(saved, Saved { Written(revision => revision), Stale, Gone })
    }

    async fn replace(
        &self,
        old: &RowKey,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced> {
        let replaced = self.rows.replace(&key(old), revision, &theirs(new), tombstone_until, now).await;
        ours!(replaced, Replaced { Done, Stale, Gone, KeyExists })
    }

    async fn touch(
        &self,
        touched: &RowKey,
        last_activity: OffsetDateTime,
        expires_at: OffsetDateTime,
        live_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool> {
        let times = store::Times { last_activity, expires_at, live_until };
        ours!(self.rows.touch(&key(touched), times, now).await)
    }

    async fn delete(&self, deleted: &RowKey) -> Result<bool> {
        ours!(self.rows.delete(&key(deleted)).await)
    }

    async fn discard(&self, discarded: &RowKey, revision: i64) -> Result<bool> {
        ours!(self.rows.discard(&key(discarded), revision).await)
    }

    async fn end(&self, owner: &str, handle: &str) -> Result<bool> {
        ours!(self.rows.end(owner, handle).await)
    }

    async fn end_all(&self, owner: &str, except: Option<&RowKey>) -> Result<u64> {
        ours!(self.rows.end_all(owner, except.map(key).as_ref()).await)
    }

    async fn list(&self, owner: &str, now: OffsetDateTime, limit: u32) -> Result<(Vec<Row>, u64)> {
        let (rows, total) = ours!(self.rows.list(owner, now, limit).await)?;
        Ok((rows.into_iter().map(ours).collect(), total))
    }

    async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64> {
        ours!(self.rows.sweep(now, batch).await)
    }

    async fn stats(&self, now: OffsetDateTime) -> Result<Stats> {
        let store::Stats { signed_in, live, expired } = ours!(self.rows.stats(now).await)?;
        Ok(Stats { signed_in, live, expired })
    }

    async fn end_everyone(&self) -> Result<u64> {
        ours!(self.rows.end_everyone().await)
    }

    async fn ping(&self) -> Result<()> {
        ours!(self.rows.ping().await)
    }
}
