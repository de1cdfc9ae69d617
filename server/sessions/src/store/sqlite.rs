//! Rows in SQLite: the default, which needs no server.
//!
//! What is atomic: every operation that writes is one transaction of the engine's single writer, which holds the write
//! lock from its beginning; so nothing changes between what it reads and what it writes. Transactions of several callers
//! may be committed together ([`Engine::write`]). `end_everyone` is several transactions, with room for others in between;
//! at the last of them no session is left.
//!
//! No `RETURNING`: a row-returning statement that is read up to its first row is not done yet. Counts of changed rows
//! suffice.
//!
//! Times are integers, milliseconds since 1970 in UTC, so that time zones are not involved.

mod rows;

use rusqlite::Connection;
use storage::sqlite::{Engine, execute, first};
use time::OffsetDateTime;

use domain::millis::to_millis;
use session_rows::{NewRow, RowKey, StoreError};

/// The table and its two indexes; a later start finds them.
const SCHEMA: &str = include_str!("../../../database/migrations/sqlite/0001_sessions.sql");

/// Sessions in the table `user_sessions` of a SQLite database.
#[derive(Debug, Clone)]
pub struct SqliteRows {
    engine: Engine,
}

impl SqliteRows {
    /// Takes an open database and makes sure that the table exists.
    ///
    /// # Errors
    /// The database cannot be reached or written.
    pub async fn open(engine: Engine) -> Result<Self, StoreError> {
        let store = Self { engine };
        store.migrate().await?;
        Ok(store)
    }

    /// Creates table and indexes if they are missing; changes nothing otherwise.
    ///
    /// # Errors
    /// The database cannot be reached or written.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.engine.batch(SCHEMA).await.map_err(StoreError::new)
    }
}

/// Inserts unless the key already exists in any state.
const INSERT: &str = "\
insert into user_sessions
    (key, replaced, revision, created_at, last_activity, expires_at, live_until, owner, handle, data)
values (?1, 0, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
on conflict (key) do nothing";

/// Runs [`INSERT`]; `false` if the key was taken.
fn insert(connection: &Connection, row: &NewRow) -> rusqlite::Result<bool> {
    let inserted = execute(
        connection,
        INSERT,
        (
            row.key.0,
            to_millis(row.created_at),
            to_millis(row.last_activity),
            to_millis(row.expires_at),
            to_millis(row.live_until),
            &row.owner,
            &row.handle,
            &row.data,
        ),
    )?;
    Ok(inserted > 0)
}

/// After a conditional write that changed nothing: does the session exist with another revision? This only
/// determines the result reported; the decision was made by the write.
fn is_there(connection: &Connection, key: &RowKey, now: OffsetDateTime) -> rusqlite::Result<bool> {
    const EXISTS: &str = "select 1 from user_sessions where key = ?1 and replaced = 0 and expires_at > ?2";
    Ok(first(connection, EXISTS, (key.0, to_millis(now)), |_| ())?.is_some())
}

#[cfg(test)]
mod tests {
    use storage::sqlite::{BATCH, open_memory};
    use time::Duration;
    use time::macros::datetime;

    use super::*;
    use session_rows::{Created, SessionRows};

    async fn open() -> SqliteRows {
        SqliteRows::open(open_memory().await.unwrap()).await.unwrap()
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
        let explain = format!("explain query plan {sql}");
        let steps = store.engine.read(|connection| {
            let mut statement = connection.prepare(&explain)?;
            // What is not bound is null.
            let mut steps = statement.raw_query();
            let mut details = Vec::new();
            while let Some(step) = steps.next()? {
                details.push(step.get::<_, String>("detail")?);
            }
            Ok(details)
        });
        steps.await.unwrap().join("; ")
    }

    #[tokio::test]
    async fn listing_and_ending_use_the_owner_index() {
        let store = open().await;
        for sql in [rows::LIST, rows::HAS_MANY, rows::END, rows::END_ALL] {
            let plan = plan(&store, sql).await;
            assert!(plan.contains("INDEX user_sessions_owner_activity (owner=?)"), "{sql}\n{plan}");
        }
    }

    #[tokio::test]
    async fn sessions_that_are_not_listed_are_counted_in_the_index_alone() {
        let store = open().await;
        let list = plan(&store, rows::LIST).await;
        assert!(list.contains("COVERING INDEX user_sessions_owner_activity"), "{list}");
        assert!(!list.contains("TEMP B-TREE"), "{list}");
        let many = plan(&store, rows::HAS_MANY).await;
        assert!(many.contains("COVERING INDEX"), "{many}");
    }

    #[tokio::test]
    async fn an_owner_with_many_sessions_gets_the_same_list() {
        const MANY: &str = "\
            insert into user_sessions (key, created_at, last_activity, expires_at, live_until, owner, handle, data)
            with recursive n (i) as (select 1 union all select i + 1 from n where i < 1200)
            select randomblob(32), 0, i, 10, iif(i % 2, 10, 0), 'owner', 'handle-' || i, x'00' from n";
        let store = open().await;
        store.engine.batch(MANY).await.unwrap();
        let (rows, total) = store.list("owner", OffsetDateTime::UNIX_EPOCH, 2).await.unwrap();
        let handles: Vec<_> = rows.iter().map(|row| row.row.handle.as_str()).collect();
        assert_eq!((handles, total), (vec!["handle-1199", "handle-1197"], 600));
    }

    #[tokio::test]
    async fn the_index_of_an_earlier_version_is_replaced() {
        let store = open().await;
        let earlier = "drop index user_sessions_owner_activity; create index user_sessions_owner on user_sessions (owner)";
        store.engine.batch(earlier).await.unwrap();
        store.migrate().await.unwrap();
        let indexes = "select group_concat(name) from (
            select name from sqlite_schema where tbl_name = 'user_sessions' and sql like 'create index%' order by name)";
        let names =
            store.engine.read(|connection| connection.query_row(indexes, (), |row| row.get::<_, String>(0)));
        assert_eq!(names.await.unwrap(), "user_sessions_expires_at,user_sessions_owner_activity");
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
        let again = SqliteRows::open(store.engine.clone()).await.unwrap();
        assert_eq!(again.stats(row().created_at).await.unwrap().signed_in, 1);
    }

    #[tokio::test]
    async fn everyone_is_ended_a_thousand_sessions_at_a_time() {
        const MANY: &str = "\
            insert into user_sessions (key, created_at, last_activity, expires_at, live_until, handle, data)
            with recursive n (i) as (select 1 union all select i + 1 from n where i < 2500)
            select randomblob(32), 0, 0, 1, 1, 'handle', x'00' from n";
        let store = open().await;
        store.engine.batch(MANY).await.unwrap();
        let batch = store.engine.execute(rows::END_EVERYONE, (BATCH,)).await;
        assert_eq!(batch, Ok(1000), "a statement does not grow with the table");
        assert_eq!(store.end_everyone().await.unwrap(), 1500);
        assert_eq!(store.end_everyone().await.unwrap(), 0);
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
            assert!(store.engine.batch(sql).await.is_err(), "{sql}");
        }
    }

    #[tokio::test]
    async fn times_are_stored_as_milliseconds() {
        let store = open().await;
        store.create(&row()).await.unwrap();
        let select = "select last_activity from user_sessions";
        let stored =
            store.engine.read(|connection| connection.query_row(select, (), |row| row.get::<_, i64>(0)));
        assert_eq!(stored.await.unwrap(), 1_893_553_445_000);
    }
}
