//! PostgreSQL specifics; what every store must do is tested by the store contract.

mod failing;
mod plans;
mod pool;
mod races;
mod schema;

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use time::OffsetDateTime;
use time::macros::datetime;

use super::PostgresRows;
use session_rows::{Created, NewRow, RowKey, SessionRows as _};

const NOW: OffsetDateTime = datetime!(2030-01-02 03:04:05 UTC);

/// A new database; `None` if there is no server and the test is skipped.
fn database() -> Option<String> {
    test_servers::required(test_servers::postgres()).map(test_servers::Server::fresh_url)
}

fn pool(url: &str, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .connect_lazy(url)
        .unwrap()
}

/// A store, and connections that bypass it.
async fn store() -> Option<(PostgresRows, PgPool)> {
    let url = database()?;
    let rows = PostgresRows::new(pool(&url, 10));
    rows.ping().await.unwrap();
    Some((rows, pool(&url, 4)))
}

fn key(number: u8) -> RowKey {
    RowKey([number; 32])
}

fn owned(number: u8, owner: &str) -> NewRow {
    NewRow {
        key: key(number),
        handle: format!("handle-{number}"),
        owner: Some(owner.to_owned()),
        data: b"sealed".to_vec(),
        created_at: NOW,
        last_activity: NOW,
        expires_at: NOW + time::Duration::DAY,
        live_until: NOW + time::Duration::HOUR,
    }
}

async fn create(rows: &PostgresRows, row: &NewRow) {
    assert_eq!(rows.create(row).await.unwrap(), Created::Inserted);
}

/// Returns when this many connections of the database wait for a lock.
async fn until_so_many_wait(pool: &PgPool, expected: i64) {
    const WAITING: &str = "select count(*) from pg_stat_activity \
                           where datname = current_database() and wait_event_type = 'Lock'";
    for _ in 0..1000 {
        let waiting: i64 = sqlx::query_scalar(WAITING).fetch_one(pool).await.unwrap();
        if waiting == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never did {expected} connections wait");
}
