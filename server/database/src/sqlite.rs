//! The database in one SQLite file, for one machine.
//!
//! Every method that writes is one transaction of the engine's single writer, which holds the write lock from its
//! beginning: nothing can change between reading and writing. What is found by a key is read at once, on the thread
//! that asks; lists and counts are scanned elsewhere ([`Engine`]).

mod attempts;
mod events;
mod grants;
mod identities;
pub(crate) mod migrate;
mod users;
mod workouts;

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
