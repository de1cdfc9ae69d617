//! Opens the configured stores.

use std::sync::Arc;

use sqlx::{PgPool, SqlitePool};

use session_rows::SessionRows;
use sessions::store::redis::PREFIX;
use sessions::store::{MemoryRows, MongoRows, PostgresRows, RedisRows, SqliteRows};
use storage::fault::{Fault, Mistake, StoreFailure};
use storage::sqlite::Unchanged;
use storage::{DatabaseUrl, RemoteSettings, StoreUrl, remote, sqlite};

use crate::mongodb::MongoDatabase;
use crate::postgres::PostgresDatabase;
use crate::sqlite::SqliteDatabase;
use crate::{Database, Intercepted};

/// Where both stores are, and the settings for remote servers.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    pub sessions: StoreUrl,
    pub database: DatabaseUrl,
    pub remote: RemoteSettings,
    /// Refuses a SQLite file that other users of the machine may read.
    pub require_private_files: bool,
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
#[error("{variable}: {failure}{advice}")]
pub struct OpenError {
    variable: &'static str,
    failure: StoreFailure,
    advice: String,
}

impl OpenError {
    pub(crate) fn new(variable: &'static str, failure: StoreFailure) -> Self {
        let advice = match failure.fault() {
            Fault::Misconfigured(mistake) => format!(" ({})", mistake.advice()),
            Fault::Unreachable | Fault::Full | Fault::Data => String::new(),
        };
        Self { variable, failure, advice }
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
        let of_database = |failure| OpenError::new("DATABASE_URL", failure);
        let of_store = |failure| OpenError::new("SESSION_STORE", failure);
        let open = |url: StoreUrl| Connection::open(url, settings);
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

    /// [`Self::open`] for commands: a SQLite file that does not exist is probably a mistyped path, and must not be
    /// created by a look at it.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_existing(settings: &StoreSettings, native_expiry: bool) -> Result<Self, OpenError> {
        for (variable, url) in [
            ("DATABASE_URL", StoreUrl::from(&settings.database)),
            ("SESSION_STORE", settings.sessions.clone()),
        ] {
            if let StoreUrl::SqliteFile(path) = url
                && !path.exists()
            {
                let missing = sqlite::OpenError::Missing { path };
                return Err(OpenError::new(variable, StoreFailure::of(&missing)));
            }
        }
        Self::open(settings, native_expiry).await
    }
}

/// Access to a store, for sessions, accounts or both.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "there are two of them, for a moment at start")]
enum Connection {
    Memory,
    /// With a watch on the file, if it is one.
    Sqlite(SqlitePool, Option<Unchanged>),
    Postgres(PgPool),
    /// With the prefix of its keys.
    Redis(redis::Client, String),
    MongoDb(mongodb::Database),
}

impl Connection {
    async fn open(url: StoreUrl, settings: &StoreSettings) -> Result<Self, StoreFailure> {
        let remote = &settings.remote;
        match url {
            StoreUrl::Memory => Ok(Self::Memory),
            StoreUrl::SqliteFile(path) => {
                let pool = sqlite::open_file(&path).await.map_err(failure)?;
                if settings.require_private_files && sqlite::is_readable_by_others(&path) == Some(true) {
                    return Err(failure(sqlite::OpenError::Exposed { path }));
                }
                Ok(Self::Sqlite(pool, Some(Unchanged::since_now(&path))))
            }
            StoreUrl::SqliteMemory => {
                sqlite::open_memory().await.map(|pool| Self::Sqlite(pool, None)).map_err(failure)
            }
            StoreUrl::Postgres(url) => remote::postgres(&url, remote).map(Self::Postgres).map_err(failure),
            StoreUrl::Redis(url) => {
                let prefix = url.prefix().unwrap_or_else(|| PREFIX.to_owned());
                remote::redis(&url).map(|client| Self::Redis(client, prefix)).map_err(failure)
            }
            StoreUrl::MongoDb(url) => remote::mongodb(&url, remote).await.map(Self::MongoDb).map_err(failure),
        }
    }

    async fn rows(
        self,
        settings: &RemoteSettings,
        native_expiry: bool,
    ) -> Result<Arc<dyn SessionRows>, StoreFailure> {
        Ok(match self {
            Self::Memory => Arc::new(MemoryRows::new()),
            Self::Sqlite(pool, watch) => {
                let rows = Arc::new(SqliteRows::open(pool).await.map_err(failure)?);
                match watch {
                    Some(watch) => Arc::new(sessions::store::Intercepted::new(rows, watch)),
                    None => rows,
                }
            }
            Self::Postgres(pool) => Arc::new(PostgresRows::new(pool)),
            Self::Redis(client, prefix) => {
                let limit = settings.operation_limit();
                Arc::new(RedisRows::with_timeouts(client, &prefix, settings.timeout, limit))
            }
            Self::MongoDb(database) if native_expiry => Arc::new(MongoRows::new(database)),
            Self::MongoDb(database) => Arc::new(MongoRows::without_native_expiry(database)),
        })
    }

    async fn database(self) -> Result<Arc<dyn Database>, StoreFailure> {
        Ok(match self {
            Self::Sqlite(pool, watch) => {
                let database = Arc::new(SqliteDatabase::open(pool).await.map_err(failure)?);
                match watch {
                    Some(watch) => Arc::new(Intercepted::new(database, watch)),
                    None => database,
                }
            }
            Self::Postgres(pool) => Arc::new(PostgresDatabase::new(pool)),
            Self::MongoDb(database) => Arc::new(MongoDatabase::new(database)),
            // Already rejected by the configuration.
            Self::Memory | Self::Redis(..) => {
                let text = "this store keeps sessions only".to_owned();
                return Err(StoreFailure::mistake(Mistake::Options, text));
            }
        })
    }
}

fn failure(error: impl std::error::Error + 'static) -> StoreFailure {
    StoreFailure::of(&error)
}
