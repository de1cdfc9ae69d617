//! Failed logins.

use async_trait::async_trait;
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;
use time::{Duration, OffsetDateTime};

use super::PostgresDatabase;
use crate::postgres::PooledConnection;
use accounts::ports::{Attempt, AttemptKey, DatabaseError, Limit, Limits, LoginFailures, SlowDown};
use domain::millis::{from_millis, to_millis};

/// What the limits look at, all of it of one moment and in one round trip: the failures that block, of the account from
/// the address ($3 to $5) and of the address ($6 to $8), and those that slow the account down ($9; NULL: not asked for).
const FAILURES: &str = "\
SELECT
    (SELECT at FROM login_failures WHERE account = $1 AND address = $2 AND at > $3 AND at <= $4
     ORDER BY at DESC LIMIT 1 OFFSET $5) AS of_pair,
    (SELECT at FROM login_failures WHERE address = $2 AND at > $6 AND at <= $7
     ORDER BY at DESC LIMIT 1 OFFSET $8) AS of_address,
    recent.count,
    recent.newest
FROM (
    SELECT count(*) AS count, max(at) AS newest FROM login_failures
    WHERE $9::bigint IS NOT NULL AND account = $1 AND at > $9
) AS recent";

/// A row of [`FAILURES`].
type Failures = (Option<i64>, Option<i64>, i64, Option<i64>);

/// The window of a limit.
///
/// The blocking failure is the `count`-th newest within it: once that has left, fewer than `count` remain. A failure
/// from the future (the clock was set back) blocks for at most one period from now.
#[derive(Clone, Copy)]
struct Window {
    limit: Limit,
    from: i64,
    until: i64,
}

impl Window {
    fn around(now: OffsetDateTime, limit: Limit) -> Self {
        let from = to_millis(now.saturating_sub(limit.period));
        Self { limit, from, until: to_millis(now.saturating_add(limit.period)) }
    }

    /// How many newer failures there are than the blocking one.
    fn newer(self) -> i64 {
        i64::from(self.limit.count.saturating_sub(1))
    }

    /// How long until the limit allows another attempt; zero: now.
    fn wait(self, blocking: Option<i64>) -> Duration {
        if self.limit.count == 0 {
            return self.limit.period;
        }
        blocking.map_or(Duration::ZERO, |at| {
            Duration::milliseconds(at.saturating_sub(self.from)).min(self.limit.period)
        })
    }
}

/// How long the slow-down delays the next attempt at an account, from any address; zero: not at all.
fn slowed_down_for(slow_down: SlowDown, count: i64, newest: Option<i64>, now: OffsetDateTime) -> Duration {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    newest.map_or(Duration::ZERO, |newest| slow_down.wait(count, from_millis(newest), now))
}

/// Why the attempt is refused, if it is.
async fn refusal(
    connection: &mut PgConnection,
    key: &AttemptKey,
    limits: &Limits,
    now: OffsetDateTime,
) -> Result<Option<Attempt>, sqlx::Error> {
    let (account, address) =
        (Window::around(now, limits.per_account), Window::around(now, limits.per_address));
    let remembered = limits.slow_down.map(|slow_down| to_millis(now.saturating_sub(slow_down.memory)));
    let mut query = sqlx::query_as(FAILURES).bind(&key.account).bind(&key.address);
    for window in [account, address] {
        query = query.bind(window.from).bind(window.until).bind(window.newer());
    }
    let (of_pair, of_address, count, newest): Failures = query.bind(remembered).fetch_one(connection).await?;
    let wait = account.wait(of_pair).max(address.wait(of_address));
    if wait.is_positive() {
        return Ok(Some(Attempt::Limited(wait)));
    }
    let Some(slow_down) = limits.slow_down else { return Ok(None) };
    let wait = slowed_down_for(slow_down, count, newest, now);
    Ok(wait.is_positive().then_some(Attempt::SlowedDown(wait)))
}

/// Locks that end with the transaction: of an address, and then of an account. The number keeps the two apart. Always in
/// this order, so that nobody waits for each other: the second is a join with the first, which is therefore taken before.
const LOCK_BOTH: &str = "\
WITH address AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended($1, 2)) IS NULL)
SELECT pg_advisory_xact_lock(hashtextextended($2, 3)) FROM address";

const LOCK_ADDRESS: &str = "SELECT pg_advisory_xact_lock(hashtextextended($1, 2))";

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
    let lock = match limits.slow_down {
        // The slow-down concerns one account.
        Some(_) => sqlx::query(LOCK_BOTH).bind(&key.address).bind(&key.account),
        None => sqlx::query(LOCK_ADDRESS).bind(&key.address),
    };
    lock.execute(&mut *transaction).await?;
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

    async fn attempt_refusal(
        &self,
        key: &AttemptKey,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> Result<Option<Attempt>, DatabaseError> {
        let look = |mut connection: PooledConnection| async move {
            let refused = refusal(&mut connection, key, limits, now).await;
            connection.end(refused)
        };
        Ok(self.connections.idempotent(look).await?)
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
