//! The stores, opened as their documentation shows, and empty.

use std::any::Any;
use std::env;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU32, Ordering};

use core_0_14::session_store::CachingSessionStore;
use store_contract::{Harness, Store};
use tower_sessions_moka_store::MokaStore;
use tower_sessions_mongodb_store::MongoDBStore;
use tower_sessions_mongodb_store::mongodb::Client;
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{ClientLike as _, Config, Pool};
use tower_sessions_redis_store::fred::types::{ClusterHash, CustomCommand};
use tower_sessions_sqlx_store::sqlx;
use tower_sessions_sqlx_store::{MySqlStore, PostgresStore, SqliteStore};

use crate::adapter::Upstream;
use crate::bridge::{Published, V011, V014, V015};

/// As many connections as the server's own stores have by default.
const CONNECTIONS: u32 = 10;

/// Rounds of interleavings that run at the same time on a server.
const AT_ONCE: usize = 8;

/// Something that must live as long as the store: a directory, a task.
pub type Kept = Box<dyn Any + Send + Sync>;

/// One of the published stores.
pub trait Kind: 'static {
    /// Package and version, as in the table of results.
    const NAME: &'static str;
    /// As in [`Harness`].
    const ROUNDS_AT_ONCE: usize = 1;
    /// The store, whichever version of the core it was written for.
    type Store: Published;
    /// The name of the server it stores in; `None` if there is none.
    fn product() -> impl Future<Output = Option<String>> + Send;
    /// Opens an empty store.
    fn open() -> impl Future<Output = (Self::Store, Kept)> + Send;
}

/// A published store as the contract sees it.
#[derive(Debug)]
pub struct Examined<K>(PhantomData<K>);

impl<K: Kind> Harness for Examined<K> {
    const ROUNDS_AT_ONCE: usize = K::ROUNDS_AT_ONCE;

    async fn product() -> Option<String> {
        K::product().await
    }

    async fn fresh() -> Store {
        let (store, kept) = K::open().await;
        Store::new(Upstream::new(store), kept)
    }
}

