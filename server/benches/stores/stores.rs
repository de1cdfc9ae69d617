//! The stores, each empty, on its own server, and opened as the application does it.

use std::collections::BTreeMap;
use std::sync::Arc;

use configuration::Config;
use database::stores::Stores;
use session_rows::SessionRows;
use tempfile::TempDir;
use test_servers::{Missing, shared_of};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Memory,
    Sqlite,
    Server(test_servers::Kind),
}

/// All of them, in the order of measurement.
pub(crate) const KINDS: [Kind; 5] = [
    Kind::Memory,
    Kind::Sqlite,
    Kind::Server(test_servers::Kind::Postgres),
    Kind::Server(test_servers::Kind::Redis),
    Kind::Server(test_servers::Kind::MongoDb),
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
            Self::Server(test_servers::Kind::Postgres) => "postgres",
            Self::Server(test_servers::Kind::Redis) => "redis",
            Self::Server(test_servers::Kind::MongoDb) => "mongodb",
        }
    }

    pub(crate) async fn open(self) -> Result<Store, Missing> {
        let directory = tempfile::tempdir().unwrap();
        let url = match self {
            Self::Memory => "memory".to_owned(),
            Self::Sqlite => format!("sqlite://{}", directory.path().join("sessions.db").display()),
            Self::Server(kind) => shared_of(kind)?.fresh_url(),
        };
        let variables = [("SESSION_STORE", url.as_str()), ("DATABASE_URL", "sqlite::memory:")];
        let variables: BTreeMap<String, String> =
            variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let mut config = Config::from_vars(&variables).unwrap();
        // Filling and emptying may take longer than anyone would wait for a page.
        config.remote.maintenance = true;
        let rows = Stores::open(&config.stores(), true).await.unwrap().rows;
        let writers = if matches!(self, Self::Memory) { 1 } else { 64 };
        Ok(Store { kind: self, rows, writers, _directory: directory })
    }
}
