//! The database in one SQLite file, for one machine.
//!
//! A write that reads first runs in `BEGIN IMMEDIATE`: it acquires the write lock before it reads, so that
//! nothing can change between reading and writing. Every other write is a single statement. No method holds
//! one connection while acquiring another: the in-memory database has exactly one.

mod attempts;
mod events;
mod grants;
mod identities;
pub(crate) mod migrate;
mod users;
mod workouts;

use async_trait::async_trait;
use sqlx::sqlite::{Sqlite, SqlitePool};
use sqlx::{Row as _, Transaction};

use accounts::ports::DatabaseError;
use storage::sqlite::OpenError;

use crate::{Database, codec};

#[derive(Debug, Clone)]
pub struct SqliteDatabase {
    pool: SqlitePool,
}

impl SqliteDatabase {
    /// Brings the schema up to date. Idempotent, and safe for several concurrent processes.
    ///
    /// # Errors
    /// If the schema is newer than this program knows ([`OpenError::Newer`]), or SQLite fails.
    pub async fn open(pool: SqlitePool) -> Result<Self, OpenError> {
        migrate::run(&pool).await?;
        Ok(Self { pool })
    }

    /// A transaction that holds the write lock from its beginning. Rolls back if dropped without a commit.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, DatabaseError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }
}

#[async_trait]
impl Database for SqliteDatabase {
    fn kind(&self) -> &'static str {
        "sqlite"
    }

    async fn ping(&self) -> Result<(), DatabaseError> {
        // Reads a page of the file; `SELECT 1` would succeed without it.
        sqlx::query("SELECT count(*) FROM sqlite_schema")
            .fetch_one(&self.pool)
            .await?
            .try_get::<i64, _>(0)?;
        sqlx::query(codec::COLUMNS).fetch_optional(&self.pool).await?;
        Ok(())
    }
}
