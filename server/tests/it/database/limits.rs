//! The limits the server sets in PostgreSQL: a time limit for every statement, and no more connections than
//! configured.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use configuration::Config;
use database::Database;
use database::stores::Stores;
use domain::name::SLUG;
use session_rows::SessionRows;
use sessions::store::PostgresRows;
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgPool;
use storage::DatabaseUrl;
use storage::remote;
use storage::time_limit::{CallQueue, TimeLimit};

use crate::database::backends::{all_at_once, postgres_at};

/// Connections that wait for a lock.
const WAITING: &str = "and wait_event_type = 'Lock'";
/// Connections with a running statement.
const ACTIVE: &str = "and state = 'active'";

/// The configuration of a server with this database.
fn configured(url: &str, more: &[(&str, &str)]) -> Config {
    let variables = more.iter().copied().chain([("DATABASE_URL", url)]);
    let variables: BTreeMap<String, String> =
        variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Config::from_vars(&variables).unwrap()
}

/// The value PostgreSQL reports on a connection of such a server.
async fn statement_timeout(config: &Config) -> String {
    let DatabaseUrl::Postgres(url) = &config.database else { panic!("not PostgreSQL: {config:?}") };
    let pool = remote::postgres(url, &config.remote).unwrap();
    sqlx::query_scalar("show statement_timeout").fetch_one(&pool).await.unwrap()
}

/// PostgreSQL's count of the server's connections to this database, by application name.
async fn held(raw: &PgPool, and: &str) -> i64 {
    let sql = format!(
        "select count(*) from pg_stat_activity where datname = current_database() \
         and application_name = '{SLUG}' and backend_type = 'client backend' {and}"
    );
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(raw).await.unwrap()
}

/// Creates the tables, however long that takes, and locks them: a request for a row now waits.
async fn locked(url: &str, raw: &PgPool) -> sqlx::Transaction<'static, sqlx::Postgres> {
    crate::database::backends::open(url).await.ping().await.unwrap();
    PostgresRows::new(raw.clone()).ping().await.unwrap();
    let mut lock = raw.begin().await.unwrap();
    let both = "lock table users, user_sessions in access exclusive mode";
    sqlx::query(both).execute(&mut *lock).await.unwrap();
    lock
}

#[tokio::test]
async fn statements_end_with_the_store_timeout_unless_the_address_says_otherwise() {
    let Some(bed) = crate::database::backends::postgres().await else { return };
    let separator = if bed.url().contains('?') { '&' } else { '?' };
    let with = |options: &str| format!("{}{separator}{options}", bed.url());
    let short = [("STORE_TIMEOUT", "1500ms")];
    assert_eq!(statement_timeout(&configured(bed.url(), &[])).await, "2s");
    assert_eq!(statement_timeout(&configured(bed.url(), &short)).await, "1500ms");
    for own in ["options=-c%20statement_timeout%3D5s", "options[statement_timeout]=5s"] {
        assert_eq!(statement_timeout(&configured(&with(own), &short)).await, "5s", "{own}");
    }
    let other = configured(&with("options=-c%20lock_timeout%3D5s"), &short);
    assert_eq!(statement_timeout(&other).await, "1500ms", "along with another option");
    // A command has ten minutes, and so have its statements.
    let mut maintenance = configured(bed.url(), &short);
    maintenance.remote.maintenance = true;
    assert_eq!(statement_timeout(&maintenance).await, "10min");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_operations_at_once_hold_no_more_connections_than_allowed() {
    let Some(bed) = crate::database::backends::postgres().await else { return };
    let raw = postgres_at(bed.url());
    let config = configured(bed.url(), &[("STORE_POOL_SIZE", "3"), ("STORE_TIMEOUT", "30s")]);
    let Stores { rows, database } = Stores::open(&config.stores()).await.unwrap();
    let lock = locked(bed.url(), &raw).await;
    // Sessions and accounts, which share the connections.
    let operations = tokio::spawn(all_at_once((0..50).map(move |number| {
        let (rows, database) = (Arc::clone(&rows), Arc::clone(&database));
        async move {
            if number % 2 == 0 {
                rows.ping().await.unwrap();
            } else {
                database.ping().await.unwrap();
            }
        }
    })));
    // Operations that have a connection keep it; the others do not open more.
    let begun = Instant::now();
    while held(&raw, WAITING).await < 3 {
        assert!(begun.elapsed() < Duration::from_secs(20), "never are all of them in use");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for _ in 0..20 {
        assert_eq!(held(&raw, "").await, 3);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Nor are more opened while connections are handed on.
    lock.rollback().await.unwrap();
    while !operations.is_finished() {
        let now = held(&raw, "").await;
        assert!(now <= 3, "{now} connections");
    }
    operations.await.unwrap();
}

/// An aborted operation closes its connection, which PostgreSQL does not notice while it waits for a lock:
/// only its own limit ends the statement.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_goes_on_for_those_who_have_given_up() {
    let Some(bed) = crate::database::backends::postgres().await else { return };
    let raw = postgres_at(bed.url());
    let config = configured(bed.url(), &[("STORE_POOL_SIZE", "3")]);
    let Stores { rows, database } = Stores::open(&config.stores()).await.unwrap();
    // With the limit the server puts around them.
    let queue = CallQueue::of_connections(config.remote.pool_size);
    let limit = |store| TimeLimit::new(store, config.remote.timeout, queue.clone());
    let rows: Arc<dyn SessionRows> =
        Arc::new(sessions::store::Intercepted::new(rows, limit("session store")));
    let database: Arc<dyn Database> = Arc::new(database::Intercepted::new(database, limit("database")));
    let lock = locked(bed.url(), &raw).await;

    let operations = {
        let (rows, database) = (Arc::clone(&rows), Arc::clone(&database));
        all_at_once((0..12).map(move |number| {
            let (rows, database) = (Arc::clone(&rows), Arc::clone(&database));
            async move {
                if number % 2 == 0 { rows.ping().await.is_err() } else { database.ping().await.is_err() }
            }
        }))
    };
    let operations = tokio::spawn(operations);
    let mut most = 0_i64;
    while !operations.is_finished() {
        most = most.max(held(&raw, ACTIVE).await);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let failed = operations.await.unwrap();
    assert!(failed.into_iter().all(|failed| failed), "nothing could be read");
    assert!(most > 0, "no waiting was observed");

    // The lock is still held: nothing else ends their wait.
    let begun = Instant::now();
    loop {
        let left = held(&raw, ACTIVE).await;
        if left == 0 {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(2), "{left} statements are still running");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    lock.rollback().await.unwrap();
    rows.ping().await.unwrap();
    database.ping().await.unwrap();
}
