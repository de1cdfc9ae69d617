//! Opens the configured stores.

use std::sync::Arc;

use session_rows::SessionRows;
use sessions::store::{MemoryRows, SqliteRows};
use storage::RemoteSettings; // slim: mongodb/postgres/redis
use storage::fault::{Fault, Mistake, StoreFailure};
use storage::sqlite::{Engine, Unchanged};
use storage::{DatabaseUrl, StoreUrl, sqlite};

use crate::check::{Kept, failed};
use crate::sqlite::SqliteDatabase;
use crate::{Database, Intercepted, existing};

/// Where both stores are, and how they are reached.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    pub sessions: StoreUrl,
    pub database: DatabaseUrl,
    pub remote: RemoteSettings, // slim: mongodb/postgres/redis
    // slim: mongodb
    /// The store may remove expired sessions by its own clock, if it can. Off if the clock here is not the time of day.
    pub native_expiry: bool,
    // slim: end
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

/// What a command does if there is no table of sessions in the store that is to have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionTable {
    /// Refuses: what it looks for may be kept somewhere else.
    Required,
    /// Makes it in the database of the accounts, if sessions are to be kept there too, as a start would after
    /// an update or a move.
    MadeWithAccounts,
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
            Fault::Unreachable | Fault::Full | Fault::Data | Fault::Contended => String::new(),
        };
        Self { variable, failure, advice }
    }
}

impl Stores {
    /// Opens both. SQLite is migrated at the same time<!-- slim: mongodb/postgres/redis -->; servers are not contacted yet<!-- slim: end -->.
    ///
    /// # Errors
    /// Names the variable and what is wrong.
    pub async fn open(settings: &StoreSettings) -> Result<Self, OpenError> {
        let (accounts, sessions) = connections(settings).await?;
        let database = accounts.database().await.map_err(of_database)?;
        let rows = sessions.rows().await.map_err(of_store)?;
        Ok(Self { rows, database })
    }

    /// [`Self::open`] for commands: a store in which no server has kept what is looked for is probably a
    /// mistyped path or name, or that of the other store, and must not be created by a look at it.
    ///
    /// # Errors
    /// As [`Self::open`], and for a database without our accounts or a store without our sessions.
    pub async fn open_existing(settings: &StoreSettings, table: SessionTable) -> Result<Self, OpenError> {
        existing::check(settings, Kept::Accounts).await.map_err(of_database)?;
        if table == SessionTable::Required || !settings.sessions_in_database() {
            existing::check(settings, Kept::Sessions).await.map_err(of_store)?;
        }
        Self::open(settings).await
    }
}

fn of_database(failure: StoreFailure) -> OpenError {
    OpenError::new("DATABASE_URL", failure)
}

fn of_store(failure: StoreFailure) -> OpenError {
    OpenError::new("SESSION_STORE", failure)
}

/// For accounts and for sessions. One for both if they are in one place: two writers of the same SQLite file would compete
/// for its one write lock unaware of each other, and two pools of one server would take twice the connections.
async fn connections(settings: &StoreSettings) -> Result<(Connection, Connection), OpenError> {
    let accounts = Connection::open(StoreUrl::from(&settings.database), settings).await;
    let accounts = accounts.map_err(of_database)?;
    if settings.sessions_in_database() || accounts.is_of(&settings.sessions) {
        return Ok((accounts.clone(), accounts));
    }
    let sessions = Connection::open(settings.sessions.clone(), settings).await;
    Ok((accounts, sessions.map_err(of_store)?))
}

/// Access to a store, for sessions, accounts or both.
#[derive(Clone)]
#[allow(clippy::large_enum_variant, reason = "there are two of them, for a moment at start")]
enum Connection {
    Memory,
    /// With a watch on the file, if it is one.
    Sqlite(Engine, Option<Unchanged>),
    #[cfg(feature = "postgres")]
    Postgres(storage::postgres::Pool),
    /// With the prefix of its keys.
    #[cfg(feature = "redis")]
    Redis(redis::Client, String, RemoteSettings),
    /// With whether it may expire what it holds.
    #[cfg(feature = "mongodb")]
    MongoDb(mongodb::Database, bool),
}

