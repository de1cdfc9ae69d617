//! A store whose owner index is a separate record, read and written back unconditionally: the subject of
//! better-auth issue 11073. Its rows are correct.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use session_rows::{Created, Lookup, NewRow, Replaced, Row, RowKey, Saved, SessionRows, Stats, StoreError};
use sessions::store::MemoryRows;
use store_contract::{Rows, Store};
use time::OffsetDateTime;

type Index = Arc<Mutex<HashMap<String, Vec<RowKey>>>>;

/// Good rows, bad index.
#[derive(Debug, Default)]
pub(super) struct Indexed {
    inner: MemoryRows,
    index: Index,
}

impl Indexed {
    pub(super) fn rows() -> Rows {
        Arc::new(Self::default())
    }

    /// With a way to lose the index.
    pub(super) fn store() -> Store {
        let store = Self::default();
        let index = store.index.clone();
        Store::new(store, ()).with_index_loss(move |owner| {
            index.lock().unwrap().remove(&owner);
            async {}
        })
    }

    /// Reads the list, lets other tasks run, writes it back.
    async fn change(&self, owner: &str, change: impl FnOnce(&mut Vec<RowKey>)) -> Vec<RowKey> {
        let before = self.index.lock().unwrap().get(owner).cloned().unwrap_or_default();
        let mut after = before.clone();
        change(&mut after);
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        self.index.lock().unwrap().insert(owner.to_owned(), after);
        before
    }

    async fn enter(&self, row: &NewRow) {
        if let Some(owner) = &row.owner {
            self.change(owner, |keys| keys.push(row.key)).await;
        }
    }

    async fn all(&self, keys: &[RowKey], now: OffsetDateTime) -> Result<Vec<Row>, StoreError> {
        let mut rows = vec![];
        for key in keys {
            if let Lookup::Found(row) = self.inner.load(key, now).await? {
                rows.push(*row);
            }
        }
        Ok(rows)
    }
}

#[async_trait]
impl SessionRows for Indexed {
    fn kind(&self) -> &'static str {
        "indexed"
    }

    async fn create(&self, row: &NewRow) -> Result<Created, StoreError> {
        let created = self.inner.create(row).await?;
        self.enter(row).await;
        Ok(created)
    }

    async fn load(&self, key: &RowKey, now: OffsetDateTime) -> Result<Lookup, StoreError> {
        self.inner.load(key, now).await
    }

    async fn save(
        &self,
        key: &RowKey,
        revision: i64,
        data: &[u8],
        now: OffsetDateTime,
    ) -> Result<Saved, StoreError> {
        self.inner.save(key, revision, data, now).await
    }

    async fn replace(
        &self,
        old: &RowKey,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced, StoreError> {
        let replaced = self.inner.replace(old, revision, new, tombstone_until, now).await?;
        if replaced == Replaced::Done {
            self.enter(new).await;
        }
        Ok(replaced)
    }

    async fn touch(
        &self,
        key: &RowKey,
        last_activity: OffsetDateTime,
        expires_at: OffsetDateTime,
        live_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        self.inner.touch(key, last_activity, expires_at, live_until, now).await
    }

    async fn delete(&self, key: &RowKey) -> Result<bool, StoreError> {
        self.inner.delete(key).await
    }

    async fn discard(&self, key: &RowKey, revision: i64) -> Result<bool, StoreError> {
        self.inner.discard(key, revision).await
    }

    async fn end(&self, owner: &str, handle: &str) -> Result<bool, StoreError> {
        self.inner.end(owner, handle).await
    }

    /// Counts what the index contains, trusting it.
    async fn end_all(&self, owner: &str, except: Option<&RowKey>) -> Result<u64, StoreError> {
        let keys = self.change(owner, |keys| keys.retain(|key| Some(key) == except)).await;
        let mut ended = 0;
        for key in keys.iter().filter(|key| Some(*key) != except) {
            self.inner.delete(key).await?;
            ended += 1;
        }
        Ok(ended)
    }

    async fn list(
        &self,
        owner: &str,
        now: OffsetDateTime,
        _limit: u32,
    ) -> Result<(Vec<Row>, u64), StoreError> {
        let keys = self.index.lock().unwrap().get(owner).cloned().unwrap_or_default();
        let rows = self.all(&keys, now).await?;
        let total = rows.len() as u64;
        Ok((rows, total))
    }

    async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64, StoreError> {
        self.inner.sweep(now, batch).await
    }

    async fn stats(&self, now: OffsetDateTime) -> Result<Stats, StoreError> {
        self.inner.stats(now).await
    }

    async fn end_everyone(&self) -> Result<u64, StoreError> {
        self.inner.end_everyone().await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.inner.ping().await
    }
}
