//! Wraps each operation of a session store: with a time limit, or with what a test watches and breaks.

use std::sync::Arc;

use async_trait::async_trait;
use storage::intercept::{Intercept, Operation};
use time::OffsetDateTime;

use session_rows::{
    Created, Lifetime, Lookup, NewRow, Replaced, Row, RowKey, Saved, SessionRows, Stats, StoreError,
};

/// See [`Intercept`].
#[derive(Debug)]
pub struct Intercepted<I> {
    inner: Arc<dyn SessionRows>,
    interceptor: I,
}

impl<I: Intercept> Intercepted<I> {
    #[must_use]
    pub fn new(inner: Arc<dyn SessionRows>, interceptor: I) -> Self {
        Self { inner, interceptor }
    }

    async fn request<T: Send>(
        &self,
        name: &'static str,
        call: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        self.interceptor.around(Operation::request(name), StoreError::new, call).await
    }

    async fn maintenance<T: Send>(
        &self,
        name: &'static str,
        call: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        self.interceptor.around(Operation::maintenance(name), StoreError::new, call).await
    }
}

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl<I: Intercept> SessionRows for Intercepted<I> {
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }

    async fn create(&self, row: &NewRow) -> Result<Created> {
        self.request("create", self.inner.create(row)).await
    }

    async fn load(&self, key: &RowKey, now: OffsetDateTime) -> Result<Lookup> {
        self.request("load", self.inner.load(key, now)).await
    }

    async fn lifetimes(&self, keys: &[RowKey], now: OffsetDateTime) -> Result<Vec<Lifetime>> {
        self.request("lifetimes", self.inner.lifetimes(keys, now)).await
    }

    async fn save(&self, key: &RowKey, revision: i64, data: &[u8], now: OffsetDateTime) -> Result<Saved> {
        self.request("save", self.inner.save(key, revision, data, now)).await
    }

    async fn replace(
        &self,
        old: &RowKey,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced> {
        self.request("replace", self.inner.replace(old, revision, new, tombstone_until, now)).await
    }

    async fn touch(
        &self,
        key: &RowKey,
        last_activity: OffsetDateTime,
        expires_at: OffsetDateTime,
        live_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool> {
        self.request("touch", self.inner.touch(key, last_activity, expires_at, live_until, now)).await
    }

    async fn delete(&self, key: &RowKey) -> Result<bool> {
        self.request("delete", self.inner.delete(key)).await
    }

    async fn discard(&self, key: &RowKey, revision: i64) -> Result<bool> {
        self.request("discard", self.inner.discard(key, revision)).await
    }

    async fn end(&self, owner: &str, handle: &str) -> Result<bool> {
        self.request("end", self.inner.end(owner, handle)).await
    }

    async fn end_all(&self, owner: &str, except: Option<&RowKey>) -> Result<u64> {
        self.request("end_all", self.inner.end_all(owner, except)).await
    }

    async fn list(&self, owner: &str, now: OffsetDateTime, limit: u32) -> Result<(Vec<Row>, u64)> {
        self.request("list", self.inner.list(owner, now, limit)).await
    }

    async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64> {
        self.maintenance("sweep", self.inner.sweep(now, batch)).await
    }

    async fn stats(&self, now: OffsetDateTime) -> Result<Stats> {
        self.maintenance("stats", self.inner.stats(now)).await
    }

    async fn end_everyone(&self) -> Result<u64> {
        self.maintenance("end_everyone", self.inner.end_everyone()).await
    }

    async fn ping(&self) -> Result<()> {
        self.request("ping", self.inner.ping()).await
    }
}
