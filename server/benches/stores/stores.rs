//! The stores, each empty, on its own server, and opened as the application does it.

use std::collections::BTreeMap;
use std::sync::Arc;

use configuration::Config;
use database::stores::Stores;
use session_rows::SessionRows;
use tempfile::TempDir;
use test_servers::Missing;
use test_servers::shared_of; // slim: mongodb/postgres/redis

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Memory,
    Sqlite,
    Server(test_servers::Kind), // slim: mongodb/postgres/redis
}

/// All of them, in the order of measurement.
pub(crate) const KINDS: &[Kind] = &[
    Kind::Memory,
    Kind::Sqlite,
    Kind::Server(test_servers::Kind::Postgres), // slim: postgres
    Kind::Server(test_servers::Kind::Redis),    // slim: redis
    Kind::Server(test_servers::Kind::MongoDb),  // slim: mongodb
];

pub(crate) struct Store {
    pub(crate) kind: Kind,
    pub(crate) rows: Arc<dyn SessionRows>,
    /// The number of concurrent writers that fills it fastest.
    pub(crate) writers: usize,
    _directory: TempDir,
}

impl Kind {
    /// As in the ids of the benchmarks.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Server(test_servers::Kind::Postgres) => "postgres", // slim: postgres
            Self::Server(test_servers::Kind::Redis) => "redis",       // slim: redis
            Self::Server(test_servers::Kind::MongoDb) => "mongodb",   // slim: mongodb
        }
    }

    pub(crate) async fn open(self) -> Result<Store, Missing> {
        let directory = tempfile::tempdir().unwrap();
        let url = match self {
            Self::Memory => "memory".to_owned(),
            Self::Sqlite => format!("sqlite://{}", directory.path().join("sessions.db").display()),
            Self::Server(kind) => shared_of(kind)?.fresh_url(), // slim: mongodb/postgres/redis
        };
        let variables = [("SESSION_STORE", url.as_str()), ("DATABASE_URL", "sqlite::memory:")];
        let variables: BTreeMap<String, String> =
            variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let settings = Config::from_vars(&variables).unwrap().stores();
        // slim: mongodb/postgres/redis
        // Filling and emptying may take longer than anyone would wait for a page.
        let remote = storage::RemoteSettings { maintenance: true, ..settings.remote };
        let settings = database::stores::StoreSettings { remote, ..settings };
        // slim: end
        let rows = Stores::open(&settings).await.unwrap().rows;
        let writers = if matches!(self, Self::Memory) { 1 } else { 64 };
        Ok(Store { kind: self, rows, writers, _directory: directory })
    }
}
