//! SQLite: a file, opened as in production but for the disk, and one in memory.

use sessions::store::SqliteRows;

use super::{Harness, Store};

/// SQLite is linked into the server, so this is the version in use.
fn version() -> String {
    format!("SQLite {}", rusqlite::version())
}

/// A file in its own directory.
pub(crate) struct SqliteFile;

impl Harness for SqliteFile {
    async fn product() -> Option<String> {
        Some(version())
    }

    async fn fresh() -> Store {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("sessions.db");
        // No rule has to survive a power cut, so none waits for the disk.
        let engine = storage::sqlite::open_file_unsynchronised(&file).await.unwrap();
        Store::new(SqliteRows::open(engine).await.unwrap(), directory)
    }
}

/// `sqlite::memory:`.
pub(crate) struct SqliteInMemory;

impl Harness for SqliteInMemory {
    async fn product() -> Option<String> {
        Some(version())
    }

    async fn fresh() -> Store {
        let engine = storage::sqlite::open_memory().await.unwrap();
        Store::new(SqliteRows::open(engine).await.unwrap(), ())
    }
}
