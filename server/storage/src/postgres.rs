//! Shared by the two users of PostgreSQL: sessions and accounts.
//!
//! [`Connections`] adds three rules to a [`Pool`]:
//!
//! - **The schema is created by the first operation**, not by opening: an instance starts while its server is
//!   unavailable, and the first operation after the server is back brings the schema up to date. Two
//!   instances may do it at once. From then on it costs nothing; it is repeated only if a table turns out to
//!   be missing (an older backup was restored, or a fail-over led to a copy that did not have it yet).
//! - **An aborted operation closes its connection.** A request can be dropped at any moment: its browser
//!   disconnected, or it timed out. The connection may then be in the middle of a transaction (sqlx 0.9
//!   itself forgets one whose `BEGIN` was not answered yet, and what comes next on that connection would be
//!   acknowledged and never committed), or wait for a response that a silent network never delivers. Closing
//!   it makes the server roll back, and frees the slot in the pool at once.
//! - **What may be retried is retried**: once after a failure, and after a conflict with other transactions until
//!   they have let it through; [`failure`] defines what that is.

mod failure;
mod pool;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use sqlx::postgres::PgConnection;
use tokio::sync::Mutex;

use failure::Repeat;
use pool::Patience;
pub use pool::{Pool, PooledConnection};

/// PostgreSQL failed, or contains something this program must not touch.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// Written by a newer version of this program.
    #[error(
        "the database has schema version {found}, but this program knows versions up to {known} only: start the \
         newer program, or restore a backup"
    )]
    Newer {
        /// The database's version.
        found: i64,
        /// The newest version of this program.
        known: i64,
    },
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
}

/// Creates the schema: idempotent, and safe while another process does the same.
pub type Prepare = for<'c> fn(&'c mut PgConnection) -> BoxFuture<'c, Result<(), PostgresError>>;

/// Connections to one database, and the schema that sessions or accounts need there.
#[derive(Debug, Clone)]
pub struct Connections {
    pool: Pool,
    prepare: Prepare,
    schema: Arc<Schema>,
}

/// What is known about the schema.
#[derive(Debug, Default)]
struct Schema {
    is_there: AtomicBool,
    /// Held by the operation that creates it; the others wait.
    making: Mutex<()>,
}

/// How often an operation is tried. An operation of a request ends before, by its time limit.
const MOST_TRIES: u32 = 100;

/// The longest pause after the first conflict; doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(1);

/// A pause is never longer.
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

impl Connections {
    /// Does not access the server.
    pub fn new(pool: Pool, prepare: Prepare) -> Self {
        Self { pool, prepare, schema: Arc::default() }
    }

    /// Runs an operation for which running twice has the same result as once: anything read-only, and writes
    /// that set values rather than change them relatively.
    pub async fn idempotent<T, F>(
        &self,
        operation: impl Fn(PooledConnection) -> F,
    ) -> Result<T, PostgresError>
    where
        F: Future<Output = Result<T, sqlx::Error>>,
    {
        self.run(Repeat::Always, operation).await
    }

    /// Runs an operation that must not run twice: one statement, or one transaction.
    pub async fn write<T, F>(&self, operation: impl Fn(PooledConnection) -> F) -> Result<T, PostgresError>
    where
        F: Future<Output = Result<T, sqlx::Error>>,
    {
        self.run(Repeat::IfUndone, operation).await
    }

    async fn run<T, F>(
        &self,
        repeat: Repeat,
        operation: impl Fn(PooledConnection) -> F,
    ) -> Result<T, PostgresError>
    where
        F: Future<Output = Result<T, sqlx::Error>>,
    {
        match self.past_conflicts(repeat, &operation).await {
            Err(PostgresError::Sql(error)) if failure::misses_a_table(&error) => {
                tracing::warn!(%error, "the database has lost its tables");
                self.schema.is_there.store(false, Ordering::Release);
                self.past_conflicts(repeat, &operation).await
            }
            Err(PostgresError::Sql(error)) if repeat.allows(&error) => {
                tracing::debug!(%error, "a database operation is repeated");
                self.past_conflicts(repeat, &operation).await
            }
            result => result,
        }
    }

    /// Runs an operation again as often as others were faster: every such failure means that another
    /// transaction was committed, and that this one has changed nothing.
    async fn past_conflicts<T, F>(
        &self,
        repeat: Repeat,
        operation: &impl Fn(PooledConnection) -> F,
    ) -> Result<T, PostgresError>
    where
        F: Future<Output = Result<T, sqlx::Error>>,
    {
        let mut longest = FIRST_PAUSE;
        for _ in 1..MOST_TRIES {
            match self.once(repeat, operation).await {
                Err(PostgresError::Sql(error)) if failure::is_conflict(&error) => {
                    tracing::debug!(%error, "others were faster");
                }
                result => return result,
            }
            tokio::time::sleep(longest.mul_f64(rand::random_range(0.0..1.0))).await;
            longest = longest.saturating_mul(2).min(LONGEST_PAUSE);
        }
        self.once(repeat, operation).await
    }

    async fn once<T, F>(
        &self,
        repeat: Repeat,
        operation: &impl Fn(PooledConnection) -> F,
    ) -> Result<T, PostgresError>
    where
        F: Future<Output = Result<T, sqlx::Error>>,
    {
        if !self.schema.is_there.load(Ordering::Acquire) {
            self.make_schema().await?;
        }
        let patience = match repeat {
            Repeat::Always => Patience::Long,
            Repeat::IfUndone => Patience::Short,
        };
        Ok(operation(self.pool.acquire(patience).await?).await?)
    }

    async fn make_schema(&self) -> Result<(), PostgresError> {
        let _making = self.schema.making.lock().await;
        if self.schema.is_there.load(Ordering::Acquire) {
            return Ok(());
        }
        let mut connection = self.pool.acquire(Patience::Short).await?;
        (self.prepare)(&mut connection).await?;
        connection.end(Ok(()))?;
        self.schema.is_there.store(true, Ordering::Release);
        Ok(())
    }
}
