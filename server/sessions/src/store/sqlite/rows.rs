//! The operations of the trait, each with its statement.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite};
use time::OffsetDateTime;

use super::{SqliteRows, changed, insert, is_there};
use domain::millis::{from_millis, to_millis};
use session_rows::{Created, Lookup, NewRow, Replaced, Row, RowKey, Saved, SessionRows, Stats, StoreError};

const LOAD: &str = "\
select key, replaced, revision, created_at, last_activity, expires_at, live_until, owner, handle, data
from user_sessions
where key = ?1 and expires_at > ?2";

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

/// The window count is computed before the limit is applied.
pub(super) const LIST: &str = "\
select key, revision, created_at, last_activity, expires_at, live_until, owner, handle, data,
    count(*) over () as total
from user_sessions
where owner = ?1 and expires_at > ?2 and live_until > ?2
order by last_activity desc, key
limit ?3";

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

#[async_trait]
impl SessionRows for SqliteRows {
    fn kind(&self) -> &'static str {
        "sqlite"
    }

    async fn create(&self, row: &NewRow) -> Result<Created, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(StoreError::new)?;
        let inserted = insert(&mut connection, row).await?;
        Ok(if inserted { Created::Inserted } else { Created::KeyExists })
    }

    async fn load(&self, key: &RowKey, now: OffsetDateTime) -> Result<Lookup, StoreError> {
        let found = sqlx::query(LOAD)
            .bind(&key.0[..])
            .bind(to_millis(now))
            .fetch_optional(&self.pool)
            .await
            .map_err(StoreError::new)?;
        let Some(found) = found else { return Ok(Lookup::Missing) };
        if get(&found, "replaced")? {
            return Ok(Lookup::Replaced);
        }
        Ok(Lookup::Found(Box::new(read(&found)?)))
    }

    async fn save(
        &self,
        key: &RowKey,
        revision: i64,
        data: &[u8],
        now: OffsetDateTime,
    ) -> Result<Saved, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(StoreError::new)?;
        let result = sqlx::query(SAVE)
            .bind(&key.0[..])
            .bind(revision)
            .bind(data)
            .bind(to_millis(now))
            .execute(&mut *connection)
            .await;
        if changed(result)? > 0 {
            return Ok(Saved::Written(revision + 1));
        }
        Ok(if is_there(&mut connection, key, now).await? { Saved::Stale } else { Saved::Gone })
    }

    async fn replace(
        &self,
        old: &RowKey,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced, StoreError> {
        // Every early return drops the transaction, which rolls back.
        let mut transaction = self.pool.begin_with("begin immediate").await.map_err(StoreError::new)?;
        let result = sqlx::query(LEAVE_TOMBSTONE)
            .bind(&old.0[..])
            .bind(revision)
            .bind(to_millis(tombstone_until))
            .bind(to_millis(now))
            .execute(&mut *transaction)
            .await;
        if changed(result)? == 0 {
            let there = is_there(&mut transaction, old, now).await?;
            return Ok(if there { Replaced::Stale } else { Replaced::Gone });
        }
        if !insert(&mut transaction, new).await? {
            return Ok(Replaced::KeyExists);
        }
        transaction.commit().await.map_err(StoreError::new)?;
        Ok(Replaced::Done)
    }

    async fn touch(
        &self,
        key: &RowKey,
        last_activity: OffsetDateTime,
        expires_at: OffsetDateTime,
        live_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let result = sqlx::query(TOUCH)
            .bind(&key.0[..])
            .bind(to_millis(last_activity))
            .bind(to_millis(expires_at))
            .bind(to_millis(live_until))
            .bind(to_millis(now))
            .execute(&self.pool)
            .await;
        Ok(changed(result)? > 0)
    }

    async fn delete(&self, key: &RowKey) -> Result<bool, StoreError> {
        let result = sqlx::query(DELETE).bind(&key.0[..]).execute(&self.pool).await;
        Ok(changed(result)? > 0)
    }

    async fn discard(&self, key: &RowKey, revision: i64) -> Result<bool, StoreError> {
        let result = sqlx::query(DISCARD).bind(&key.0[..]).bind(revision).execute(&self.pool).await;
        Ok(changed(result)? > 0)
    }

    async fn end(&self, owner: &str, handle: &str) -> Result<bool, StoreError> {
        let result = sqlx::query(END).bind(owner).bind(handle).execute(&self.pool).await;
        Ok(changed(result)? > 0)
    }

    async fn end_all(&self, owner: &str, except: Option<&RowKey>) -> Result<u64, StoreError> {
        let except = except.map(|key| &key.0[..]);
        changed(sqlx::query(END_ALL).bind(owner).bind(except).execute(&self.pool).await)
    }

    async fn list(
        &self,
        owner: &str,
        now: OffsetDateTime,
        limit: u32,
    ) -> Result<(Vec<Row>, u64), StoreError> {
        // At least one row, because the total comes with the rows.
        let found = sqlx::query(LIST)
            .bind(owner)
            .bind(to_millis(now))
            .bind(i64::from(limit.max(1)))
            .fetch_all(&self.pool)
            .await
            .map_err(StoreError::new)?;
        let total = found.first().map_or(Ok(0), |row| count(row, "total"))?;
        let rows = found.iter().take(limit as usize).map(read).collect::<Result<_, _>>()?;
        Ok((rows, total))
    }

    async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64, StoreError> {
        let result = sqlx::query(SWEEP).bind(to_millis(now)).bind(i64::from(batch)).execute(&self.pool).await;
        changed(result)
    }

    async fn stats(&self, now: OffsetDateTime) -> Result<Stats, StoreError> {
        let counts =
            sqlx::query(STATS).bind(to_millis(now)).fetch_one(&self.pool).await.map_err(StoreError::new)?;
        let live = count(&counts, "live")?;
        Ok(Stats {
            signed_in: count(&counts, "signed_in")?,
            live,
            expired: count(&counts, "present")?.saturating_sub(live),
        })
    }

    async fn end_everyone(&self) -> Result<u64, StoreError> {
        changed(sqlx::query("delete from user_sessions where replaced = 0").execute(&self.pool).await)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        // Queries the table and its columns, not only the connection: no request could be served without them.
        sqlx::query(PING).fetch_optional(&self.pool).await.map_err(StoreError::new)?;
        Ok(())
    }
}

fn get<'r, T>(row: &'r SqliteRow, column: &str) -> Result<T, StoreError>
where
    T: sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite>,
{
    row.try_get(column).map_err(StoreError::new)
}

/// A count; SQLite has no unsigned numbers, and no negative counts.
fn count(row: &SqliteRow, column: &str) -> Result<u64, StoreError> {
    u64::try_from(get::<i64>(row, column)?).map_err(StoreError::new)
}

/// A stored session. Only for rows that are not tombstones.
fn read(row: &SqliteRow) -> Result<Row, StoreError> {
    let time = |column| get(row, column).map(from_millis);
    let key: &[u8] = get(row, "key")?;
    Ok(Row {
        row: NewRow {
            key: RowKey(key.try_into().map_err(StoreError::new)?),
            handle: get(row, "handle")?,
            owner: get(row, "owner")?,
            data: get(row, "data")?,
            created_at: time("created_at")?,
            last_activity: time("last_activity")?,
            expires_at: time("expires_at")?,
            live_until: time("live_until")?,
        },
        revision: get(row, "revision")?,
    })
}
