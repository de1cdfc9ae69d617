//! A published store as rows: the contract's requests are answered as `tower_sessions::Session` and its layer would do it
//! with that store.
//!
//! | request | what is done |
//! |---|---|
//! | `create` | `create`; if the id is taken, the store picks another one, which is reported as "exists" and removed again |
//! | `load` | `load` |
//! | `save` | `save` of the record that the request has held since it loaded it, with new data |
//! | `touch` | `load`, new expiry, `save`: activity is written with the whole record |
//! | `replace` | `Session::cycle_id`: `delete` the old id, `create` the held record under a new one |
//! | `delete` | `delete` |
//! | `end`, `end_all`, `list`, `sweep` by count, `stats`, `discard`, `end_everyone` | not offered |
//!
//! In case of doubt the store is favoured. These stores ask their own clock, which does not know the contract's, so expiry
//! is judged here. A save whose session is gone and a creation whose id is taken are reported as such, even if the store
//! answers with an error: the Redis store does, because it takes Redis' "not set" for a broken reply ("Could not convert
//! to bool"). What the stores do not report (was there something to delete?) is looked up first.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use serde_json::{Value, json};
use session_rows::{Created, Lookup, NewRow, Replaced, Row, RowKey, Saved, SessionRows, Stats, StoreError};
use store_contract::NotOffered;
use time::OffsetDateTime;

use crate::bridge::{Published, Record};

/// A published store behind the server's trait.
#[derive(Debug)]
pub(crate) struct Upstream<P> {
    store: P,
    /// The records that requests in flight hold, as last seen under their keys.
    held: Mutex<HashMap<RowKey, Record>>,
}

