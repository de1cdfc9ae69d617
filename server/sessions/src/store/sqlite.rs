//! Rows in SQLite: the default, which needs no server.
//!
//! What is atomic: every operation is one statement, except `replace`, which is one transaction. SQLite has
//! one writer at a time, so a statement or transaction that has begun to write sees no other. `replace`
//! begins with `BEGIN IMMEDIATE`: a transaction that first read and then wanted to write could be rejected in
//! between (`SQLITE_BUSY_SNAPSHOT`), and waiting does not help against that.
//!
//! No `RETURNING`: a row-returning statement that is read up to its first row commits when it is reset, where
//! a failing commit (disk full) would go unnoticed. Counts of changed rows suffice.
//!
//! Times are integers, milliseconds since 1970 in UTC, so that time zones are not involved.

mod rows;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnection, SqliteQueryResult};
use time::OffsetDateTime;

use domain::millis::to_millis;
use session_rows::{NewRow, RowKey, StoreError};

/// The table and its two indexes; a later start finds them.
const SCHEMA: &str = include_str!("../../../database/migrations/sqlite/0001_sessions.sql");

/// Sessions in the table `user_sessions` of a SQLite database.
#[derive(Debug, Clone)]
pub struct SqliteRows {
    pool: SqlitePool,
}

impl SqliteRows {
    /// Takes an open database and makes sure that the table exists.
    ///
    /// The pool determines journal mode and waiting; it should use WAL and a busy timeout of seconds, because
    /// writers of several instances queue for the one write lock.
    ///
    /// # Errors
    /// The database cannot be reached or written.
    pub async fn open(pool: SqlitePool) -> Result<Self, StoreError> {
        let store = Self { pool };
        store.migrate().await?;
        Ok(store)
    }

    /// Creates table and indexes if they are missing; changes nothing otherwise.
    ///
    /// # Errors
    /// The database cannot be reached or written.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        sqlx::raw_sql(SCHEMA).execute(&self.pool).await.map_err(StoreError::new)?;
        Ok(())
    }
}

/// Inserts unless the key already exists in any state.
const INSERT: &str = "\
insert into user_sessions
    (key, replaced, revision, created_at, last_activity, expires_at, live_until, owner, handle, data)
values (?1, 0, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
on conflict (key) do nothing";

/// Runs [`INSERT`]; `false` if the key was taken.
async fn insert(connection: &mut SqliteConnection, row: &NewRow) -> Result<bool, StoreError> {
    let result = sqlx::query(INSERT)
        .bind(&row.key.0[..])
        .bind(to_millis(row.created_at))
        .bind(to_millis(row.last_activity))
        .bind(to_millis(row.expires_at))
        .bind(to_millis(row.live_until))
        .bind(row.owner.as_deref())
        .bind(&row.handle)
        .bind(&row.data)
        .execute(connection)
        .await;
    Ok(changed(result)? > 0)
}

/// How many rows a statement changed.
fn changed(result: Result<SqliteQueryResult, sqlx::Error>) -> Result<u64, StoreError> {
    result.map(|done| done.rows_affected()).map_err(StoreError::new)
}

/// After a conditional write that changed nothing: does the session exist with another revision? This only
/// determines the result reported; the decision was made by the write.
async fn is_there(
    connection: &mut SqliteConnection,
    key: &RowKey,
    now: OffsetDateTime,
) -> Result<bool, StoreError> {
    let there =
        sqlx::query("select 1 from user_sessions where key = ?1 and replaced = 0 and expires_at > ?2")
            .bind(&key.0[..])
            .bind(to_millis(now))
            .fetch_optional(connection)
            .await
            .map_err(StoreError::new)?;
    Ok(there.is_some())
}

#[cfg(test)]
mod tests {
    use sqlx::Row as _;
    use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
    use time::Duration;
    use time::macros::datetime;

    use super::*;
    use session_rows::{Created, SessionRows};

    async fn open() -> SqliteRows {
        // One connection, because every connection to `:memory:` is a separate database.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(SqliteConnectOptions::new().in_memory(true))
            .await
            .unwrap();
        SqliteRows::open(pool).await.unwrap()
    }

    fn row() -> NewRow {
        let now = datetime!(2030-01-02 03:04:05 UTC);
        NewRow {
            key: RowKey([7; 32]),
            handle: "handle".into(),
            owner: Some("owner".into()),
            data: b"sealed".to_vec(),
            created_at: now,
            last_activity: now,
            expires_at: now + Duration::DAY,
            live_until: now + Duration::HOUR,
        }
    }

    async fn plan(store: &SqliteRows, sql: &'static str) -> String {
        let sql = sqlx::AssertSqlSafe(format!("explain query plan {sql}"));
        let steps = sqlx::query(sql).fetch_all(&store.pool).await.unwrap();
        steps.iter().map(|step| step.get::<String, _>("detail")).collect::<Vec<_>>().join("; ")
    }

    #[tokio::test]
    async fn listing_and_ending_use_the_owner_index() {
        let store = open().await;
        for sql in [rows::LIST, rows::END, rows::END_ALL] {
            let plan = plan(&store, sql).await;
            assert!(plan.contains("USING INDEX user_sessions_owner (owner=?)"), "{sql}\n{plan}");
        }
    }

    #[tokio::test]
    async fn sweeping_uses_the_expiry_index() {
        let store = open().await;
        let plan = plan(&store, rows::SWEEP).await;
        assert!(plan.contains("INDEX user_sessions_expires_at (expires_at<?)"), "{plan}");
        assert!(!plan.contains("SCAN user_sessions"), "{plan}");
    }

    #[tokio::test]
    async fn migrating_again_keeps_the_rows() {
        let store = open().await;
        assert_eq!(store.create(&row()).await.unwrap(), Created::Inserted);
        store.migrate().await.unwrap();
        let again = SqliteRows::open(store.pool.clone()).await.unwrap();
        assert_eq!(again.stats(row().created_at).await.unwrap().signed_in, 1);
    }

    #[tokio::test]
    async fn a_tombstone_that_keeps_something_is_refused_by_the_table() {
        let store = open().await;
        store.create(&row()).await.unwrap();
        for sql in [
            "update user_sessions set replaced = 1",
            "update user_sessions set replaced = 1, data = null, handle = null",
            "update user_sessions set data = null",
        ] {
            assert!(sqlx::query(sql).execute(&store.pool).await.is_err(), "{sql}");
        }
    }

    #[tokio::test]
    async fn times_are_stored_as_milliseconds() {
        let store = open().await;
        store.create(&row()).await.unwrap();
        let stored: i64 = sqlx::query_scalar("select last_activity from user_sessions")
            .fetch_one(&store.pool)
            .await
            .unwrap();
        assert_eq!(stored, 1_893_553_445_000);
    }
}