impl Connection {
    async fn open(url: StoreUrl, settings: &StoreSettings) -> Result<Self, StoreFailure> {
        match url {
            StoreUrl::Memory => Ok(Self::Memory),
            StoreUrl::SqliteFile(path) => {
                let engine = sqlite::open_file(&path).await.map_err(failed)?;
                if settings.require_private_files && sqlite::is_readable_by_others(&path) == Some(true) {
                    return Err(failed(sqlite::OpenError::Exposed { path }));
                }
                Ok(Self::Sqlite(engine, Some(Unchanged::since_now(&path))))
            }
            StoreUrl::SqliteMemory => {
                sqlite::open_memory().await.map(|engine| Self::Sqlite(engine, None)).map_err(failed)
            }
            #[cfg(feature = "postgres")]
            StoreUrl::Postgres(url) => {
                let pool = storage::remote::postgres(&url, &settings.remote).map_err(failed)?;
                Ok(Self::Postgres(pool.into()))
            }
            #[cfg(feature = "redis")]
            StoreUrl::Redis(url) => {
                let prefix = url.prefix().unwrap_or_else(|| sessions::store::redis::PREFIX.to_owned());
                let client = storage::remote::redis(&url).map_err(failed)?;
                Ok(Self::Redis(client, prefix, settings.remote))
            }
            #[cfg(feature = "mongodb")]
            StoreUrl::MongoDb(url) => {
                let database = storage::remote::mongodb(&url, &settings.remote).await.map_err(failed)?;
                Ok(Self::MongoDb(database, settings.native_expiry))
            }
        }
    }

    /// Whether this URL leads to the same file: a path can be written in several ways.
    fn is_of(&self, url: &StoreUrl) -> bool {
        match (self, url) {
            (Self::Sqlite(_, Some(watch)), StoreUrl::SqliteFile(path)) => watch.is_of(path),
            _ => false,
        }
    }

    async fn rows(self) -> Result<Arc<dyn SessionRows>, StoreFailure> {
        Ok(match self {
            Self::Memory => Arc::new(MemoryRows::new()),
            Self::Sqlite(engine, watch) => {
                let rows = Arc::new(SqliteRows::open(engine).await.map_err(failed)?);
                match watch {
                    Some(watch) => Arc::new(sessions::store::Intercepted::new(rows, watch)),
                    None => rows,
                }
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => Arc::new(sessions::store::PostgresRows::new(pool)),
            #[cfg(feature = "redis")]
            Self::Redis(client, prefix, settings) => {
                let limit = settings.operation_limit();
                Arc::new(sessions::store::RedisRows::with_timeouts(client, &prefix, settings.timeout, limit))
            }
            #[cfg(feature = "mongodb")]
            Self::MongoDb(database, true) => Arc::new(sessions::store::MongoRows::new(database)),
            #[cfg(feature = "mongodb")]
            Self::MongoDb(database, false) => {
                Arc::new(sessions::store::MongoRows::without_native_expiry(database))
            }
        })
    }

    async fn database(self) -> Result<Arc<dyn Database>, StoreFailure> {
        Ok(match self {
            Self::Sqlite(engine, watch) => {
                let database = Arc::new(SqliteDatabase::open(engine).await.map_err(failed)?);
                match watch {
                    Some(watch) => Arc::new(Intercepted::new(database, watch)),
                    None => database,
                }
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => Arc::new(crate::postgres::PostgresDatabase::new(pool)),
            #[cfg(feature = "mongodb")]
            Self::MongoDb(database, _) => Arc::new(crate::mongodb::MongoDatabase::new(database)),
            // Already rejected by the configuration.
            Self::Memory => return Err(sessions_only()),
            #[cfg(feature = "redis")]
            Self::Redis(..) => return Err(sessions_only()),
        })
    }
}

fn sessions_only() -> StoreFailure {
    StoreFailure::mistake(Mistake::Options, "this store keeps sessions only".to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// The paths under which the engines of accounts and sessions were opened.
    async fn opened(database: PathBuf, sessions: PathBuf) -> (PathBuf, PathBuf) {
        let settings = StoreSettings {
            sessions: StoreUrl::SqliteFile(sessions),
            database: DatabaseUrl::SqliteFile(database),
            remote: RemoteSettings::default(), // slim: mongodb/postgres/redis
            native_expiry: true,               // slim: mongodb
            require_private_files: false,
        };
        match connections(&settings).await.unwrap() {
            (Connection::Sqlite(accounts, _), Connection::Sqlite(sessions, _)) => {
                (accounts.path().to_owned(), sessions.path().to_owned())
            }
            _ => panic!("both are files"),
        }
    }

    #[tokio::test]
    async fn one_file_has_one_writer_however_its_path_is_written() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("test.db");
        std::fs::create_dir(directory.path().join("below")).unwrap();
        let mut spellings = vec![path.clone(), directory.path().join("below/../test.db")];
        #[cfg(unix)]
        {
            let link = directory.path().join("link.db");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            spellings.push(link);
        }
        for spelling in spellings {
            let (accounts, sessions) = opened(path.clone(), spelling.clone()).await;
            assert_eq!(accounts, sessions, "{}", spelling.display());
        }
        let (accounts, sessions) = opened(path.clone(), directory.path().join("sessions.db")).await;
        assert_ne!(accounts, sessions);
    }
}