impl<P: Published> Upstream<P> {
    pub(crate) fn new(store: P) -> Self {
        Self { store, held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<RowKey, Record>> {
        self.held.lock().unwrap()
    }

    async fn current(&self, key: &RowKey, now: OffsetDateTime) -> Result<Option<Record>, StoreError> {
        Ok(self.store.load(id_of(key)).await?.filter(|record| now < record.expiry))
    }

    /// Creates it under exactly its id, or not at all.
    async fn create_record(&self, row: &NewRow) -> Result<bool, StoreError> {
        let mut record = record_of(row, 1);
        if let Err(failure) = self.store.create(&mut record).await {
            let exists = self.store.load(id_of(&row.key)).await?.is_some();
            return if exists { Ok(false) } else { Err(failure) };
        }
        let taken = record.id != id_of(&row.key);
        if taken {
            self.store.delete(record.id).await?;
        } else {
            self.held().insert(row.key, record);
        }
        Ok(!taken)
    }

    async fn write(&self, key: &RowKey, record: Record) -> Result<bool, StoreError> {
        let saved = self.store.save(&record).await;
        if self.store.load(record.id).await?.is_none() {
            return Ok(false);
        }
        saved?;
        self.held().insert(*key, record);
        Ok(true)
    }
}

#[async_trait]
impl<P: Published> SessionRows for Upstream<P> {
    fn kind(&self) -> &'static str {
        "upstream"
    }

    async fn create(&self, row: &NewRow) -> Result<Created, StoreError> {
        Ok(if self.create_record(row).await? { Created::Inserted } else { Created::KeyExists })
    }

    async fn load(&self, key: &RowKey, now: OffsetDateTime) -> Result<Lookup, StoreError> {
        let Some(record) = self.current(key, now).await? else { return Ok(Lookup::Missing) };
        let row = row_of(*key, &record)?;
        self.held().insert(*key, record);
        Ok(Lookup::Found(Box::new(row)))
    }

    async fn save(
        &self,
        key: &RowKey,
        revision: i64,
        data: &[u8],
        now: OffsetDateTime,
    ) -> Result<Saved, StoreError> {
        let held = self.held().get(key).cloned();
        let Some(mut record) = held.filter(|record| now < record.expiry) else { return Ok(Saved::Gone) };
        record.data.insert("data".into(), bytes(data));
        record.data.insert("revision".into(), json!(revision.saturating_add(1)));
        let written = self.write(key, record).await?;
        Ok(if written { Saved::Written(revision.saturating_add(1)) } else { Saved::Gone })
    }

    async fn replace(
        &self,
        old: &RowKey,
        _revision: i64,
        new: &NewRow,
        _tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced, StoreError> {
        let held = self.held().get(old).cloned();
        if held.is_none_or(|record| record.expiry <= now) {
            return Ok(Replaced::Gone);
        }
        self.store.delete(id_of(old)).await?;
        Ok(if self.create_record(new).await? { Replaced::Done } else { Replaced::KeyExists })
    }

    async fn touch(
        &self,
        key: &RowKey,
        last_activity: OffsetDateTime,
        expires_at: OffsetDateTime,
        live_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let Some(mut record) = self.current(key, now).await? else { return Ok(false) };
        record.data.insert("last_activity".into(), json!(millis(last_activity)));
        record.data.insert("live_until".into(), json!(millis(live_until)));
        record.expiry = expires_at;
        self.write(key, record).await
    }

    async fn delete(&self, key: &RowKey) -> Result<bool, StoreError> {
        let there = self.store.load(id_of(key)).await?.is_some();
        self.store.delete(id_of(key)).await?;
        Ok(there)
    }

    async fn discard(&self, _key: &RowKey, _revision: i64) -> Result<bool, StoreError> {
        Err(NotOffered("discard").into())
    }

    async fn end(&self, _owner: &str, _handle: &str) -> Result<bool, StoreError> {
        Err(NotOffered("end").into())
    }

    async fn end_all(&self, _owner: &str, _except: Option<&RowKey>) -> Result<u64, StoreError> {
        Err(NotOffered("end_all").into())
    }

    async fn list(
        &self,
        _owner: &str,
        _now: OffsetDateTime,
        _limit: u32,
    ) -> Result<(Vec<Row>, u64), StoreError> {
        Err(NotOffered("list").into())
    }

    async fn sweep(&self, _now: OffsetDateTime, _batch: u32) -> Result<u64, StoreError> {
        Err(NotOffered("sweep").into())
    }

    async fn stats(&self, _now: OffsetDateTime) -> Result<Stats, StoreError> {
        Err(NotOffered("stats").into())
    }

    async fn end_everyone(&self) -> Result<u64, StoreError> {
        Err(NotOffered("end_everyone").into())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.store.load(0).await.map(drop)
    }
}

/// Their ids have 16 bytes; the contract's keys differ in the first four.
fn id_of(key: &RowKey) -> i128 {
    let (id, _) = key.0.split_first_chunk().unwrap();
    i128::from_be_bytes(*id)
}

fn millis(time: OffsetDateTime) -> i64 {
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap()
}

fn bytes(data: &[u8]) -> Value {
    data.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

fn record_of(row: &NewRow, revision: i64) -> Record {
    let data = [
        ("data", bytes(&row.data)),
        ("handle", json!(row.handle)),
        ("owner", json!(row.owner)),
        ("revision", json!(revision)),
        ("created_at", json!(millis(row.created_at))),
        ("last_activity", json!(millis(row.last_activity))),
        ("live_until", json!(millis(row.live_until))),
    ];
    let data = data.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Record { id: id_of(&row.key), data, expiry: row.expires_at }
}

fn row_of(key: RowKey, record: &Record) -> Result<Row, StoreError> {
    let field = |name: &'static str| {
        record.data.get(name).ok_or_else(|| StoreError::message(format!("no {name} in a record")))
    };
    let number = |name| Ok::<_, StoreError>(field(name)?.as_i64().unwrap_or_default());
    let time = |name| {
        let nanos = i128::from(number(name)?) * 1_000_000;
        OffsetDateTime::from_unix_timestamp_nanos(nanos).map_err(StoreError::new)
    };
    let data = field("data")?.as_str().unwrap_or_default();
    let data = (0..data.len()).step_by(2).map(|at| u8::from_str_radix(&data[at..at + 2], 16));
    let row = NewRow {
        key,
        handle: field("handle")?.as_str().unwrap_or_default().to_owned(),
        owner: field("owner")?.as_str().map(str::to_owned),
        data: data.collect::<Result<_, _>>().map_err(StoreError::new)?,
        created_at: time("created_at")?,
        last_activity: time("last_activity")?,
        expires_at: record.expiry,
        live_until: time("live_until")?,
    };
    Ok(Row { row, revision: number("revision")? })
}
