//! The stores, each empty and on a server of its own kind.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use server::database::sqlite::pool;
use server::session::rows::SessionRows;
use server::session::store::redis::PREFIX;
use server::session::store::{MemoryRows, MongoRows, PostgresRows, RedisRows, SqliteRows};
use sqlx::postgres::PgPoolOptions;
use test_servers::Missing;

/// A kind of store.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Memory,
    Sqlite,
    Postgres,
    Redis,
    MongoDb,
}

/// All of them, in the order of measurement.
pub(crate) const KINDS: [Kind; 5] = [Kind::Memory, Kind::Sqlite, Kind::Postgres, Kind::Redis, Kind::MongoDb];

/// An open store.
pub(crate) struct Store {
    pub(crate) kind: Kind,
    pub(crate) rows: Arc<dyn SessionRows>,
    /// How many writers at once fill it fastest.
    pub(crate) writers: usize,
    /// A directory that goes with it.
    _kept: Box<dyn Any>,
}

impl Kind {
    /// As in the ids of the benchmarks.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Redis => "redis",
            Self::MongoDb => "mongodb",
        }
    }

    /// An empty store, set up as the server sets it up.
    pub(crate) async fn open(self) -> Result<Store, Missing> {
        let mut kept: Box<dyn Any> = Box::new(());
        let rows: Arc<dyn SessionRows> = match self {
            Self::Memory => Arc::new(MemoryRows::new()),
            Self::Sqlite => {
                let directory = tempfile::tempdir().unwrap();
                let pool = pool::open_file(&directory.path().join("sessions.db")).await.unwrap();
                kept = Box::new(directory);
                Arc::new(SqliteRows::open(pool).await.unwrap())
            }
            Self::Postgres => {
                let url = test_servers::postgres()?.fresh_url();
                Arc::new(PostgresRows::new(
                    PgPoolOptions::new().max_connections(10).connect_lazy(&url).unwrap(),
                ))
            }
            Self::Redis => {
                let client = redis::Client::open(test_servers::redis()?.fresh_url()).unwrap();
                Arc::new(RedisRows::new(client, PREFIX, Duration::from_secs(60)))
            }
            Self::MongoDb => {
                let url = test_servers::mongodb()?.fresh_url();
                let client = mongodb::Client::with_uri_str(url).await.unwrap();
                Arc::new(MongoRows::new(client.default_database().unwrap()))
            }
        };
        let writers = if matches!(self, Self::Memory | Self::Sqlite) { 1 } else { 64 };
        Ok(Store { kind: self, rows, writers, _kept: kept })
    }
}
