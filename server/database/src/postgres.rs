//! The database in PostgreSQL, for any number of instances.
//!
//! Everything here holds under READ COMMITTED, PostgreSQL's default, where each statement sees what was
//! committed when it began. Three techniques, each used where the previous one is not enough:
//!
//! - **One statement that includes its condition.** Of two that change one row, the second waits and
//!   re-evaluates the row.
//! - **A unique index**, for rows that do not exist yet: the second of two that insert the same waits to see
//!   whether the first commits.
//! - **A lock, and then a statement that reads.** In this order, because a read taken before the lock could
//!   be stale. Decisions that depend on several rows of an account (the last way in) lock the account; those
//!   that depend on counting (failed logins) take an advisory lock for the client's address.
//!
//! Additions to an account first lock it against deletion (`FOR KEY SHARE`, which does not block other
//! additions). If the account is just being deleted, they thereby wait and then find it gone, instead of
//! seeing it in a query and then failing on the foreign key. And a deletion that comes second removes what
//! was added before it.
//!
//! What is retried after a failure, and what happens to an operation that is aborted halfway, is described in
//! [`storage::postgres`].

mod attempts;
mod events;
mod grants; // slim: demo-provider
mod identities;
mod logged_workouts; // slim: trainer
pub(crate) mod migrate;
mod users;
mod workouts; // slim: trainer

use async_trait::async_trait;
use sqlx::postgres::{PgArguments, PgRow, Postgres};
use sqlx::query::Query;

use crate::{Database, codec};
use accounts::ports::DatabaseError;
use storage::postgres::{Connections, Pool, PooledConnection};

#[derive(Debug, Clone)]
pub struct PostgresDatabase {
    connections: Connections,
}

// slim: trainer
/// The tables that came later: a role that was granted rights before that has none to them.
const ADDED: &str = "SELECT l.id, c.number FROM logged_workouts l, workout_changes c WHERE 1 = 0";
// slim: end

/// A statement with its parameters.
type Statement<'q> = Query<'q, Postgres, PgArguments>;

impl PostgresDatabase {
    /// Does not access the server: the first operation brings the schema up to date, and reports an error if
    /// it cannot. If the schema is newer than this program knows, every operation fails with
    /// [`PostgresError::Newer`].
    ///
    /// The pool determines how long to wait for a connection and (`statement_timeout`) for a response.
    #[must_use]
    pub fn new(pool: impl Into<Pool>) -> Self {
        Self { connections: Connections::new(pool.into(), |connection| Box::pin(migrate::run(connection))) }
    }

    /// The rows of a read-only statement.
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

    /// The only row, if any, of a read-only statement.
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

    /// Repeats a statement that removes at most 5000 rows until it finds fewer. In batches each statement
    /// ends within the server's time limit, however much has accumulated.
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

    /// The result of a statement that changes at most one row.
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
        // Queries the tables, not only the connection: no request could be served without them.
        self.rows(|| sqlx::query(codec::COLUMNS)).await?;
        // slim: trainer
        self.rows(|| sqlx::query(ADDED)).await?;
        // slim: end
        Ok(())
    }
}
