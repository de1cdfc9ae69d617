//! Rows in MongoDB: for many instances on a replica set or a sharded cluster.
//!
//! The operations and what is atomic about them are those of
//! [`tower_sessions_mongodb_store::Rows`]; this module only translates between its types and ours. Sessions
//! are in the collection `sessions`.

use async_trait::async_trait;
use mongodb::Database;
use time::OffsetDateTime;
use tower_sessions_mongodb_store as store;

use session_rows::{Created, Lookup, NewRow, Replaced, Row, RowKey, Saved, SessionRows, Stats, StoreError};

/// Sessions in the collection `sessions` of a MongoDB database.
#[derive(Debug, Clone)]
pub struct MongoRows {
    rows: store::Rows,
}

impl MongoRows {
    /// Touches nothing yet: the first operation makes the indexes.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { rows: store::Rows::new(database) }
    }

    /// Leaves the removal of expired rows to the sweeper: for a clock that is not the time of day, by which the
    /// server's own TTL monitor would remove what has not expired.
    #[must_use]
    pub fn without_native_expiry(database: Database) -> Self {
        Self { rows: store::Rows::builder(database).native_expiry(None).build() }
    }
}

#[async_trait]
impl SessionRows for MongoRows {
    fn kind(&self) -> &'static str {
        "mongodb"
    }

    async fn create(&self, row: &NewRow) -> Result<Created, StoreError> {
        Ok(match self.rows.create(&theirs(row)).await.map_err(StoreError::new)? {
            store::Created::Inserted => Created::Inserted,
            store::Created::KeyExists => Created::KeyExists,
        })
    }

    async fn load(&self, key: &RowKey, now: OffsetDateTime) -> Result<Lookup, StoreError> {
        Ok(match self.rows.load(&store::Key(key.0), now).await.map_err(StoreError::new)? {
            store::Lookup::Found(row) => Lookup::Found(Box::new(ours(*row))),
            store::Lookup::Replaced => Lookup::Replaced,
            store::Lookup::Missing => Lookup::Missing,
        })
    }

    async fn save(
        &self,
        key: &RowKey,
        revision: i64,
        data: &[u8],
        now: OffsetDateTime,
    ) -> Result<Saved, StoreError> {
        let saved = self.rows.save(&store::Key(key.0), revision, data, now).await;
        Ok(match saved.map_err(StoreError::new)? {
            store::Saved::Written(revision) => Saved::Written(revision),
            store::Saved::Stale => Saved::Stale,
            store::Saved::Gone => Saved::Gone,
        })
    }

    async fn replace(
        &self,
        old: &RowKey,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced, StoreError> {
        let old = store::Key(old.0);
        let replaced = self.rows.replace(&old, revision, &theirs(new), tombstone_until, now).await;
        Ok(match replaced.map_err(StoreError::new)? {
            store::Replaced::Done => Replaced::Done,
            store::Replaced::Stale => Replaced::Stale,
            store::Replaced::Gone => Replaced::Gone,
            store::Replaced::KeyExists => Replaced::KeyExists,
        })
    }

    async fn touch(
        &self,
        key: &RowKey,
        last_activity: OffsetDateTime,
        expires_at: OffsetDateTime,
        live_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let times = store::Times { last_activity, expires_at, live_until };
        self.rows.touch(&store::Key(key.0), times, now).await.map_err(StoreError::new)
    }

    async fn delete(&self, key: &RowKey) -> Result<bool, StoreError> {
        self.rows.delete(&store::Key(key.0)).await.map_err(StoreError::new)
    }

    async fn discard(&self, key: &RowKey, revision: i64) -> Result<bool, StoreError> {
        self.rows.discard(&store::Key(key.0), revision).await.map_err(StoreError::new)
    }

    async fn end(&self, owner: &str, handle: &str) -> Result<bool, StoreError> {
        self.rows.end(owner, handle).await.map_err(StoreError::new)
    }

    async fn end_all(&self, owner: &str, except: Option<&RowKey>) -> Result<u64, StoreError> {
        let except = except.map(|key| store::Key(key.0));
        self.rows.end_all(owner, except.as_ref()).await.map_err(StoreError::new)
    }

    async fn list(
        &self,
        owner: &str,
        now: OffsetDateTime,
        limit: u32,
    ) -> Result<(Vec<Row>, u64), StoreError> {
        let (rows, total) = self.rows.list(owner, now, limit).await.map_err(StoreError::new)?;
        Ok((rows.into_iter().map(ours).collect(), total))
    }

    async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64, StoreError> {
        self.rows.sweep(now, batch).await.map_err(StoreError::new)
    }

    async fn stats(&self, now: OffsetDateTime) -> Result<Stats, StoreError> {
        let store::Stats { signed_in, live, expired } =
            self.rows.stats(now).await.map_err(StoreError::new)?;
        Ok(Stats { signed_in, live, expired })
    }

    async fn end_everyone(&self) -> Result<u64, StoreError> {
        self.rows.end_everyone().await.map_err(StoreError::new)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.rows.ping().await.map_err(StoreError::new)
    }
}

fn theirs(row: &NewRow) -> store::NewRow {
    store::NewRow {
        key: store::Key(row.key.0),
        handle: row.handle.clone(),
        owner: row.owner.clone(),
        data: row.data.clone(),
        created_at: row.created_at,
        last_activity: row.last_activity,
        expires_at: row.expires_at,
        live_until: row.live_until,
    }
}

fn ours(store::Row { row, revision }: store::Row) -> Row {
    Row {
        row: NewRow {
            key: RowKey(row.key.0),
            handle: row.handle,
            owner: row.owner,
            data: row.data,
            created_at: row.created_at,
            last_activity: row.last_activity,
            expires_at: row.expires_at,
            live_until: row.live_until,
        },
        revision,
    }
}
