//! [`SessionStore`] for everyone who uses `tower_sessions::SessionManagerLayer`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mongodb::Client;
use rand::RngExt;
use time::OffsetDateTime;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::{ExpiredDeletion, SessionStore, session_store};

use crate::error::{MongoDBStoreError, Result};
use crate::row::{Created, Key, Lookup, NewRow};
use crate::rows::{Rows, RowsBuilder};

/// Ids tried before `create` gives up; one is enough for any true source of random numbers.
const ID_ATTEMPTS: usize = 8;

/// Rows removed by one statement of `delete_expired`.
const SWEEP_BATCH: u32 = 1000;

/// Says whose session a record is.
type OwnerOf = Arc<dyn Fn(&Record) -> Option<String> + Send + Sync>;

/// A MongoDB session store.
///
/// Opening it touches nothing; the first operation makes the indexes. Clones share the connections.
#[derive(Clone)]
pub struct MongoDBStore {
    rows: Rows,
    owner_of: Option<OwnerOf>,
}

/// Settings of a [`MongoDBStore`].
#[must_use]
pub struct MongoDBStoreBuilder {
    rows: RowsBuilder,
    owner_of: Option<OwnerOf>,
}

impl MongoDBStoreBuilder {
    /// Another collection than `sessions`.
    pub fn collection(mut self, name: impl Into<String>) -> Self {
        self.rows = self.rows.collection(name);
        self
    }

    /// See [`RowsBuilder::native_expiry`].
    pub fn native_expiry(mut self, margin: Option<Duration>) -> Self {
        self.rows = self.rows.native_expiry(margin);
        self
    }

    /// Says whose session a record is, from what lies in it: `list`, `end` and `end_all` of [`MongoDBStore::rows`] then
    /// find the sessions of a user. Asked at every `create` and `save`; without it no session has an owner.
    pub fn owner(mut self, owner_of: impl Fn(&Record) -> Option<String> + Send + Sync + 'static) -> Self {
        self.owner_of = Some(Arc::new(owner_of));
        self
    }

    /// The store; touches nothing yet.
    #[must_use]
    pub fn build(self) -> MongoDBStore {
        MongoDBStore { rows: self.rows.build(), owner_of: self.owner_of }
    }
}

impl MongoDBStore {
    /// A store in the collection `sessions` of the named database.
    #[must_use]
    pub fn new(client: Client, database: String) -> Self {
        Self::builder(client, &database).build()
    }

    /// Other settings than those of [`MongoDBStore::new`].
    #[expect(clippy::needless_pass_by_value, reason = "a client is a handle; as `new` takes it")]
    pub fn builder(client: Client, database: &str) -> MongoDBStoreBuilder {
        MongoDBStoreBuilder { rows: Rows::builder(client.database(database)), owner_of: None }
    }

    /// The rows underneath: sessions by owner, ending them, statistics, sweeping in batches.
    #[must_use]
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The key under which a session is stored.
    #[must_use]
    pub fn key(id: &Id) -> Key {
        Key::of(id.0.to_le_bytes())
    }

    fn row(&self, record: &Record, now: OffsetDateTime) -> Result<NewRow> {
        Ok(NewRow {
            key: Self::key(&record.id),
            handle: random_handle(),
            owner: self.owner_of.as_ref().and_then(|owner_of| owner_of(record)),
            data: serde_json::to_vec(&record.data).map_err(MongoDBStoreError::Encode)?,
            created_at: now,
            last_activity: now,
            expires_at: record.expiry_date,
            live_until: record.expiry_date,
        })
    }
}

#[async_trait]
impl SessionStore for MongoDBStore {
    /// Inserts; an id that is taken is exchanged for a new one, never overwritten.
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let mut row = self.row(record, OffsetDateTime::now_utc())?;
        for _ in 0..ID_ATTEMPTS {
            if self.rows.create(&row).await? == Created::Inserted {
                return Ok(());
            }
            record.id = Id::default();
            row.key = Self::key(&record.id);
        }
        Err(MongoDBStoreError::NoFreeId.into())
    }

    /// Updates, and creates nothing: a session that has been ended or has expired stays ended, and the caller is told
    /// by an error (`Backend`, with the words of [`MongoDBStoreError::Ended`]). Two saves at once: the later one wins.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let now = OffsetDateTime::now_utc();
        if self.rows.overwrite(&self.row(record, now)?, now).await? {
            Ok(())
        } else {
            Err(MongoDBStoreError::Ended.into())
        }
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Lookup::Found(row) = self.rows.load(&Self::key(id), OffsetDateTime::now_utc()).await? else {
            return Ok(None);
        };
        let data = serde_json::from_slice(&row.row.data).map_err(MongoDBStoreError::Decode)?;
        Ok(Some(Record { id: *id, data, expiry_date: row.row.expires_at }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.rows.delete(&Self::key(id)).await?;
        Ok(())
    }
}

#[async_trait]
impl ExpiredDeletion for MongoDBStore {
    /// Removes what has expired now, in batches. The TTL index does so by itself, a little later.
    async fn delete_expired(&self) -> session_store::Result<()> {
        let now = OffsetDateTime::now_utc();
        while self.rows.sweep(now, SWEEP_BATCH).await? > 0 {}
        Ok(())
    }
}

impl fmt::Debug for MongoDBStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MongoDBStore").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl fmt::Debug for MongoDBStoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MongoDBStoreBuilder").field("rows", &self.rows).finish_non_exhaustive()
    }
}

/// 128 random bits in hexadecimal.
fn random_handle() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}
