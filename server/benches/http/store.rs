//! The stores that the server is measured on, as they are used in production.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use tempfile::TempDir;
use test_servers::Missing;
use test_servers::Server; // slim: mongodb/postgres/redis

use crate::{Outcome, site};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Sqlite,
    Postgres, // slim: postgres
    Redis,    // slim: redis
    // slim: mongodb
    #[value(name = "mongodb")]
    MongoDb,
    // slim: end
    Memory,
}

/// All of them, in the order of measurement.
pub(crate) const KINDS: &[Kind] = &[
    Kind::Sqlite,
    Kind::Postgres, // slim: postgres
    Kind::Redis,    // slim: redis
    Kind::MongoDb,  // slim: mongodb
    Kind::Memory,
];

// slim: postgres
/// Tests run PostgreSQL without waiting for the disk, which is most of the cost of a write. The last of these
/// settings is the first that an operator changes.
const POSTGRES_AS_IN_PRODUCTION: [&str; 8] = [
    "-c",
    "fsync=on",
    "-c",
    "synchronous_commit=on",
    "-c",
    "full_page_writes=on",
    "-c",
    "shared_buffers=512MB",
];
// slim: end

/// A store in several sizes.
pub(crate) struct Store {
    /// Name and version of the database product.
    pub(crate) product: String,
    /// One for each size, each with databases of its own, so that the sizes can be measured in turn.
    pub(crate) sites: Vec<Site>,
    _databases: Databases,
    _directory: TempDir,
}

/// How much is stored beforehand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Not counting those that the measurement creates.
    pub(crate) sessions: u64,
    // slim: trainer
    /// Finished ones of the demo account.
    pub(crate) workouts: u64,
    // slim: end
}

impl Size {
    pub(crate) fn of_sessions(sessions: u64) -> Self {
        Self {
            sessions,
            workouts: 0, // slim: trainer
        }
    }

    // slim: trainer
    pub(crate) fn of_workouts(workouts: u64) -> Self {
        Self { sessions: 0, workouts }
    }
    // slim: end

    /// The heading of its column.
    pub(crate) fn number(self) -> u64 {
        // slim: trainer
        if self.workouts > 0 {
            return self.workouts;
        }
        // slim: end
        self.sessions
    }
}

/// What one server process works on.
pub(crate) struct Site {
    pub(crate) size: Size,
    pub(crate) directory: PathBuf,
    root: PathBuf,
    database: String,
    session_store: String,
}

/// Where the databases are. A server of our own stops when this value is dropped.
enum Databases {
    InTheProcess,
    Shared(&'static Server), // slim: mongodb/postgres/redis
    Own(Box<Server>),        // slim: postgres
}

impl Kind {
    /// As on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres", // slim: postgres
            Self::Redis => "redis",       // slim: redis
            Self::MongoDb => "mongodb",   // slim: mongodb
            Self::Memory => "memory",
        }
    }

    /// Opens the store, with empty databases for each of these sizes.
    ///
    /// # Errors
    /// [`Missing`] if the database server cannot be found or started.
    pub(crate) fn open(self, sizes: &[Size]) -> Outcome<Store> {
        // On a real disk: `/tmp` is often in memory, where SQLite has nothing to wait for.
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let root = site::site(directory.path());
        let databases = self.databases()?;
        let sizes: &[Size] = if self == Self::Memory {
            eprintln!("memory: only the server itself could fill it, so it is measured empty");
            &[Size::of_sessions(0)]
        } else {
            sizes
        };
        let mut sites = Vec::new();
        for (number, size) in sizes.iter().enumerate() {
            let own = directory.path().join(number.to_string());
            std::fs::create_dir(&own)?;
            sites.push(self.site(*size, own, &root, &databases));
        }
        let product = self.product(&databases);
        Ok(Store { product, sites, _databases: databases, _directory: directory })
    }

    fn databases(self) -> Result<Databases, Missing> {
        Ok(match self {
            Self::Sqlite | Self::Memory => Databases::InTheProcess,
            // slim: postgres
            Self::Postgres if std::env::var_os("TEST_POSTGRES_URL").is_none_or(|url| url.is_empty()) => {
                let kind = test_servers::Kind::Postgres;
                Databases::Own(Box::new(test_servers::own_with(kind, &POSTGRES_AS_IN_PRODUCTION)?))
            }
            Self::Postgres => Databases::Shared(test_servers::postgres()?),
            // slim: end
            Self::Redis => Databases::Shared(test_servers::redis()?), // slim: redis
            Self::MongoDb => Databases::Shared(test_servers::mongodb()?), // slim: mongodb
        })
    }

    fn site(self, size: Size, directory: PathBuf, root: &Path, databases: &Databases) -> Site {
        let file = format!("sqlite://{}", directory.join("test.db").display());
        let of_server = databases.fresh_url();
        let session_store = match self {
            Self::Memory => "memory".to_owned(),
            _ => of_server.clone().unwrap_or_else(|| file.clone()),
        };
        // slim: redis
        // It keeps sessions only.
        let of_server = of_server.filter(|_| self != Self::Redis);
        // slim: end
        let database = of_server.unwrap_or(file);
        Site { size, directory, root: root.to_owned(), database, session_store }
    }

    fn product(self, databases: &Databases) -> String {
        let sqlite = sqlite_version();
        match (self, databases.product()) {
            (Self::Memory, _) => format!("Sessions in memory, accounts in SQLite {sqlite}"),
            (Self::Redis, Some(product)) => format!("{product}, accounts in SQLite {sqlite}"), // slim: redis
            (_, Some(product)) => product.to_owned(),
            (_, None) => format!("SQLite {sqlite}"),
        }
    }
}

impl Databases {
    /// The URL of an empty one on a server.
    fn fresh_url(&self) -> Option<String> {
        match self {
            Self::InTheProcess => None,
            Self::Shared(server) => Some(server.fresh_url()), // slim: mongodb/postgres/redis
            Self::Own(server) => Some(server.fresh_url()),    // slim: postgres
        }
    }

    /// Name and version of the server.
    fn product(&self) -> Option<&str> {
        match self {
            Self::InTheProcess => None,
            Self::Shared(server) => Some(server.product()), // slim: mongodb/postgres/redis
            Self::Own(server) => Some(server.product()),    // slim: postgres
        }
    }
}

impl Site {
    /// The environment variables of a server that works on this site.
    pub(crate) fn variables(&self) -> BTreeMap<String, String> {
        let root = self.root.display().to_string();
        let variables = [
            // Over plain HTTP, and with a demo account.
            ("APP_ENV", "development"),
            ("RUST_LOG", "error"),
            ("SITE_ROOT", root.as_str()),
            ("DATABASE_URL", self.database.as_str()),
            ("SESSION_STORE", self.session_store.as_str()),
            ("SESSION_SECRETS", "a secret of the benchmark with more than 32 bytes"),
            // All logins are for one account and come from one address.
            ("LOGIN_LIMIT", "1000000/1m"),
            ("LOGIN_LIMIT_ADDRESS", "1000000/1m"),
            // Filling and measuring may take hours, and all sessions are to live through them.
            ("SESSION_TTL", "7d"),
            ("SESSION_IDLE_TIMEOUT", "7d"),
            ("SESSION_ABSOLUTE_LIFETIME", "7d"),
            // With this the first page waits for the tables and the demo account, even if the store is slow.
            ("STORE_TIMEOUT", "30s"),
        ];
        variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }
}

/// SQLite is linked into the server and into this program, in the same version.
fn sqlite_version() -> &'static str {
    rusqlite::version()
}
