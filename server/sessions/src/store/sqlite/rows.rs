//! The operations of the trait, each with its statement.

use async_trait::async_trait;
use rusqlite::Params;
use storage::sqlite::{BATCH, SqliteError, all, execute, first};
use time::OffsetDateTime;

use super::{SqliteRows, insert, is_there};
use domain::millis::{from_millis, to_millis};
use session_rows::{
    Created, Lifetime, Lookup, NewRow, Replaced, Row, RowKey, Saved, SessionRows, Stats, StoreError,
};

/// Begins, like [`LIST`], with what [`read`] reads.
const LOAD: &str = "\
select key, handle, owner, data, created_at, last_activity, expires_at, live_until, revision, replaced
from user_sessions
where key = ?1 and expires_at > ?2";

const LIFETIME: &str = "\
select replaced, min(expires_at, live_until) from user_sessions where key = ?1 and expires_at > ?2";

const SAVE: &str = "\
update user_sessions set data = ?3, revision = revision + 1
where key = ?1 and replaced = 0 and revision = ?2 and expires_at > ?4";

/// Everything that belonged to the session leaves the row; only the key and its times stay.
const LEAVE_TOMBSTONE: &str = "\
update user_sessions
set replaced = 1, owner = null, handle = null, data = null, expires_at = ?3, live_until = ?3
where key = ?1 and replaced = 0 and revision = ?2 and expires_at > ?4";

/// `max` prevents a late touch from moving a time backwards.
const TOUCH: &str = "\
update user_sessions
set last_activity = max(last_activity, ?2), expires_at = max(expires_at, ?3), live_until = max(live_until, ?4)
where key = ?1 and replaced = 0 and expires_at > ?5 and live_until > ?5";

const DELETE: &str = "delete from user_sessions where key = ?1 and replaced = 0";

const DISCARD: &str = "delete from user_sessions where key = ?1 and replaced = 0 and revision = ?2";

pub(super) const END: &str = "delete from user_sessions where owner = ?1 and handle = ?2";

/// `is not` instead of `<>`: without an exception ?2 is null, and no key is null.
pub(super) const END_ALL: &str = "delete from user_sessions where owner = ?1 and key is not ?2";

/// Rows and count come from one state of the database. The index has the rows in this order, so only those that are
/// listed are read; it has the times as well, so the others are counted without being read. (A window function would
/// copy all of them first.)
pub(super) const LIST: &str = "\
select key, handle, owner, data, created_at, last_activity, expires_at, live_until, revision, (
    select count(*) from user_sessions where owner = ?1 and expires_at > ?2 and live_until > ?2
)
from user_sessions
where owner = ?1 and expires_at > ?2 and live_until > ?2
order by last_activity desc, key
limit ?3";

/// Whether an owner has so many sessions that even passing over them in the index takes a while.
pub(super) const HAS_MANY: &str = "select 1 from user_sessions where owner = ?1 limit 1 offset 1000";

pub(super) const SWEEP: &str = "\
delete from user_sessions
where rowid in (select rowid from user_sessions where expires_at <= ?1 order by expires_at limit ?2)";

const STATS: &str = "\
select
    count(*) filter (where expires_at > ?1 and live_until > ?1 and owner is not null) as signed_in,
    count(*) filter (where expires_at > ?1 and live_until > ?1) as live,
    count(*) as present
from user_sessions
where replaced = 0";

const PING: &str = "\
select key, replaced, revision, created_at, last_activity, expires_at, live_until, owner, handle, length(data)
from user_sessions
limit 1";

pub(super) const END_EVERYONE: &str = "\
delete from user_sessions
where rowid in (select rowid from user_sessions where replaced = 0 limit ?1)";

