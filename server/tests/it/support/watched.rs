//! A store one can look into: it counts operations, fails on demand, and stops a request in the middle.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use database::Database;
use server::startup::Wrap;
use session_rows::{Created, Lookup, NewRow, Replaced, Row, RowKey, Saved, SessionRows, Stats, StoreError};
use time::OffsetDateTime;
use tokio::sync::Notify;

use crate::support::watched_database::WatchedDatabase;

/// What a test holds.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    counts: Mutex<BTreeMap<&'static str, usize>>,
    away: AtomicBool,
    failing: Mutex<BTreeSet<&'static str>>,
    pause: Mutex<Option<(&'static str, Arc<Gate>)>>,
}

/// A request waits here before its operation.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    reached: Notify,
    open: Notify,
}

impl Gate {
    /// Until a request stands before its operation.
    pub(crate) async fn reached(&self) {
        self.reached.notified().await;
    }

    /// Lets it go on.
    pub(crate) fn open(&self) {
        self.open.notify_one();
    }
}

impl Watch {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// For `Overrides`.
    pub(crate) fn wrap(watch: Arc<Self>) -> Wrap<dyn SessionRows> {
        Box::new(move |inner| Arc::new(Watched { inner, watch }))
    }

    /// The same for the database.
    pub(crate) fn wrap_database(watch: Arc<Self>) -> Wrap<dyn Database> {
        Box::new(move |inner| Arc::new(WatchedDatabase { inner, watch }))
    }

    /// Operations since the last call, by name.
    pub(crate) fn take(&self) -> BTreeMap<&'static str, usize> {
        std::mem::take(&mut *self.counts.lock().unwrap())
    }

    /// From now on every operation fails (or works again).
    pub(crate) fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// From now on the operations of these names fail, and no others.
    pub(crate) fn fail_at(&self, operations: &[&'static str]) {
        *self.failing.lock().unwrap() = operations.iter().copied().collect();
    }

    /// The next operation of that name waits at the gate.
    pub(crate) fn pause_at(&self, operation: &'static str) -> Arc<Gate> {
        let gate = Arc::new(Gate::default());
        *self.pause.lock().unwrap() = Some((operation, Arc::clone(&gate)));
        gate
    }

    pub(crate) async fn pass(&self, operation: &'static str) -> Result<()> {
        *self.counts.lock().unwrap().entry(operation).or_default() += 1;
        let gate = {
            let mut pause = self.pause.lock().unwrap();
            pause.take_if(|(name, _)| *name == operation).map(|(_, gate)| gate)
        };
        if let Some(gate) = gate {
            gate.reached.notify_one();
            gate.open.notified().await;
        }
        if self.away.load(Ordering::SeqCst) || self.failing.lock().unwrap().contains(operation) {
            Err(StoreError::message("away, says the test"))
        } else {
            Ok(())
        }
    }
}

#[derive(Debug)]
struct Watched {
    inner: Arc<dyn SessionRows>,
    watch: Arc<Watch>,
}

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl SessionRows for Watched {
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }
    async fn create(&self, row: &NewRow) -> Result<Created> {
        self.watch.pass("create").await?;
        self.inner.create(row).await
    }
    async fn load(&self, key: &RowKey, now: OffsetDateTime) -> Result<Lookup> {
        self.watch.pass("load").await?;
        self.inner.load(key, now).await
    }
    async fn save(&self, key: &RowKey, revision: i64, data: &[u8], now: OffsetDateTime) -> Result<Saved> {
        self.watch.pass("save").await?;
        self.inner.save(key, revision, data, now).await
    }
    async fn replace(
        &self,
        old: &RowKey,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced> {
        self.watch.pass("replace").await?;
        self.inner.replace(old, revision, new, tombstone_until, now).await
    }
    async fn touch(
        &self,
        key: &RowKey,
        last_activity: OffsetDateTime,
        expires_at: OffsetDateTime,
        live_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool> {
        self.watch.pass("touch").await?;
        self.inner.touch(key, last_activity, expires_at, live_until, now).await
    }
    async fn delete(&self, key: &RowKey) -> Result<bool> {
        self.watch.pass("delete").await?;
        self.inner.delete(key).await
    }
    async fn discard(&self, key: &RowKey, revision: i64) -> Result<bool> {
        self.watch.pass("discard").await?;
        self.inner.discard(key, revision).await
    }
    async fn end(&self, owner: &str, handle: &str) -> Result<bool> {
        self.watch.pass("end").await?;
        self.inner.end(owner, handle).await
    }
    async fn end_all(&self, owner: &str, except: Option<&RowKey>) -> Result<u64> {
        self.watch.pass("end_all").await?;
        self.inner.end_all(owner, except).await
    }
    async fn list(&self, owner: &str, now: OffsetDateTime, limit: u32) -> Result<(Vec<Row>, u64)> {
        self.watch.pass("list").await?;
        self.inner.list(owner, now, limit).await
    }
    // What no request asks for is not counted: the sweeper runs beside the tests.
    async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64> {
        self.inner.sweep(now, batch).await
    }
    async fn stats(&self, now: OffsetDateTime) -> Result<Stats> {
        self.inner.stats(now).await
    }
    async fn end_everyone(&self) -> Result<u64> {
        self.inner.end_everyone().await
    }
    async fn ping(&self) -> Result<()> {
        self.watch.pass("ping").await?;
        self.inner.ping().await
    }
}
