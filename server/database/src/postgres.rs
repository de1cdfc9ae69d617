//! The database in PostgreSQL, for any number of instances.
//!
//! Everything here holds under READ COMMITTED, PostgreSQL's default, where each statement sees what was committed when
//! it began. Three means, each where the one before is not enough:
//!
//! - **One statement with its condition in it.** Of two that change one row, the second waits and judges the row again.
//! - **A unique index**, where it is about rows that are not there yet: the second of two that insert the same waits to
//!   see whether the first commits.
//! - **A lock, and then a statement that reads.** In this order: a read taken before the lock could be stale.
//!   What depends on several rows of an account (the last way in) locks the account; what depends on counting (failed
//!   logins) takes an advisory lock for the client's address.
//!
//! What is added to an account first locks it against deletion (`FOR KEY SHARE`, which lets other additions pass). An
//! account that is just being deleted is thereby waited for and then found to be gone, instead of found by the look and
//! missed by the foreign key. And a deletion that comes second removes what was added before it.
//!
//! What is repeated after a failure, and what becomes of an operation that is given up halfway, is said in
//! [`storage::postgres`].

mod attempts;
mod events;
mod grants;
mod identities;
mod migrate;
mod users;
mod workouts;

use async_trait::async_trait;
use sqlx::PgPool;
use sqlx::postgres::{PgArguments, PgRow, Postgres};
use sqlx::query::Query;

use crate::Database;
use accounts::ports::DatabaseError;
use storage::postgres::{Connections, PooledConnection};

/// The database in PostgreSQL.
#[derive(Debug, Clone)]
pub struct PostgresDatabase {
    connections: Connections,
}

/// A statement with its parameters.
type Statement<'q> = Query<'q, Postgres, PgArguments>;

impl PostgresDatabase {
    /// Touches nothing: the first operation brings the schema up to date, and says so if it cannot. If the schema is
    /// newer than this program knows, every operation fails with [`PostgresError::Newer`].
    ///
    /// The pool decides how long to wait for a connection and (`statement_timeout`) for an answer.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { connections: Connections::new(pool, |connection| Box::pin(migrate::run(connection))) }
    }

    /// The rows of a statement that only reads.
    async fn rows<'q>(&self, statement: impl Fn() -> Statement<'q>) -> Result<Vec<PgRow>, DatabaseError> {
        let read = |mut connection: PooledConnection| {
            let statement = statement();
            async move {
                let rows = statement.fetch_all(&mut *connection).await;
                connection.end(rows)
            }
        };
        Ok(self.connections.idempotent(read).await?)
    }

    /// The only row, if there is one, of a statement that only reads.
    async fn row<'q>(&self, statement: impl Fn() -> Statement<'q>) -> Result<Option<PgRow>, DatabaseError> {
        Ok(self.rows(statement).await?.into_iter().next())
    }

    /// How many rows a statement changed.
    async fn change<'q>(&self, statement: impl Fn() -> Statement<'q>) -> Result<u64, DatabaseError> {
        let change = |mut connection: PooledConnection| {
            let statement = statement();
            async move {
                let done = statement.execute(&mut *connection).await;
                connection.end(done)
            }
        };
        Ok(self.connections.write(change).await?.rows_affected())
    }

    /// Repeats a statement that removes at most 5000 rows until it finds fewer. In batches each of them ends before the
    /// server's time limit for a statement, however much has piled up.
    async fn delete_in_batches<'q>(
        &self,
        statement: impl Fn() -> Statement<'q>,
    ) -> Result<u64, DatabaseError> {
        let mut removed = 0;
        loop {
            let now = self.change(&statement).await?;
            removed += now;
            if now < 5000 {
                return Ok(removed);
            }
        }
    }

    /// What a statement that changes at most one row says about it.
    async fn returning<'q>(
        &self,
        statement: impl Fn() -> Statement<'q>,
    ) -> Result<Option<PgRow>, DatabaseError> {
        let change = |mut connection: PooledConnection| {
            let statement = statement();
            async move {
                let row = statement.fetch_optional(&mut *connection).await;
                connection.end(row)
            }
        };
        Ok(self.connections.write(change).await?)
    }
}

#[async_trait]
impl Database for PostgresDatabase {
    fn kind(&self) -> &'static str {
        "postgres"
    }

    async fn ping(&self) -> Result<(), DatabaseError> {
        // Asks a table, not only the connection: without it no request could be served.
        self.rows(|| sqlx::query("SELECT FROM users LIMIT 1")).await?;
        Ok(())
    }
}
