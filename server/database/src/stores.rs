//! Opens the configured stores.

use std::sync::Arc;

use sqlx::{PgPool, SqlitePool};

use session_rows::SessionRows;
use sessions::store::redis::PREFIX;
use sessions::store::{MemoryRows, MongoRows, PostgresRows, RedisRows, SqliteRows};
use storage::{DatabaseUrl, RemoteSettings, StoreUrl, remote, sqlite};

use crate::Database;
use crate::mongodb::MongoDatabase;
use crate::postgres::PostgresDatabase;
use crate::sqlite::SqliteDatabase;

/// Where both stores are, and the settings for remote servers.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    pub sessions: StoreUrl,
    pub database: DatabaseUrl,
    pub remote: RemoteSettings,
}

impl StoreSettings {
    /// Whether sessions are kept in the database and share its connections.
    #[must_use]
    pub fn sessions_in_database(&self) -> bool {
        self.sessions == StoreUrl::from(&self.database)
    }
}

/// Both stores. They may share one file or one server.
#[derive(Debug)]
pub struct Stores {
    pub rows: Arc<dyn SessionRows>,
    pub database: Arc<dyn Database>,
}

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
    /// Opens both. SQLite is migrated at the same time; remote servers are not contacted yet ([`remote`]).
    ///
    /// `native_expiry`: the store may remove expired sessions by its own clock, if it can. Must be off if the
    /// clock is not the time of day.
    ///
    /// # Errors
    /// Names the variable and what is wrong.
    pub async fn open(settings: &StoreSettings, native_expiry: bool) -> Result<Self, OpenError> {
        let of_database = |error: String| OpenError::new("DATABASE_URL", error);
        let of_store = |error: String| OpenError::new("SESSION_STORE", error);
        let open = |url: StoreUrl| Connection::open(url, &settings.remote);
        let accounts = open(StoreUrl::from(&settings.database)).await.map_err(of_database)?;
        // One pool for both: two to the same SQLite file would compete for its one write lock unaware of each
        // other, and two to one server would take twice the connections.
        let sessions = if settings.sessions_in_database() {
            accounts.clone()
        } else {
            open(settings.sessions.clone()).await.map_err(of_store)?
        };
        let database = accounts.database().await.map_err(of_database)?;
        let rows = sessions.rows(&settings.remote, native_expiry).await.map_err(of_store)?;
        Ok(Self { rows, database })
    }
}

/// Access to a store, for sessions, accounts or both.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "there are two of them, for a moment at start")]
enum Connection {
    Memory,
    Sqlite(SqlitePool),
    Postgres(PgPool),
    /// With the prefix of its keys.
    Redis(redis::Client, String),
    MongoDb(mongodb::Database),
}

impl Connection {
    async fn open(url: StoreUrl, settings: &RemoteSettings) -> Result<Self, String> {
        match url {
            StoreUrl::Memory => Ok(Self::Memory),
            StoreUrl::SqliteFile(path) => sqlite::open_file(&path).await.map(Self::Sqlite).map_err(text),
            StoreUrl::SqliteMemory => sqlite::open_memory().await.map(Self::Sqlite).map_err(text),
            StoreUrl::Postgres(url) => remote::postgres(&url, settings).map(Self::Postgres).map_err(text),
            StoreUrl::Redis(url) => {
                let prefix = url.prefix().unwrap_or_else(|| PREFIX.to_owned());
                remote::redis(&url).map(|client| Self::Redis(client, prefix)).map_err(text)
            }
            StoreUrl::MongoDb(url) => remote::mongodb(&url, settings).await.map(Self::MongoDb).map_err(text),
        }
    }

    async fn rows(
        self,
        settings: &RemoteSettings,
        native_expiry: bool,
    ) -> Result<Arc<dyn SessionRows>, String> {
        Ok(match self {
            Self::Memory => Arc::new(MemoryRows::new()),
            Self::Sqlite(pool) => Arc::new(SqliteRows::open(pool).await.map_err(text)?),
            Self::Postgres(pool) => Arc::new(PostgresRows::new(pool)),
            Self::Redis(client, prefix) => {
                let limit = settings.operation_limit();
                Arc::new(RedisRows::with_timeouts(client, &prefix, settings.timeout, limit))
            }
            Self::MongoDb(database) if native_expiry => Arc::new(MongoRows::new(database)),
            Self::MongoDb(database) => Arc::new(MongoRows::without_native_expiry(database)),
        })
    }

    async fn database(self) -> Result<Arc<dyn Database>, String> {
        Ok(match self {
            Self::Sqlite(pool) => Arc::new(SqliteDatabase::open(pool).await.map_err(text)?),
            Self::Postgres(pool) => Arc::new(PostgresDatabase::new(pool)),
            Self::MongoDb(database) => Arc::new(MongoDatabase::new(database)),
            // Already rejected by the configuration.
            Self::Memory | Self::Redis(..) => return Err("this store keeps sessions only".to_owned()),
        })
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
