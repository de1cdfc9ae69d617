//! SQLite: a file with several connections as in production, and one connection in memory.

use std::time::Duration;

use server::session::store::SqliteRows;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Harness, Store};

/// A file in a directory of its own, eight connections, WAL.
pub(crate) struct SqliteFile;

impl Harness for SqliteFile {
    async fn fresh() -> Store {
        let directory = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(directory.path().join("sessions.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // No rule survives a power cut, so no rule waits for the disk.
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
    async fn fresh() -> Store {
        let options = SqliteConnectOptions::new().in_memory(true);
        // Each further connection would be an empty database, and so would one opened after a pause.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await
            .unwrap();
        Store::new(SqliteRows::open(pool).await.unwrap(), ())
    }
}
