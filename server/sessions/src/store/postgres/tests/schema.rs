//! The table: created if missing, by the first operation.

use sqlx::postgres::PgConnectOptions;
use tokio::task::JoinSet;

use super::*;
use session_rows::Lookup;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_instances_may_make_the_table_at_once() {
    for _ in 0..5 {
        let Some(url) = database() else { return };
        let mut instances = JoinSet::new();
        for number in 0..8 {
            let rows = PostgresRows::new(pool(&url, 2));
            instances.spawn(async move { create(&rows, &owned(number, "mine")).await });
        }
        instances.join_all().await;
        let rows = PostgresRows::new(pool(&url, 2));
        assert_eq!(rows.stats(NOW).await.unwrap().signed_in, 8);
    }
}

#[tokio::test]
async fn a_table_that_is_there_needs_no_right_to_make_one() {
    let Some(url) = database() else { return };
    let administrator = pool(&url, 2);
    PostgresRows::new(administrator.clone()).ping().await.unwrap();
    let role = format!("role_{:016x}", rand::random::<u64>());
    let grant = format!(
        "create role {role} login password 'secret';
         revoke create on schema public from public;
         grant select, insert, update, delete on user_sessions to {role}"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(grant)).execute(&administrator).await.unwrap();
    let options: PgConnectOptions = url.parse().unwrap();
    let pool = PgPoolOptions::new().connect_lazy_with(options.username(&role).password("secret"));
    let rows = PostgresRows::new(pool.clone());
    create(&rows, &owned(1, "mine")).await;
    create(&rows, &owned(2, "mine")).await;
    assert_eq!(rows.end_all("mine", Some(&key(1))).await.unwrap(), 1);
    assert_eq!(rows.end_everyone().await.unwrap(), 1);
    let made = sqlx::raw_sql("create table mine ()").execute(&pool).await;
    assert!(made.is_err(), "the role can create tables");
    pool.close().await;
    let forget = format!("drop owned by {role}; drop role {role}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(forget)).execute(&administrator).await.unwrap();
}

#[tokio::test]
async fn a_tombstone_that_keeps_something_is_refused_by_the_table() {
    let Some((rows, pool)) = store().await else { return };
    create(&rows, &owned(1, "mine")).await;
    for sql in [
        "update user_sessions set replaced = true",
        "update user_sessions set replaced = true, data = null, handle = null",
        "update user_sessions set data = null",
    ] {
        let error = sqlx::query(sql).execute(&pool).await.unwrap_err();
        assert!(error.as_database_error().unwrap().is_check_violation(), "{sql}: {error}");
    }
}

#[tokio::test]
async fn times_are_stored_as_milliseconds() {
    let Some((rows, pool)) = store().await else { return };
    create(&rows, &owned(1, "mine")).await;
    let stored: i64 =
        sqlx::query_scalar("select last_activity from user_sessions").fetch_one(&pool).await.unwrap();
    assert_eq!(stored, 1_893_553_445_000);
}

/// PostgreSQL's text cannot contain NUL; owners and handles never do. Asking with one is an error.
#[tokio::test]
async fn a_zero_in_a_text_is_an_error_and_nothing_else() {
    let Some((rows, _pool)) = store().await else { return };
    create(&rows, &owned(1, "mine")).await;
    assert!(rows.create(&owned(2, "mi\0ne")).await.is_err());
    assert!(rows.create(&NewRow { handle: "\0".into(), ..owned(2, "mine") }).await.is_err());
    assert!(rows.replace(&key(1), 1, &owned(2, "mi\0ne"), NOW, NOW).await.is_err());
    assert!(rows.end("mine", "handle-1\0").await.is_err());
    assert!(rows.end_all("mine\0", None).await.is_err());
    assert!(rows.list("mine\0", NOW, 10).await.is_err());
    assert!(matches!(rows.load(&key(1), NOW).await.unwrap(), Lookup::Found(_)));
    assert_eq!(rows.list("mine", NOW, 10).await.unwrap().1, 1);
}
