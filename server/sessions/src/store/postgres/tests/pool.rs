//! Which connection is used, and in which state it is given back. How many round trips that takes is counted by
//! `server/tests/it/round_trips.rs`.

use test_servers::Kind;

use super::*;
use session_rows::Lookup;

/// Ten loads at once, which open several connections.
async fn open_several(rows: &PostgresRows) {
    let first = key(1);
    futures::future::try_join_all((0..10).map(|_| rows.load(&first, NOW))).await.unwrap();
}

/// A write goes where the read before it has just succeeded, and connections that are not needed grow old.
#[tokio::test(flavor = "multi_thread")]
async fn the_connection_used_last_is_used_next() {
    let Some((rows, pool)) = store().await else { return };
    open_several(&rows).await;
    let now: String = sqlx::query_scalar("select clock_timestamp()::text").fetch_one(&pool).await.unwrap();
    for number in 1..=20 {
        create(&rows, &owned(number, "mine")).await;
        assert!(matches!(rows.load(&key(number), NOW).await.unwrap(), Lookup::Found(_)));
    }
    let sql = "select count(*) filter (where query_start > $1::text::timestamptz), count(*) from pg_stat_activity \
               where datname = current_database() and pid <> pg_backend_pid() and query like '%user_sessions%'";
    let (used, open): (i64, i64) = sqlx::query_as(sql).bind(now).fetch_one(&pool).await.unwrap();
    assert!(used == 1 && open > 1, "{used} of {open}");
}

/// sqlx sends the `ROLLBACK` of a transaction that was dropped with whatever comes next on its connection. Nothing does
/// here, and its locks must not wait for that.
#[tokio::test(flavor = "multi_thread")]
async fn what_failed_leaves_no_transaction_open() {
    let Some(url) = database() else { return };
    let rows = PostgresRows::new(pool(&format!("{url}?options=-c%20lock_timeout%3D50"), 1));
    create(&rows, &owned(1, "mine")).await;
    let others = pool(&url, 2);
    let mut held = others.begin().await.unwrap();
    sqlx::query("lock table user_sessions in exclusive mode").execute(&mut *held).await.unwrap();
    assert!(rows.end_all("mine", None).await.is_err());
    held.rollback().await.unwrap();
    let sql = "select count(*) from pg_stat_activity \
               where datname = current_database() and state like 'idle in transaction%'";
    for _ in 0..1000 {
        if sqlx::query_scalar::<_, i64>(sql).fetch_one(&others).await.unwrap() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the transaction is still open");
}

/// What became of a write whose connection breaks is not known, so it is not done again. After a pause a connection is
/// therefore tried before a write.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_after_a_pause_meets_no_dead_connection() {
    let Some(server) = test_servers::required(test_servers::own(Kind::Postgres)) else { return };
    let rows = PostgresRows::new(pool(&server.fresh_url(), 10));
    create(&rows, &owned(1, "mine")).await;
    open_several(&rows).await;
    server.kill();
    server.start();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    create(&rows, &owned(2, "mine")).await;
}

/// A read needs no such caution: it is done again, and the other dead connections are not tried with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_read_gets_past_any_number_of_dead_connections() {
    let Some(server) = test_servers::required(test_servers::own(Kind::Postgres)) else { return };
    let others = pool(&server.fresh_url(), 10);
    let rows = PostgresRows::new(others.clone());
    create(&rows, &owned(1, "mine")).await;
    open_several(&rows).await;
    // Servers of tests do not wait for the disk.
    sqlx::query("checkpoint").execute(&others).await.unwrap();
    server.kill();
    server.start();
    assert!(matches!(rows.load(&key(1), NOW).await.unwrap(), Lookup::Found(_)));
}
