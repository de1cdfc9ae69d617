//! SQLite: a file with several connections as in production, and one connection in memory.

use std::time::Duration;

use sessions::store::SqliteRows;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Harness, Store};

/// SQLite is linked into the server, so this is the version in use.
async fn version() -> String {
    let pool = SqlitePoolOptions::new().connect("sqlite::memory:").await.unwrap();
    let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(&pool).await.unwrap();
    format!("SQLite {version}")
}

/// A file in its own directory, eight connections, WAL.
pub(crate) struct SqliteFile;

impl Harness for SqliteFile {
    async fn product() -> Option<String> {
        Some(version().await)
    }

    async fn fresh() -> Store {
        let directory = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(directory.path().join("sessions.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // No rule has to survive a power cut, so none waits for the disk.
            .synchronous(SqliteSynchronous::Off)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new().max_connections(8).connect_with(options).await.unwrap();
        Store::new(SqliteRows::open(pool).await.unwrap(), directory)
    }
}

/// `sqlite::memory:`.
pub(crate) struct SqliteInMemory;

impl Harness for SqliteInMemory {
    async fn product() -> Option<String> {
        Some(version().await)
    }

    /// Opened as the server does it: a pool with default settings would occasionally replace the one
    /// connection, for instance when a caller is dropped while the pool tests it, and the database would be
    /// gone with it.
    async fn fresh() -> Store {
        let pool = storage::sqlite::open_memory().await.unwrap();
        Store::new(SqliteRows::open(pool).await.unwrap(), ())
    }
}