/// A name that no other store uses.
fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("baseline_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The server of `BASELINE_<NAME>_URL`, or one that is started here: its product and an empty database.
fn server(name: &str) -> Option<(String, String)> {
    if let Ok(url) = env::var(format!("BASELINE_{name}_URL")) {
        let product = env::var(format!("BASELINE_{name}_PRODUCT"));
        return Some((product.unwrap_or_else(|_| "an unnamed server".to_owned()), url));
    }
    let started = match name {
        "POSTGRES" => test_servers::postgres(),
        "REDIS" => test_servers::redis(),
        "MONGODB" => test_servers::mongodb(),
        _ => return None,
    };
    let server = test_servers::required(started)?;
    Some((server.product().to_owned(), server.fresh_url()))
}

fn product(name: &str) -> Option<String> {
    server(name).map(|(product, _)| product)
}

fn url(name: &str) -> String {
    server(name).map(|(_, url)| url).unwrap()
}

#[derive(Debug)]
pub struct Memory;

impl Kind for Memory {
    const NAME: &'static str = "tower-sessions-memory-store 0.15";
    type Store = V015<tower_sessions_memory_store::MemoryStore>;

    async fn product() -> Option<String> {
        Some("the process itself".to_owned())
    }

    async fn open() -> (Self::Store, Kept) {
        (V015(tower_sessions_memory_store::MemoryStore::default()), Box::new(()))
    }
}

#[derive(Debug)]
pub struct Moka;

impl Kind for Moka {
    const NAME: &'static str = "tower-sessions-moka-store 0.15";
    type Store = V014<MokaStore>;

    async fn product() -> Option<String> {
        Some("the process itself".to_owned())
    }

    async fn open() -> (Self::Store, Kept) {
        (V014(MokaStore::new(None)), Box::new(()))
    }
}

/// A file, and the defaults of the pool except for two settings that the server's own pool has as well: WAL, without which
/// writers get in each other's way, and no wait for the disk at every commit.
#[derive(Debug)]
pub struct Sqlite;

impl Kind for Sqlite {
    const NAME: &'static str = "tower-sessions-sqlx-store 0.15, SQLite";
    type Store = V014<SqliteStore>;

    async fn product() -> Option<String> {
        let pool = sqlx::SqlitePool::connect("sqlite::memory:").await.unwrap();
        let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(&pool).await.unwrap();
        Some(format!("SQLite {version}"))
    }

    async fn open() -> (Self::Store, Kept) {
        let directory = tempfile::tempdir().unwrap();
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(directory.path().join("sessions.db"))
            .create_if_missing(true)
            .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
            .synchronous(sqlx::sqlite::SqliteSynchronous::Normal);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        let store = SqliteStore::new(pool);
        store.migrate().await.unwrap();
        (V014(store), Box::new(directory))
    }
}

/// A cache in front of the file, combined as the documentation of `CachingSessionStore` shows.
#[derive(Debug)]
pub struct Cached;

impl Kind for Cached {
    const NAME: &'static str = "tower-sessions-core 0.14, CachingSessionStore (moka, SQLite)";
    type Store = V014<CachingSessionStore<MokaStore, SqliteStore>>;

    async fn product() -> Option<String> {
        Sqlite::product().await
    }

    async fn open() -> (Self::Store, Kept) {
        let (V014(file), kept) = Sqlite::open().await;
        (V014(CachingSessionStore::new(MokaStore::new(None), file)), kept)
    }
}

/// A new table each time.
#[derive(Debug)]
pub struct Postgres;

impl Kind for Postgres {
    const NAME: &'static str = "tower-sessions-sqlx-store 0.15, PostgreSQL";
    const ROUNDS_AT_ONCE: usize = AT_ONCE;
    type Store = V014<PostgresStore>;

    async fn product() -> Option<String> {
        product("POSTGRES")
    }

    async fn open() -> (Self::Store, Kept) {
        let pool = sqlx::postgres::PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .connect(&url("POSTGRES"))
            .await
            .unwrap();
        let store = PostgresStore::new(pool).with_table_name(fresh_name()).unwrap();
        store.migrate().await.unwrap();
        (V014(store), Box::new(()))
    }
}

/// A new table each time. No server is started for it: `BASELINE_MYSQL_URL` names one.
#[derive(Debug)]
pub struct MySql;

impl Kind for MySql {
    const NAME: &'static str = "tower-sessions-sqlx-store 0.15, MySQL";
    const ROUNDS_AT_ONCE: usize = AT_ONCE;
    type Store = V014<MySqlStore>;

    async fn product() -> Option<String> {
        product("MYSQL")
    }

    async fn open() -> (Self::Store, Kept) {
        let pool = sqlx::mysql::MySqlPoolOptions::new()
            .max_connections(CONNECTIONS)
            .connect(&url("MYSQL"))
            .await
            .unwrap();
        let store = MySqlStore::new(pool).with_table_name(fresh_name()).unwrap();
        store.migrate().await.unwrap();
        (V014(store), Box::new(()))
    }
}

/// The keys are bare ids without a prefix, so the database is emptied each time.
#[derive(Debug)]
pub struct Redis;

impl Kind for Redis {
    const NAME: &'static str = "tower-sessions-redis-store 0.16";
    const ROUNDS_AT_ONCE: usize = AT_ONCE;
    type Store = V014<RedisStore<Pool>>;

    async fn product() -> Option<String> {
        product("REDIS")
    }

    async fn open() -> (Self::Store, Kept) {
        let config = Config::from_url(&url("REDIS")).unwrap();
        let pool = Pool::new(config, None, None, None, CONNECTIONS as usize).unwrap();
        let connections = pool.connect();
        pool.wait_for_connect().await.unwrap();
        let flush = CustomCommand::new_static("FLUSHDB", ClusterHash::FirstKey, false);
        let _: () = pool.next().custom(flush, Vec::<String>::new()).await.unwrap();
        (V014(RedisStore::new(pool)), Box::new(connections))
    }
}

/// A new database each time.
#[derive(Debug)]
pub struct MongoDb;

impl Kind for MongoDb {
    const NAME: &'static str = "tower-sessions-mongodb-store 0.11";
    const ROUNDS_AT_ONCE: usize = AT_ONCE;
    type Store = V011<MongoDBStore>;

    async fn product() -> Option<String> {
        product("MONGODB")
    }

    async fn open() -> (Self::Store, Kept) {
        let client = Client::with_uri_str(url("MONGODB")).await.unwrap();
        (V011(MongoDBStore::new(client, fresh_name())), Box::new(()))
    }
}
