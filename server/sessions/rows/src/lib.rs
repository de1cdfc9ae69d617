//! The session store as the server sees it: opaque rows and the operations on them.
//!
//! Every operation is atomic and follows the same rules on every store, as verified by one contract suite
//! (`server/sessions/contract`). The rules exist because with a store that upserts, a request in progress can
//! bring a session back after its logout.

use std::fmt;

use async_trait::async_trait;
use time::OffsetDateTime;

/// SHA-256 of the session id. The id itself is never stored, so a stolen copy of the store contains nothing a
/// browser could send.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowKey(pub [u8; 32]);

impl fmt::Debug for RowKey {
    /// The first four bytes: enough to follow a session through a log, useless for finding its id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "{a:02x}{b:02x}{c:02x}{d:02x}…")
    }
}

/// What is written when a session begins or gets a new id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRow {
    /// SHA-256 of the id.
    pub key: RowKey,
    /// Public and random; only usable by the owner to end this session.
    pub handle: String,
    /// The user's id, once signed in.
    pub owner: Option<String>,
    /// Sealed session data.
    pub data: Vec<u8>,
    pub created_at: OffsetDateTime,
    pub last_activity: OffsetDateTime,
    /// From this time on `load` rejects the row and the clean-up may remove it.
    pub expires_at: OffsetDateTime,
    /// From this time on the session no longer counts as live in `list` and `stats`: the earliest of
    /// `expires_at`, idle timeout and absolute lifetime. The row stays until `expires_at`, so that the
    /// browser can be told why it was signed out.
    pub live_until: OffsetDateTime,
}

/// A stored session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What was initially written, with later changes.
    pub row: NewRow,
    /// Counts the saves; a save must specify the revision it loaded. Starts at 1.
    pub revision: i64,
}

/// What a key leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// A session that has not expired (`expires_at`); it may be past its `live_until`.
    Found(Box<Row>),
    /// The id was replaced less than a minute ago: a tombstone without data or owner.
    Replaced,
    Missing,
}

/// Until when a session is live, for those who wait for its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// The earlier of `expires_at` and `live_until`. It may have passed, as long as the row has not expired.
    Until(OffsetDateTime),
    /// See [`Lookup::Replaced`].
    Replaced,
    Missing,
}

impl From<&Lookup> for Lifetime {
    fn from(found: &Lookup) -> Self {
        match found {
            Lookup::Found(row) => Self::Until(row.row.expires_at.min(row.row.live_until)),
            Lookup::Replaced => Self::Replaced,
            Lookup::Missing => Self::Missing,
        }
    }
}

/// Outcome of `create`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// Inserted, with revision 1.
    Inserted,
    /// The key exists (as a row, expired or not, or as a tombstone): nothing was written.
    KeyExists,
}

/// Outcome of `save`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// Written; contains the new revision.
    Written(i64),
    /// The row has a different revision: another request has saved since it was loaded.
    Stale,
    /// The row is gone, expired or replaced: nothing was written.
    Gone,
}

/// Outcome of `replace`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// The new row exists with revision 1, and the old key is a tombstone.
    Done,
    /// The old row's revision differs from the one loaded.
    Stale,
    /// The old row is gone, expired or already replaced: nothing was written.
    Gone,
    /// The new key exists: nothing was written.
    KeyExists,
}

/// Counts for `sessions stats` and metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Live and signed in.
    pub signed_in: u64,
    /// Live, including anonymous sessions.
    pub live: u64,
    /// Past `expires_at` (or `live_until`) but not yet removed; tombstones do not count.
    pub expired: u64,
}

/// The store failed: it is unavailable, slow, full or broken.
#[derive(Debug, thiserror::Error)]
#[error("session store: {message}")]
pub struct StoreError {
    message: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl StoreError {
    /// Wraps an error of the store's client library.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let source = source.into();
        Self { message: source.to_string(), source: Some(source) }
    }

    /// An error without a cause.
    pub fn message(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }
}

