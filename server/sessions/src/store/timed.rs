//! A time limit around every operation of a session store.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use time::OffsetDateTime;

use session_rows::{Created, Lookup, NewRow, Replaced, Row, RowKey, Saved, SessionRows, Stats, StoreError};
use storage::time_limit::{TimeLimit, Turns};

/// Any session store, with every operation ended after a time limit. Operations nobody waits for (sweeping,
/// counting, ending everybody's sessions) have longer; see [`TimeLimit::maintain`].
#[derive(Debug)]
pub struct TimedRows {
    inner: Arc<dyn SessionRows>,
    limit: TimeLimit,
}

impl TimedRows {
    /// Puts the limit around a store.
    #[must_use]
    pub fn new(inner: Arc<dyn SessionRows>, limit: Duration, turns: Turns) -> Self {
        Self { inner, limit: TimeLimit::new("session store", limit, turns) }
    }
}

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl SessionRows for TimedRows {
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }

    async fn create(&self, row: &NewRow) -> Result<Created> {
        self.limit.run(StoreError::new, self.inner.create(row)).await
    }

    async fn load(&self, key: &RowKey, now: OffsetDateTime) -> Result<Lookup> {
        self.limit.run(StoreError::new, self.inner.load(key, now)).await
    }

    async fn save(&self, key: &RowKey, revision: i64, data: &[u8], now: OffsetDateTime) -> Result<Saved> {
        self.limit.run(StoreError::new, self.inner.save(key, revision, data, now)).await
    }

    async fn replace(
        &self,
        old: &RowKey,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced> {
        self.limit.run(StoreError::new, self.inner.replace(old, revision, new, tombstone_until, now)).await
    }

    async fn touch(
        &self,
        key: &RowKey,
        last_activity: OffsetDateTime,
        expires_at: OffsetDateTime,
        live_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool> {
        self.limit
            .run(StoreError::new, self.inner.touch(key, last_activity, expires_at, live_until, now))
            .await
    }

    async fn delete(&self, key: &RowKey) -> Result<bool> {
        self.limit.run(StoreError::new, self.inner.delete(key)).await
    }

    async fn discard(&self, key: &RowKey, revision: i64) -> Result<bool> {
        self.limit.run(StoreError::new, self.inner.discard(key, revision)).await
    }

    async fn end(&self, owner: &str, handle: &str) -> Result<bool> {
        self.limit.run(StoreError::new, self.inner.end(owner, handle)).await
    }

    async fn end_all(&self, owner: &str, except: Option<&RowKey>) -> Result<u64> {
        self.limit.run(StoreError::new, self.inner.end_all(owner, except)).await
    }

    async fn list(&self, owner: &str, now: OffsetDateTime, limit: u32) -> Result<(Vec<Row>, u64)> {
        self.limit.run(StoreError::new, self.inner.list(owner, now, limit)).await
    }

    async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64> {
        self.limit.maintain(StoreError::new, self.inner.sweep(now, batch)).await
    }

    async fn stats(&self, now: OffsetDateTime) -> Result<Stats> {
        self.limit.maintain(StoreError::new, self.inner.stats(now)).await
    }

    async fn end_everyone(&self) -> Result<u64> {
        self.limit.maintain(StoreError::new, self.inner.end_everyone()).await
    }

    async fn ping(&self) -> Result<()> {
        self.limit.run(StoreError::new, self.inner.ping()).await
    }
}
