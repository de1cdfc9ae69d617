//! Failed logins.

use async_trait::async_trait;
use sqlx::Row as _;
use sqlx::Transaction;
use sqlx::sqlite::{Sqlite, SqliteRow};
use time::{Duration, OffsetDateTime};

use super::SqliteDatabase;
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
    transaction: &mut Transaction<'static, Sqlite>,
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
        query.bind(from).bind(until).bind(i64::from(nth)).fetch_optional(&mut **transaction).await?;
    let Some(row) = blocking else { return Ok(Duration::ZERO) };
    let at: i64 = row.try_get("at")?;
    Ok(Duration::milliseconds(at.saturating_sub(from)).min(limit.period))
}

#[async_trait]
impl LoginFailures for SqliteDatabase {
    async fn reserve_attempt(
        &self,
        key: &AttemptKey,
        per_account: Limit,
        per_address: Limit,
        now: OffsetDateTime,
    ) -> Result<Attempt, DatabaseError> {
        let mut transaction = self.begin().await?;
        let account = blocked_for(&mut transaction, Scope::Pair(key), per_account, now).await?;
        let address = blocked_for(&mut transaction, Scope::Address(&key.address), per_address, now).await?;
        let wait = account.max(address);
        if wait.is_positive() {
            return Ok(Attempt::Limited(wait));
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

    async fn delete_old_attempts(&self, before: OffsetDateTime) -> Result<u64, DatabaseError> {
        let deleted = sqlx::query("DELETE FROM login_failures WHERE at < ?")
            .bind(to_millis(before))
            .execute(&self.pool)
            .await?;
        Ok(deleted.rows_affected())
    }
}