/// Rows of sessions. `now` always comes from the server's clock, so that all comparisons use one clock and
/// zone. Times have a resolution of one millisecond.
///
/// A caller may be dropped in the middle of any operation (a browser disconnects): the operation then happens
/// completely or not at all.
#[async_trait]
pub trait SessionRows: fmt::Debug + Send + Sync + 'static {
    /// `memory`, `sqlite` …: shown on `/session` and in `/session-info`.
    fn kind(&self) -> &'static str;

    /// Insert only: an existing key is never overwritten.
    async fn create(&self, row: &NewRow) -> Result<Created, StoreError>;

    /// Rejects expired rows itself, regardless of the clean-up; creates nothing.
    async fn load(&self, key: &RowKey, now: OffsetDateTime) -> Result<Lookup, StoreError>;

    /// What `load` would say about each of these keys, in their order and without the sessions' data. Each may be
    /// looked at in a different moment. A store that is asked over a network should need one request for all of them.
    async fn lifetimes(&self, keys: &[RowKey], now: OffsetDateTime) -> Result<Vec<Lifetime>, StoreError> {
        let mut lifetimes = Vec::with_capacity(keys.len());
        for key in keys {
            lifetimes.push(Lifetime::from(&self.load(key, now).await?));
        }
        Ok(lifetimes)
    }

    /// Update only, while unexpired and if the revision is the one loaded. Writes the data and nothing else.
    async fn save(
        &self,
        key: &RowKey,
        revision: i64,
        data: &[u8],
        now: OffsetDateTime,
    ) -> Result<Saved, StoreError>;

    /// Gives the session a new key. The old row becomes a tombstone without data, handle or owner until
    /// `tombstone_until`. Both or neither. The old row is checked before the new key. A row past its
    /// `live_until` may be replaced, which is how a timed-out session continues as an anonymous one.
    async fn replace(
        &self,
        old: &RowKey,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced, StoreError>;

    /// Updates the three times and nothing else, never backwards (`last_activity` keeps its maximum), only
    /// while the row is unexpired and live; does not change the revision. `false` if there was no such row;
    /// `true` even if all times were already later.
    async fn touch(
        &self,
        key: &RowKey,
        last_activity: OffsetDateTime,
        expires_at: OffsetDateTime,
        live_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// Removes the row, expired or not (but not a tombstone). `false` if there was none.
    async fn delete(&self, key: &RowKey) -> Result<bool, StoreError>;

    /// Removes the row only if its revision matches, for a session that has become empty. If another request
    /// saved or replaced it in the meantime, it stays. `false` if there was no such row.
    async fn discard(&self, key: &RowKey, revision: i64) -> Result<bool, StoreError>;

    /// Ends one session of an owner by its public handle. `false` if the owner has no session with that
    /// handle.
    async fn end(&self, owner: &str, handle: &str) -> Result<bool, StoreError>;

    /// Ends all sessions of an owner, optionally except one; returns the number of rows, including expired
    /// ones.
    ///
    /// A session that existed when this began is gone when it returns, under any key: a concurrent replace
    /// comes before it (then the new row is removed) or after it (then it finds nothing).
    async fn end_all(&self, owner: &str, except: Option<&RowKey>) -> Result<u64, StoreError>;

    /// Live sessions of an owner, most recently active first (then by key), at most `limit`, and the total
    /// count: with a limit of 0 nothing else. Whatever begins or ends meanwhile, the two agree: either all are
    /// listed, or `limit` of them.
    async fn list(&self, owner: &str, now: OffsetDateTime, limit: u32)
    -> Result<(Vec<Row>, u64), StoreError>;

    /// Removes up to `batch` expired rows and tombstones; returns how many.
    async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64, StoreError>;

    async fn stats(&self, now: OffsetDateTime) -> Result<Stats, StoreError>;

    /// Ends all sessions of all users; returns the number of rows. Tombstones stay until they expire.
    async fn end_everyone(&self) -> Result<u64, StoreError>;

    /// Succeeds if the store responds.
    async fn ping(&self) -> Result<(), StoreError>;
}
