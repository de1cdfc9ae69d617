//! The database in one SQLite file, for one machine.
//!
//! Every method that writes is one transaction of the engine's single writer, which holds the write lock from its
//! beginning: nothing can change between reading and writing. What is found by a key is read at once, on the thread
//! that asks, as is the activity of all but the busiest accounts; other lists are scanned elsewhere ([`Engine`]).

mod attempts;
mod events;
mod grants; // slim: demo-provider
mod identities;
mod logged_workouts; // slim: trainer
pub(crate) mod migrate;
mod users;
mod workouts; // slim: trainer

use async_trait::async_trait;
use rusqlite::Params;

use accounts::ports::DatabaseError;
use storage::sqlite::{Engine, OpenError, first};

use crate::{Database, codec};

#[derive(Debug, Clone)]
pub struct SqliteDatabase {
    engine: Engine,
}

impl SqliteDatabase {
    /// Brings the schema up to date. Idempotent, and safe for several concurrent processes.
    ///
    /// # Errors
    /// If the schema is newer than this program knows ([`OpenError::Newer`]), or SQLite fails.
    pub async fn open(engine: Engine) -> Result<Self, OpenError> {
        migrate::run(&engine).await?;
        Ok(Self { engine })
    }

    /// Runs one statement; how many rows it changed.
    async fn change(
        &self,
        sql: &'static str,
        params: impl Params + Send + 'static,
    ) -> Result<u64, DatabaseError> {
        Ok(self.engine.execute(sql, params).await?)
    }
}

#[async_trait]
impl Database for SqliteDatabase {
    fn kind(&self) -> &'static str {
        "sqlite"
    }

    async fn ping(&self) -> Result<(), DatabaseError> {
        let read = self.engine.read(|connection| {
            // Reads a page of the file; `SELECT 1` would succeed without it.
            first(connection, "SELECT count(*) FROM sqlite_schema", (), |row| row.get::<_, i64>(0))?
                .transpose()?;
            first(connection, codec::COLUMNS, (), |_| ())
        });
        read.await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use accounts::ports::{LoginFailures as _, SecurityEvents as _};
    use futures::FutureExt as _;
    use oauth::demo_provider::DemoGrants as _; // slim: demo-provider
    use storage::sqlite::open_memory;
    use time::{Duration, OffsetDateTime};

    use super::*;

    const MANY: &str = "\
        INSERT INTO users (id, email, email_key, email_verified, display_name, created_at)
        VALUES ('ann', 'ann@example.com', 'ann@example.com', 0, 'Ann', 0);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
        INSERT INTO login_failures (account, address, at) SELECT 'ann', '192.0.2.1', 0 FROM n;
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
        INSERT INTO security_events (user_id, at, kind) SELECT 'ann', 0, 'authn_login_success' FROM n;";

    // slim: demo-provider
    const MANY_GRANTS: &str = "\
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
        INSERT INTO demo_grants (key, payload, expires_at) SELECT randomblob(32), '{}', 0 FROM n;";
    // slim: end

    async fn rows(engine: &Engine, table: &str) -> i64 {
        let count = format!("SELECT count(*) FROM {table}");
        engine.read(|connection| connection.query_row(&count, (), |row| row.get(0))).await.unwrap()
    }

    async fn goes_a_thousand_rows_at_a_time<E: std::fmt::Debug>(
        engine: &Engine,
        table: &str,
        deletion: impl Future<Output = Result<u64, E>>,
    ) {
        let mut deletion = Box::pin(deletion);
        while rows(engine, table).await == 2500 {
            assert!((&mut deletion).now_or_never().is_none(), "{table}");
            tokio::task::yield_now().await;
        }
        assert_eq!(rows(engine, table).await, 1500, "{table}: others may write now");
        assert_eq!(deletion.await.unwrap(), 2500, "{table}");
        assert_eq!(rows(engine, table).await, 0, "{table}");
    }

    #[tokio::test]
    async fn old_rows_are_deleted_in_batches() {
        let engine = open_memory().await.unwrap();
        let database = SqliteDatabase::open(engine.clone()).await.unwrap();
        engine.batch(MANY).await.unwrap();
        engine.batch(MANY_GRANTS).await.unwrap(); // slim: demo-provider
        let now = OffsetDateTime::UNIX_EPOCH + Duration::SECOND;
        let engine = &engine;
        goes_a_thousand_rows_at_a_time(engine, "login_failures", database.delete_old_attempts(now)).await;
        goes_a_thousand_rows_at_a_time(engine, "security_events", database.delete_old_events(now)).await;
        goes_a_thousand_rows_at_a_time(engine, "demo_grants", database.delete_expired_grants(now)).await; // slim: demo-provider
    }
}
