//! Failed logins.

use async_trait::async_trait;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use time::{Duration, OffsetDateTime};

use super::SqliteDatabase;
use accounts::ports::{Attempt, AttemptKey, DatabaseError, Limit, Limits, LoginFailures, SlowDown};
use domain::millis::{from_millis, to_millis};

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
async fn blocked_for(
    connection: &mut SqliteConnection,
    scope: Scope<'_>,
    limit: Limit,
    now: OffsetDateTime,
) -> Result<Duration, DatabaseError> {
    let Some(nth) = limit.count.checked_sub(1) else { return Ok(limit.period) };
    let from = to_millis(now.saturating_sub(limit.period));
    let until = to_millis(now.saturating_add(limit.period));
    let query = match scope {
        Scope::Pair(key) => sqlx::query(
            "SELECT at FROM login_failures WHERE account = ? AND address = ? AND at > ? AND at <= ? \
             ORDER BY at DESC LIMIT 1 OFFSET ?",
        )
        .bind(&key.account)
        .bind(&key.address),
        Scope::Address(address) => sqlx::query(
            "SELECT at FROM login_failures WHERE address = ? AND at > ? AND at <= ? \
             ORDER BY at DESC LIMIT 1 OFFSET ?",
        )
        .bind(address),
    };
    let blocking: Option<SqliteRow> =
        query.bind(from).bind(until).bind(i64::from(nth)).fetch_optional(connection).await?;
    let Some(row) = blocking else { return Ok(Duration::ZERO) };
    let at: i64 = row.try_get("at")?;
    Ok(Duration::milliseconds(at.saturating_sub(from)).min(limit.period))
}

/// How long the slow-down delays the next attempt at this account, from any address; zero: not at all.
async fn slowed_down_for(
    connection: &mut SqliteConnection,
    account: &str,
    slow_down: SlowDown,
    now: OffsetDateTime,
) -> Result<Duration, DatabaseError> {
    let row = sqlx::query(
        "SELECT count(*) AS count, max(at) AS newest FROM login_failures WHERE account = ? AND at > ?",
    )
    .bind(account)
    .bind(to_millis(now.saturating_sub(slow_down.memory)))
    .fetch_one(connection)
    .await?;
    let (count, newest): (i64, Option<i64>) = (row.try_get("count")?, row.try_get("newest")?);
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    Ok(newest.map_or(Duration::ZERO, |newest| slow_down.wait(count, from_millis(newest), now)))
}

/// Why the attempt is refused, if it is.
async fn refusal(
    connection: &mut SqliteConnection,
    key: &AttemptKey,
    limits: &Limits,
    now: OffsetDateTime,
) -> Result<Option<Attempt>, DatabaseError> {
    let account = blocked_for(connection, Scope::Pair(key), limits.per_account, now).await?;
    let address = blocked_for(connection, Scope::Address(&key.address), limits.per_address, now).await?;
    let wait = account.max(address);
    if wait.is_positive() {
        return Ok(Some(Attempt::Limited(wait)));
    }
    let Some(slow_down) = limits.slow_down else { return Ok(None) };
    let wait = slowed_down_for(connection, &key.account, slow_down, now).await?;
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
        // First without the write lock: an attacker who is being refused must not keep others from writing.
        let mut connection = self.pool.acquire().await?;
        if let Some(refused) = refusal(&mut connection, key, limits, now).await? {
            return Ok(refused);
        }
        drop(connection);
        let mut transaction = self.begin().await?;
        if let Some(refused) = refusal(&mut transaction, key, limits, now).await? {
            return Ok(refused);
        }
        let reserved = sqlx::query("INSERT INTO login_failures (account, address, at) VALUES (?, ?, ?)")
            .bind(&key.account)
            .bind(&key.address)
            .bind(to_millis(now))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Attempt::Reserved(reserved.last_insert_rowid()))
    }

    async fn forgive_attempt(
        &self,
        attempt: i64,
        key: &AttemptKey,
        success: bool,
    ) -> Result<(), DatabaseError> {
        // Both statements include the key, so that a number alone cannot remove another client's failure.
        // Later attempts stay: they are still being decided.
        let query = if success {
            sqlx::query(
                "DELETE FROM login_failures WHERE id <= ?1 AND account = ?2 AND address = ?3 AND EXISTS \
                 (SELECT 1 FROM login_failures WHERE id = ?1 AND account = ?2 AND address = ?3)",
            )
        } else {
            sqlx::query("DELETE FROM login_failures WHERE id = ? AND account = ? AND address = ?")
        };
        query.bind(attempt).bind(&key.account).bind(&key.address).execute(&self.pool).await?;
        Ok(())
    }

    async fn delete_attempts_of(&self, account: &str) -> Result<(), DatabaseError> {
        sqlx::query("DELETE FROM login_failures WHERE account = ?").bind(account).execute(&self.pool).await?;
        Ok(())
    }

    async fn delete_old_attempts(&self, before: OffsetDateTime) -> Result<u64, DatabaseError> {
        let deleted = sqlx::query("DELETE FROM login_failures WHERE at < ?")
            .bind(to_millis(before))
            .execute(&self.pool)
            .await?;
        Ok(deleted.rows_affected())
    }
}
