//! Connections that end, operations that are aborted, a server that is unavailable.

use test_servers::Kind;

use super::*;
use session_rows::{Lookup, Saved};

/// Terminates the one connection that waits for a lock, and returns when another one waits.
async fn terminate_waiting(pool: &PgPool) {
    let sql = "select pid from pg_stat_activity, pg_terminate_backend(pid) \
               where datname = current_database() and wait_event_type = 'Lock'";
    let ended: i32 = sqlx::query_scalar(sql).fetch_one(pool).await.unwrap();
    let others = "select count(*) from pg_stat_activity \
                  where datname = current_database() and wait_event_type = 'Lock' and pid <> $1";
    for _ in 0..1000 {
        let others: i64 = sqlx::query_scalar(others).bind(ended).fetch_one(pool).await.unwrap();
        if others == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("there was no retry");
}

/// Runs an operation that must wait for row 1, terminates its connection while it waits, and lets the second
/// try pass.
async fn interrupted<T>(rows: &PostgresRows, pool: &PgPool, operation: impl Future<Output = T>) -> T {
    create(rows, &owned(1, "mine")).await;
    let mut held = pool.begin().await.unwrap();
    sqlx::query("select from user_sessions for update").execute(&mut *held).await.unwrap();
    let interrupt = async {
        until_so_many_wait(pool, 1).await;
        terminate_waiting(pool).await;
        held.rollback().await.unwrap();
    };
    tokio::join!(operation, interrupt).0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_connection_is_ended_by_the_server_is_done_once() {
    let Some((rows, pool)) = store().await else { return };
    let first = key(1);
    let saved = interrupted(&rows, &pool, rows.save(&first, 1, b"newer", NOW)).await;
    assert_eq!(saved.unwrap(), Saved::Written(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_whose_connection_is_ended_by_the_server_is_done_once() {
    let Some((rows, pool)) = store().await else { return };
    let ended = interrupted(&rows, &pool, rows.end_all("mine", None)).await;
    assert_eq!(ended.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_go_on_after_every_connection_was_ended() {
    let Some((rows, pool)) = store().await else { return };
    create(&rows, &owned(1, "mine")).await;
    let first = key(1);
    let loads = (0..10).map(|_| rows.load(&first, NOW));
    futures::future::try_join_all(loads).await.unwrap();
    let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
               where datname = current_database() and pid <> pg_backend_pid()";
    let ended: i64 = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
    assert!(ended > 1, "only {ended} connections were open");
    assert_eq!(rows.save(&key(1), 1, b"newer", NOW).await.unwrap(), Saved::Written(2));
    assert!(matches!(rows.load(&key(1), NOW).await.unwrap(), Lookup::Found(_)));
    assert!(rows.end("mine", "handle-1").await.unwrap());
}

const STRICT: &str = "do $$ begin execute format('alter database %I set default_transaction_isolation = serializable', \
                      current_database()); end $$";

/// Stricter isolation than the statements require costs retries, not sessions.
#[tokio::test(flavor = "multi_thread")]
async fn a_serialization_failure_is_tried_again() {
    let Some(url) = database() else { return };
    let pool = pool(&url, 4);
    sqlx::raw_sql(STRICT).execute(&pool).await.unwrap();
    let rows = PostgresRows::new(super::pool(&url, 4));
    create(&rows, &owned(1, "mine")).await;
    let mut first = pool.begin().await.unwrap();
    sqlx::query("update user_sessions set last_activity = last_activity + 1")
        .execute(&mut *first)
        .await
        .unwrap();
    let commit = async {
        until_so_many_wait(&pool, 1).await;
        first.commit().await.unwrap();
    };
    let first = key(1);
    let (saved, ()) = tokio::join!(rows.save(&first, 1, b"newer", NOW), commit);
    assert_eq!(saved.unwrap(), Saved::Written(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_serialization_failures_is() {
    let Some(url) = database() else { return };
    sqlx::raw_sql(STRICT).execute(&pool(&url, 1)).await.unwrap();
    let rows = PostgresRows::new(pool(&url, 16));
    create(&rows, &owned(1, "mine")).await;
    let saves = (0..50).map(|_| async {
        loop {
            let Lookup::Found(row) = rows.load(&key(1), NOW).await.unwrap() else { panic!("gone") };
            if rows.save(&key(1), row.revision, b"newer", NOW).await.unwrap() != Saved::Stale {
                break;
            }
        }
    });
    futures::future::join_all(saves).await;
    let Lookup::Found(row) = rows.load(&key(1), NOW).await.unwrap() else { panic!("gone") };
    assert_eq!(row.revision, 51);
}

/// Aborted at every possible point: a transaction that stayed open would swallow what comes next on its
/// connection.
#[tokio::test(flavor = "multi_thread")]
async fn an_operation_given_up_halfway_swallows_nothing_that_follows() {
    let Some(url) = database() else { return };
    let (rows, others) = (PostgresRows::new(pool(&url, 1)), PostgresRows::new(pool(&url, 1)));
    create(&rows, &owned(0, "mine")).await;
    for number in 1..=250 {
        let moment = Duration::from_micros(u64::from(number) * 20);
        let given_up = tokio::time::timeout(moment, rows.end_all("nobody", None)).await;
        create(&rows, &owned(number, "mine")).await;
        let seen = others.load(&key(number), NOW).await.unwrap();
        assert!(matches!(seen, Lookup::Found(_)), "after {moment:?} ({given_up:?}): {seen:?}");
    }
}

/// An operation that fails to get its lock has begun a transaction; what comes next on that connection must
/// not be part of it.
#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_waits_in_vain_for_the_table_spoils_no_connection() {
    let Some(url) = database() else { return };
    let rows = PostgresRows::new(pool(&format!("{url}?options=-c%20lock_timeout%3D50"), 1));
    create(&rows, &owned(1, "mine")).await;
    let others = pool(&url, 1);
    let mut held = others.begin().await.unwrap();
    sqlx::query("lock table user_sessions in exclusive mode").execute(&mut *held).await.unwrap();
    for _ in 0..3 {
        assert!(rows.end_all("mine", None).await.is_err());
        assert!(matches!(rows.load(&key(1), NOW).await.unwrap(), Lookup::Found(_)));
        assert!(rows.end_everyone().await.is_err());
        assert!(matches!(rows.load(&key(1), NOW).await.unwrap(), Lookup::Found(_)));
    }
    held.rollback().await.unwrap();
    create(&rows, &owned(2, "mine")).await;
    assert_eq!(rows.end_all("mine", None).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_opened_while_its_server_is_away_works_when_it_is_there() {
    let Some(server) = test_servers::required(test_servers::own(Kind::Postgres)) else { return };
    let url = server.fresh_url();
    server.stop();
    let pool = PgPoolOptions::new().acquire_timeout(Duration::from_millis(300)).connect_lazy(&url).unwrap();
    let rows = PostgresRows::new(pool);
    for _ in 0..2 {
        assert!(rows.ping().await.is_err());
        assert!(rows.create(&owned(1, "mine")).await.is_err());
    }
    server.start();
    create(&rows, &owned(1, "mine")).await;
    server.kill();
    assert!(rows.load(&key(1), NOW).await.is_err());
    server.start();
    rows.ping().await.unwrap();
    create(&rows, &owned(2, "mine")).await;
}

/// After restoring a backup or failing over to a lagging copy, running instances carry on.
#[tokio::test]
async fn a_table_that_vanished_is_made_again() {
    let Some((rows, pool)) = store().await else { return };
    create(&rows, &owned(1, "mine")).await;
    sqlx::raw_sql("drop table user_sessions").execute(&pool).await.unwrap();
    assert_eq!(rows.load(&key(1), NOW).await.unwrap(), Lookup::Missing);
    create(&rows, &owned(2, "mine")).await;
}