/// Why a transaction is undone.
#[derive(Debug, thiserror::Error)]
enum Undone {
    /// Because of what it found, which is its result.
    #[error("nothing was written: {0:?}")]
    Finding(Replaced),
    #[error("the store failed")]
    Failed(#[from] SqliteError),
}

impl From<rusqlite::Error> for Undone {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl SqliteRows {
    /// Runs one statement; how many rows it changed.
    async fn change(
        &self,
        sql: &'static str,
        params: impl Params + Send + 'static,
    ) -> Result<u64, StoreError> {
        self.engine.execute(sql, params).await.map_err(StoreError::new)
    }
}

#[async_trait]
impl SessionRows for SqliteRows {
    fn kind(&self) -> &'static str {
        "sqlite"
    }

    async fn create(&self, row: &NewRow) -> Result<Created, StoreError> {
        let row = row.clone();
        let inserted = self.engine.write(move |connection| Ok::<_, SqliteError>(insert(connection, &row)?));
        Ok(if inserted.await.map_err(StoreError::new)? { Created::Inserted } else { Created::KeyExists })
    }

    async fn load(&self, key: &RowKey, now: OffsetDateTime) -> Result<Lookup, StoreError> {
        let found = self.engine.read(|connection| first(connection, LOAD, (key.0, to_millis(now)), look_up));
        found.await.map_err(StoreError::new)?.unwrap_or(Ok(Lookup::Missing)).map_err(unreadable)
    }

    async fn lifetimes(&self, keys: &[RowKey], now: OffsetDateTime) -> Result<Vec<Lifetime>, StoreError> {
        let (keys, now) = (keys.to_vec(), to_millis(now));
        // Hundreds of microseconds add up: not on the threads that answer requests.
        let found = self.engine.scan(move |connection| {
            let one = |key: &RowKey| first(connection, LIFETIME, (key.0, now), lifetime)?.transpose();
            keys.iter().map(|key| Ok(one(key)?.unwrap_or(Lifetime::Missing))).collect()
        });
        found.await.map_err(StoreError::new)
    }

    async fn save(
        &self,
        key: &RowKey,
        revision: i64,
        data: &[u8],
        now: OffsetDateTime,
    ) -> Result<Saved, StoreError> {
        let (key, data) = (*key, data.to_vec());
        let saved = self.engine.write(move |connection| {
            if execute(connection, SAVE, (key.0, revision, data, to_millis(now)))? > 0 {
                return Ok(Saved::Written(revision + 1));
            }
            Ok::<_, SqliteError>(if is_there(connection, &key, now)? { Saved::Stale } else { Saved::Gone })
        });
        saved.await.map_err(StoreError::new)
    }

