//! Failed logins.

use async_trait::async_trait;
use rusqlite::Connection;
use time::{Duration, OffsetDateTime};

use super::SqliteDatabase;
use accounts::ports::{Attempt, AttemptKey, DatabaseError, Limit, Limits, LoginFailures, SlowDown};
use domain::millis::{from_millis, to_millis};
use storage::sqlite::{BATCH, execute, first};

/// Whose failures are counted.
enum Scope<'a> {
    /// Those of one account from one address.
    Pair(&'a AttemptKey),
    /// Those of one address over all accounts.
    Address(&'a str),
}

/// How long until the limit allows another attempt; zero: now.
///
/// The blocking failure is the `count`-th newest within the window: once it has left, fewer than `count`
/// remain. A failure from the future (the clock was set back) blocks for at most one period from now.
fn blocked_for(
    connection: &Connection,
    scope: Scope<'_>,
    limit: Limit,
    now: OffsetDateTime,
) -> rusqlite::Result<Duration> {
    const OF_PAIR: &str = "SELECT at FROM login_failures \
                           WHERE account = ? AND address = ? AND at > ? AND at <= ? \
                           ORDER BY at DESC LIMIT 1 OFFSET ?";
    const OF_ADDRESS: &str = "SELECT at FROM login_failures WHERE address = ? AND at > ? AND at <= ? \
                              ORDER BY at DESC LIMIT 1 OFFSET ?";
    let Some(nth) = limit.count.checked_sub(1) else { return Ok(limit.period) };
    let from = to_millis(now.saturating_sub(limit.period));
    let until = to_millis(now.saturating_add(limit.period));
    let at = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
    let blocking = match scope {
        Scope::Pair(AttemptKey { account, address }) => {
            first(connection, OF_PAIR, (account, address, from, until, i64::from(nth)), at)?
        }
        Scope::Address(address) => first(connection, OF_ADDRESS, (address, from, until, i64::from(nth)), at)?,
    };
    let Some(at) = blocking.transpose()? else { return Ok(Duration::ZERO) };
    Ok(Duration::milliseconds(at.saturating_sub(from)).min(limit.period))
}

/// How long the slow-down delays the next attempt at this account, from any address; zero: not at all.
fn slowed_down_for(
    connection: &Connection,
    account: &str,
    slow_down: SlowDown,
    now: OffsetDateTime,
) -> rusqlite::Result<Duration> {
    const RECENT: &str = "SELECT count(*), max(at) FROM login_failures WHERE account = ? AND at > ?";
    let since = to_millis(now.saturating_sub(slow_down.memory));
    let mut recent = connection.prepare_cached(RECENT)?;
    let (count, newest) = recent
        .query_row((account, since), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?)))?;
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    Ok(newest.map_or(Duration::ZERO, |newest| slow_down.wait(count, from_millis(newest), now)))
}

/// Why the attempt is refused, if it is.
fn refusal(
    connection: &Connection,
    key: &AttemptKey,
    limits: &Limits,
    now: OffsetDateTime,
) -> rusqlite::Result<Option<Attempt>> {
    let account = blocked_for(connection, Scope::Pair(key), limits.per_account, now)?;
    let address = blocked_for(connection, Scope::Address(&key.address), limits.per_address, now)?;
    let wait = account.max(address);
    if wait.is_positive() {
        return Ok(Some(Attempt::Limited(wait)));
    }
    let Some(slow_down) = limits.slow_down else { return Ok(None) };
    let wait = slowed_down_for(connection, &key.account, slow_down, now)?;
    Ok(wait.is_positive().then_some(Attempt::SlowedDown(wait)))
}

#[async_trait]
impl LoginFailures for SqliteDatabase {
    async fn reserve_attempt(
        &self,
        key: &AttemptKey,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> Result<Attempt, DatabaseError> {
        const RESERVE: &str = "INSERT INTO login_failures (account, address, at) VALUES (?, ?, ?)";
        // First without the write lock: an attacker who is being refused must not keep others from writing.
        if let Some(refused) = self.attempt_refusal(key, limits, now).await? {
            return Ok(refused);
        }
        let (key, limits) = (key.clone(), *limits);
        let reserve = self.engine.write(move |connection| {
            if let Some(refused) = refusal(connection, &key, &limits, now)? {
                return Ok(refused);
            }
            execute(connection, RESERVE, (&key.account, &key.address, to_millis(now)))?;
            Ok(Attempt::Reserved(connection.last_insert_rowid()))
        });
        reserve.await
    }

    async fn attempt_refusal(
        &self,
        key: &AttemptKey,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> Result<Option<Attempt>, DatabaseError> {
        Ok(self.engine.read(|connection| refusal(connection, key, limits, now)).await?)
    }

    async fn forgive_attempt(
        &self,
        attempt: i64,
        key: &AttemptKey,
        success: bool,
    ) -> Result<(), DatabaseError> {
        // Both statements include the key, so that a number alone cannot remove another client's failure.
        // Later attempts stay: they are still being decided.
        let sql = if success {
            "DELETE FROM login_failures WHERE id <= ?1 AND account = ?2 AND address = ?3 AND EXISTS \
             (SELECT 1 FROM login_failures WHERE id = ?1 AND account = ?2 AND address = ?3)"
        } else {
            "DELETE FROM login_failures WHERE id = ? AND account = ? AND address = ?"
        };
        self.change(sql, (attempt, key.account.clone(), key.address.clone())).await?;
        Ok(())
    }

    async fn delete_attempts_of(&self, account: &str) -> Result<(), DatabaseError> {
        self.change("DELETE FROM login_failures WHERE account = ?", (account.to_owned(),)).await?;
        Ok(())
    }

    async fn delete_old_attempts(&self, before: OffsetDateTime) -> Result<u64, DatabaseError> {
        const OLD: &str = "DELETE FROM login_failures WHERE id IN \
                           (SELECT id FROM login_failures WHERE at < ?1 LIMIT ?2)";
        Ok(self.engine.execute_in_batches(OLD, (to_millis(before), BATCH)).await?)
    }
}
