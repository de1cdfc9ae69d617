//! What only PostgreSQL does (F-21): connections ended by an administrator, statements that take too long.

use sqlx::{Connection as _, Executor as _, PgConnection};
use test_servers::{Kind, own, required};

use crate::fixture::{Case, Outage, Site, assert_cookie_kept, assert_unavailable, timed};

/// `pg_terminate_backend`, as in every fail-over: the pool gets over it by itself.
#[tokio::test(flavor = "multi_thread")]
async fn ended_connections_are_replaced() {
    let Some(server) = required(own(Kind::Postgres)) else { return };
    let outage = Outage::at(Site::before(Case::ALL_IN_POSTGRES, &server).await, |setup| setup).await;
    let mut administrator = PgConnection::connect(server.url()).await.unwrap();
    for _ in 0..3 {
        let statement = "select pg_terminate_backend(pid) from pg_stat_activity \
             where pid <> pg_backend_pid() and datname like 'test_%'";
        let ended = administrator.execute(statement).await.unwrap();
        assert!(ended.rows_affected() > 0);
        let answer = outage.ann.get("/account").await;
        assert!([200, 503].contains(&answer.status.as_u16()), "{} {}", answer.status, answer.location());
        assert_cookie_kept("/account", &answer);
        outage.assert_back().await;
    }
}

/// A lock that nobody gives back: the statement is given up, the page says 503, and the connection is not lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_waits_too_long_is_given_up() {
    let Some(server) = required(own(Kind::Postgres)) else { return };
    let outage = Outage::at(Site::before(Case::ALL_IN_POSTGRES, &server).await, |setup| {
        setup.var("STORE_POOL_SIZE", "2")
    })
    .await;
    let mut administrator = PgConnection::connect(server.url()).await.unwrap();
    let database: String =
        sqlx::query_scalar("select datname from pg_database where datname like 'test_%' order by oid desc")
            .fetch_one(&mut administrator)
            .await
            .unwrap();
    let mut other = PgConnection::connect(&format!("{}/{database}", server.url())).await.unwrap();
    let mut lock = other.begin().await.unwrap();
    lock.execute("lock table user_sessions in access exclusive mode").await.unwrap();
    for _ in 0..4 {
        assert_unavailable("/account", &timed(&outage.ann, "/account").await);
    }
    lock.rollback().await.unwrap();
    outage.assert_back().await;
}
