//! The stores: opened as their documentation shows, empty for every rule.

use std::env;
use std::sync::atomic::{AtomicU32, Ordering};

use store_contract::{Harness, Store};
use tower_sessions_mongodb_store::MongoDBStore;
use tower_sessions_mongodb_store::mongodb::Client;
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{ClientLike as _, Config, Pool};
use tower_sessions_redis_store::fred::types::{ClusterHash, CustomCommand};
use tower_sessions_sqlx_store::sqlx;
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

use crate::adapter::Upstream;
use crate::bridge::{V011, V014, V015};

/// Connections, as many as the server's own stores have by default.
const CONNECTIONS: u32 = 10;

/// Rounds of interleavings at once on a server.
const AT_ONCE: usize = 8;

/// A name that no other rule has used.
fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("baseline_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The server of `BASELINE_<NAME>_URL`, if there is one: its product.
fn product(name: &str) -> Option<String> {
    env::var(format!("BASELINE_{name}_URL")).ok()?;
    Some(env::var(format!("BASELINE_{name}_PRODUCT")).unwrap_or_else(|_| "an unnamed server".to_owned()))
}

fn url(name: &str) -> String {
    env::var(format!("BASELINE_{name}_URL")).unwrap()
}

/// `tower_sessions::MemoryStore`.
pub(crate) struct Memory;

impl Harness for Memory {
    async fn product() -> Option<String> {
        Some("the process itself".to_owned())
    }

    async fn fresh() -> Store {
        Store::new(Upstream::new(V015(tower_sessions_memory_store::MemoryStore::default())), ())
    }
}

/// A cache as a store.
pub(crate) struct Moka;

impl Harness for Moka {
    async fn product() -> Option<String> {
        Some("the process itself".to_owned())
    }

    async fn fresh() -> Store {
        Store::new(Upstream::new(V014(tower_sessions_moka_store::MokaStore::new(None))), ())
    }
}

/// A file; the pool's defaults, but for WAL, without which writers only get in each other's way.
pub(crate) struct Sqlite;

impl Harness for Sqlite {
    async fn product() -> Option<String> {
        let pool = sqlx::SqlitePool::connect("sqlite::memory:").await.unwrap();
        let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(&pool).await.unwrap();
        Some(format!("SQLite {version}"))
    }

    async fn fresh() -> Store {
        let directory = tempfile::tempdir().unwrap();
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(directory.path().join("sessions.db"))
            .create_if_missing(true)
            .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
            // As for the server's own: no rule survives a power cut, so no rule waits for the disk.
            .synchronous(sqlx::sqlite::SqliteSynchronous::Off);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        let store = SqliteStore::new(pool);
        store.migrate().await.unwrap();
        Store::new(Upstream::new(V014(store)), directory)
    }
}

/// A table of its own for every rule.
pub(crate) struct Postgres;

impl Harness for Postgres {
    const ROUNDS_AT_ONCE: usize = AT_ONCE;

    async fn product() -> Option<String> {
        product("POSTGRES")
    }

    async fn fresh() -> Store {
        let pool = sqlx::postgres::PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .connect(&url("POSTGRES"))
            .await
            .unwrap();
        let store = PostgresStore::new(pool).with_table_name(fresh_name()).unwrap();
        store.migrate().await.unwrap();
        Store::new(Upstream::new(V014(store)), ())
    }
}

/// The keys are bare ids without a prefix, so the database is emptied for every rule.
pub(crate) struct Redis;

impl Harness for Redis {
    const ROUNDS_AT_ONCE: usize = AT_ONCE;

    async fn product() -> Option<String> {
        product("REDIS")
    }

    async fn fresh() -> Store {
        let config = Config::from_url(&url("REDIS")).unwrap();
        let pool = Pool::new(config, None, None, None, CONNECTIONS as usize).unwrap();
        let connections = pool.connect();
        pool.wait_for_connect().await.unwrap();
        let flush = CustomCommand::new_static("FLUSHDB", ClusterHash::FirstKey, false);
        let _: () = pool.next().custom(flush, Vec::<String>::new()).await.unwrap();
        Store::new(Upstream::new(V014(RedisStore::new(pool))), connections)
    }
}

/// A database of its own for every rule.
pub(crate) struct MongoDb;

impl Harness for MongoDb {
    const ROUNDS_AT_ONCE: usize = AT_ONCE;

    async fn product() -> Option<String> {
        product("MONGODB")
    }

    async fn fresh() -> Store {
        let client = Client::with_uri_str(url("MONGODB")).await.unwrap();
        Store::new(Upstream::new(V011(MongoDBStore::new(client, fresh_name()))), ())
    }
}
