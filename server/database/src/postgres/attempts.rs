//! Failed logins.

use async_trait::async_trait;
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;
use time::{Duration, OffsetDateTime};

use super::PostgresDatabase;
use crate::postgres::PooledConnection;
use accounts::ports::{Attempt, AttemptKey, DatabaseError, Limit, LoginFailures};
use domain::millis::to_millis;

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

async fn reserve(
    connection: &mut PgConnection,
    key: &AttemptKey,
    per_account: Limit,
    per_address: Limit,
    now: OffsetDateTime,
) -> Result<Attempt, sqlx::Error> {
    // Two that count before either has inserted would both pass. Both limits concern one address, so its
    // attempts take turns, which also makes their numbers increase.
    let mut transaction = connection.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 2))")
        .bind(&key.address)
        .execute(&mut *transaction)
        .await?;
    let account = blocked_for(&mut transaction, Scope::Pair(key), per_account, now).await?;
    let address = blocked_for(&mut transaction, Scope::Address(&key.address), per_address, now).await?;
    let wait = account.max(address);
    if wait.is_positive() {
        return Ok(Attempt::Limited(wait));
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
        per_account: Limit,
        per_address: Limit,
        now: OffsetDateTime,
    ) -> Result<Attempt, DatabaseError> {
        let reserve = |mut connection: PooledConnection| async move {
            let attempt = reserve(&mut connection, key, per_account, per_address, now).await;
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

    async fn delete_old_attempts(&self, before: OffsetDateTime) -> Result<u64, DatabaseError> {
        const OLD: &str =
            "DELETE FROM login_failures WHERE id IN (SELECT id FROM login_failures WHERE at < $1 LIMIT 5000)";
        self.delete_in_batches(|| sqlx::query(OLD).bind(to_millis(before))).await
    }
}
