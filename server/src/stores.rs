//! Opens the stores the configuration names.

use std::sync::Arc;

use crate::config::{Config, DatabaseUrl, StoreUrl};
use crate::database::Database;
use crate::database::sqlite::{SqliteDatabase, pool};
use crate::session::rows::SessionRows;
use crate::session::store::memory::MemoryRows;
use crate::session::store::sqlite::SqliteRows;

/// Both of them. They may share one SQLite file.
#[derive(Debug)]
pub struct Stores {
    /// Sessions.
    pub rows: Arc<dyn SessionRows>,
    /// Everything else.
    pub database: Arc<dyn Database>,
}

/// A store cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("{variable}: {message}")]
pub struct OpenError {
    variable: &'static str,
    message: String,
}

impl OpenError {
    fn new(variable: &'static str, error: impl std::fmt::Display) -> Self {
        Self { variable, message: error.to_string() }
    }
}

impl Stores {
    /// Opens and migrates them.
    ///
    /// # Errors
    /// Names the variable and what is wrong.
    pub async fn open(config: &Config) -> Result<Self, OpenError> {
        let of_database = |error: &dyn std::fmt::Display| OpenError::new("DATABASE_URL", error);
        let of_store = |error: &dyn std::fmt::Display| OpenError::new("SESSION_STORE", error);
        let accounts = match &config.database {
            DatabaseUrl::SqliteFile(path) => pool::open_file(path).await,
            DatabaseUrl::SqliteMemory => pool::open_memory().await,
        };
        let accounts = accounts.map_err(|error| of_database(&error))?;
        let database = SqliteDatabase::open(accounts.clone()).await.map_err(|error| of_database(&error))?;
        let sessions = match &config.session.store {
            StoreUrl::Memory => None,
            // One pool: two would queue for SQLite's one write lock without knowing of each other.
            _ if config.sessions_in_database() => Some(accounts),
            StoreUrl::SqliteFile(path) => {
                Some(pool::open_file(path).await.map_err(|error| of_store(&error))?)
            }
            StoreUrl::SqliteMemory => Some(pool::open_memory().await.map_err(|error| of_store(&error))?),
        };
        let rows: Arc<dyn SessionRows> = match sessions {
            None => Arc::new(MemoryRows::default()),
            Some(pool) => Arc::new(SqliteRows::open(pool).await.map_err(|error| of_store(&error))?),
        };
        Ok(Self { rows, database: Arc::new(database) })
    }
}