    async fn replace(
        &self,
        old: &RowKey,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced, StoreError> {
        let (old, new) = (*old, new.clone());
        let replaced = self.engine.write(move |connection| {
            let tombstone = (old.0, revision, to_millis(tombstone_until), to_millis(now));
            if execute(connection, LEAVE_TOMBSTONE, tombstone)? == 0 {
                let there = is_there(connection, &old, now)?;
                return Err(Undone::Finding(if there { Replaced::Stale } else { Replaced::Gone }));
            }
            if !insert(connection, &new)? {
                return Err(Undone::Finding(Replaced::KeyExists));
            }
            Ok(Replaced::Done)
        });
        match replaced.await {
            Ok(outcome) | Err(Undone::Finding(outcome)) => Ok(outcome),
            Err(Undone::Failed(error)) => Err(StoreError::new(error)),
        }
    }

    async fn touch(
        &self,
        key: &RowKey,
        last_activity: OffsetDateTime,
        expires_at: OffsetDateTime,
        live_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let times = [last_activity, expires_at, live_until, now].map(to_millis);
        let [last_activity, expires_at, live_until, now] = times;
        Ok(self.change(TOUCH, (key.0, last_activity, expires_at, live_until, now)).await? > 0)
    }

    async fn delete(&self, key: &RowKey) -> Result<bool, StoreError> {
        Ok(self.change(DELETE, (key.0,)).await? > 0)
    }

    async fn discard(&self, key: &RowKey, revision: i64) -> Result<bool, StoreError> {
        Ok(self.change(DISCARD, (key.0, revision)).await? > 0)
    }

    async fn end(&self, owner: &str, handle: &str) -> Result<bool, StoreError> {
        Ok(self.change(END, (owner.to_owned(), handle.to_owned())).await? > 0)
    }

    async fn end_all(&self, owner: &str, except: Option<&RowKey>) -> Result<u64, StoreError> {
        self.change(END_ALL, (owner.to_owned(), except.map(|key| key.0))).await
    }

    async fn list(
        &self,
        owner: &str,
        now: OffsetDateTime,
        limit: u32,
    ) -> Result<(Vec<Row>, u64), StoreError> {
        // At least one row, because the total comes with the rows.
        let (of, now, at_most) = (owner.to_owned(), to_millis(now), i64::from(limit.max(1)));
        // The store knows no bound for the sessions of one owner.
        let found = self.engine.read_or_scan(
            |connection| Ok(first(connection, HAS_MANY, (owner,), |_| ())?.is_some()),
            move |connection| {
                all(connection, LIST, (&of, now, at_most), |row| {
                    Ok::<_, rusqlite::Error>((read(row)?, row.get::<_, i64>(9)?))
                })
            },
        );
        let found = found.await.map_err(StoreError::new)?;
        let found = found.into_iter().collect::<rusqlite::Result<Vec<_>>>().map_err(unreadable)?;
        let total = found.first().map_or(0, |(_, total)| total.unsigned_abs());
        Ok((found.into_iter().take(limit as usize).map(|(row, _)| row).collect(), total))
    }

    async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64, StoreError> {
        self.change(SWEEP, (to_millis(now), i64::from(batch))).await
    }

    async fn stats(&self, now: OffsetDateTime) -> Result<Stats, StoreError> {
        let counts = self.engine.scan(move |connection| {
            connection.query_row(STATS, (to_millis(now),), |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
            })
        });
        let (signed_in, live, present) = counts.await.map_err(StoreError::new)?;
        let (signed_in, live, present) =
            (signed_in.unsigned_abs(), live.unsigned_abs(), present.unsigned_abs());
        Ok(Stats { signed_in, live, expired: present.saturating_sub(live) })
    }

    async fn end_everyone(&self) -> Result<u64, StoreError> {
        // Until none is left, not up to those of the beginning: a session that gets a new id meanwhile is a newer row.
        self.engine.execute_in_batches(END_EVERYONE, (BATCH,)).await.map_err(StoreError::new)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        // Queries the table and its columns, not only the connection: no request could be served without them.
        let found = self.engine.read(|connection| first(connection, PING, (), |_| ()));
        found.await.map(drop).map_err(StoreError::new)
    }
}

fn unreadable(error: rusqlite::Error) -> StoreError {
    StoreError::new(SqliteError::from(error))
}

fn look_up(row: &rusqlite::Row<'_>) -> rusqlite::Result<Lookup> {
    if row.get(9)? {
        return Ok(Lookup::Replaced);
    }
    Ok(Lookup::Found(Box::new(read(row)?)))
}

fn lifetime(row: &rusqlite::Row<'_>) -> rusqlite::Result<Lifetime> {
    Ok(if row.get(0)? { Lifetime::Replaced } else { Lifetime::Until(from_millis(row.get(1)?)) })
}

/// A stored session. Only for rows that are not tombstones.
fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let time = |column: usize| row.get(column).map(from_millis);
    Ok(Row {
        row: NewRow {
            key: RowKey(row.get(0)?),
            handle: row.get(1)?,
            owner: row.get(2)?,
            data: row.get(3)?,
            created_at: time(4)?,
            last_activity: time(5)?,
            expires_at: time(6)?,
            live_until: time(7)?,
        },
        revision: row.get(8)?,
    })
}
