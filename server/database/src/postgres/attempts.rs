//! Failed logins.

use async_trait::async_trait;
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;
use time::{Duration, OffsetDateTime};

use super::PostgresDatabase;
use crate::postgres::PooledConnection;
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
    connection: &mut PgConnection,
    scope: Scope<'_>,
    limit: Limit,
    now: OffsetDateTime,
) -> Result<Duration, sqlx::Error> {
    let Some(nth) = limit.count.checked_sub(1) else { return Ok(limit.period) };
    let from = to_millis(now.saturating_sub(limit.period));
    let until = to_millis(now.saturating_add(limit.period));
    let query = match scope {
        Scope::Pair(key) => sqlx::query_scalar(
            "SELECT at FROM login_failures WHERE at > $1 AND at <= $2 AND address = $4 AND account = $5 \
             ORDER BY at DESC LIMIT 1 OFFSET $3",
        )
        .bind(from)
        .bind(until)
        .bind(i64::from(nth))
        .bind(&key.address)
        .bind(&key.account),
        Scope::Address(address) => sqlx::query_scalar(
            "SELECT at FROM login_failures WHERE at > $1 AND at <= $2 AND address = $4 \
             ORDER BY at DESC LIMIT 1 OFFSET $3",
        )
        .bind(from)
        .bind(until)
        .bind(i64::from(nth))
        .bind(address),
    };
    let blocking: Option<i64> = query.fetch_optional(connection).await?;
    Ok(blocking
        .map_or(Duration::ZERO, |at| Duration::milliseconds(at.saturating_sub(from)).min(limit.period)))
}

/// How long the slow-down delays the next attempt at this account, from any address; zero: not at all.
async fn slowed_down_for(
    connection: &mut PgConnection,
    account: &str,
    slow_down: SlowDown,
    now: OffsetDateTime,
) -> Result<Duration, sqlx::Error> {
    let (count, newest): (i64, Option<i64>) =
        sqlx::query_as("SELECT count(*), max(at) FROM login_failures WHERE account = $1 AND at > $2")
            .bind(account)
            .bind(to_millis(now.saturating_sub(slow_down.memory)))
            .fetch_one(connection)
            .await?;
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    Ok(newest.map_or(Duration::ZERO, |newest| slow_down.wait(count, from_millis(newest), now)))
}

/// Why the attempt is refused, if it is.
async fn refusal(
    connection: &mut PgConnection,
    key: &AttemptKey,
    limits: &Limits,
    now: OffsetDateTime,
) -> Result<Option<Attempt>, sqlx::Error> {
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

/// Takes a lock until the transaction ends. `kind` keeps addresses and accounts apart.
async fn lock(connection: &mut PgConnection, text: &str, kind: i64) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, $2))")
        .bind(text)
        .bind(kind)
        .execute(connection)
        .await?;
    Ok(())
}

const ADDRESS: i64 = 2;
const ACCOUNT: i64 = 3;

async fn reserve(
    connection: &mut PgConnection,
    key: &AttemptKey,
    limits: &Limits,
    now: OffsetDateTime,
) -> Result<Attempt, sqlx::Error> {
    // First without a transaction: who is being refused must cost little.
    if let Some(refused) = refusal(connection, key, limits, now).await? {
        return Ok(refused);
    }
    // Two that count before either has inserted would both pass. The limits concern one address, so its
    // attempts take turns, which also makes their numbers increase.
    let mut transaction = connection.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
    lock(&mut transaction, &key.address, ADDRESS).await?;
    // The slow-down concerns one account. Always in this order, so that nobody waits for each other.
    if limits.slow_down.is_some() {
        lock(&mut transaction, &key.account, ACCOUNT).await?;
    }
    if let Some(refused) = refusal(&mut transaction, key, limits, now).await? {
        return Ok(refused);
    }
    let number: i64 = sqlx::query_scalar(
        "INSERT INTO login_failures (account, address, at) VALUES ($1, $2, $3) RETURNING id",
    )
    .bind(&key.account)
    .bind(&key.address)
    .bind(to_millis(now))
    .fetch_one(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(Attempt::Reserved(number))
}

#[async_trait]
impl LoginFailures for PostgresDatabase {
    async fn reserve_attempt(
        &self,
        key: &AttemptKey,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> Result<Attempt, DatabaseError> {
        let reserve = |mut connection: PooledConnection| async move {
            let attempt = reserve(&mut connection, key, limits, now).await;
            connection.end(attempt)
        };
        Ok(self.connections.write(reserve).await?)
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
            "DELETE FROM login_failures WHERE id <= $1 AND account = $2 AND address = $3 \
             AND EXISTS (SELECT FROM login_failures WHERE id = $1 AND account = $2 AND address = $3)"
        } else {
            "DELETE FROM login_failures WHERE id = $1 AND account = $2 AND address = $3"
        };
        self.change(|| sqlx::query(sql).bind(attempt).bind(&key.account).bind(&key.address)).await?;
        Ok(())
    }

    async fn delete_attempts_of(&self, account: &str) -> Result<(), DatabaseError> {
        self.change(|| sqlx::query("DELETE FROM login_failures WHERE account = $1").bind(account)).await?;
        Ok(())
    }

    async fn delete_old_attempts(&self, before: OffsetDateTime) -> Result<u64, DatabaseError> {
        const OLD: &str =
            "DELETE FROM login_failures WHERE id IN (SELECT id FROM login_failures WHERE at < $1 LIMIT 5000)";
        self.delete_in_batches(|| sqlx::query(OLD).bind(to_millis(before))).await
    }
}
