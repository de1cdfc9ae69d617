//! PostgreSQL specifics: connections terminated by an administrator, a read-only server, statements that take
//! too long.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use test_servers::{Kind, own, required};

use crate::outage::fixture::{
    Case, Outage, RECOVERY, Site, assert_cookie_kept, assert_unavailable, measured, timed, wait_until,
};
use crate::support::helpers::{PASSWORD, preferences};

/// The application's database. Each test has its own server, with one database.
async fn database(administrator: &mut PgConnection) -> String {
    sqlx::query_scalar("select datname from pg_database where datname like 'test_%' order by oid desc")
        .fetch_one(administrator)
        .await
        .unwrap()
}

/// Terminates all connections of the application.
async fn end_connections(administrator: &mut PgConnection) {
    let statement = "select pg_terminate_backend(pid) from pg_stat_activity \
         where pid <> pg_backend_pid() and datname like 'test_%'";
    let ended = administrator.execute(statement).await.unwrap();
    assert!(ended.rows_affected() > 0);
}

/// Makes new connections read-only, or writable again.
async fn set_read_only(administrator: &mut PgConnection, value: &str) {
    let database = database(administrator).await;
    let statement = format!("alter database {database} set default_transaction_read_only = {value}");
    administrator.execute(AssertSqlSafe(statement)).await.unwrap();
}

/// `pg_terminate_backend`, as in every fail-over: the pool recovers by itself.
#[tokio::test(flavor = "multi_thread")]
async fn ended_connections_are_replaced() {
    let Some(server) = required(own(Kind::Postgres)) else { return };
    let outage = Outage::at(Site::before(Case::ALL_IN_POSTGRES, &server).await, |setup| setup).await;
    let mut administrator = PgConnection::connect(server.url()).await.unwrap();
    for _ in 0..3 {
        end_connections(&mut administrator).await;
        let answer = outage.ann.get("/account").await;
        assert!([200, 503].contains(&answer.status.as_u16()), "{} {}", answer.status, answer.location());
        assert_cookie_kept("/account", &answer);
        outage.assert_back().await;
    }
}

/// A fail-over to a server that is not the primary yet, or an old primary that no longer is one: reading
/// works, writing fails (25006), and people stay logged in. A connection that has reported this once is not
/// used again; otherwise the application would keep asking the wrong server even after there is a primary.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_only_reads_logs_nobody_out_and_is_left() {
    let Some(server) = required(own(Kind::Postgres)) else { return };
    let outage = Outage::at(Site::before(Case::ALL_IN_POSTGRES, &server).await, |setup| setup).await;
    let token = outage.ann.csrf_token().await.unwrap();
    let mut fields = preferences(&[("theme", "dark")]);
    fields.push(("csrf_token", &token));
    let save = async || outage.ann.post_bare("/api/preferences", &fields).await;

    let mut administrator = PgConnection::connect(server.url()).await.unwrap();
    set_read_only(&mut administrator, "on").await;
    end_connections(&mut administrator).await;
    outage.assert_back().await;
    for _ in 0..3 {
        assert_unavailable("/api/preferences", &measured("/api/preferences", save()).await);
        assert_eq!(outage.ann.get("/account").await.status, 200, "reading still works");
    }
    outage.assert_log_out_not_done(&token).await;
    let stranger = outage.app.browser();
    let answer = stranger.log_in("ann@example.com", PASSWORD).await;
    assert_eq!(answer.status, 503);
    assert!(!answer.role("alert").is_empty() && stranger.session_cookie().is_none());

    set_read_only(&mut administrator, "off").await;
    // Connections that were opened since are read-only too: the first write finds out, and all that are unused are
    // closed with its own.
    wait_until("preferences can be saved", RECOVERY, async || {
        let answer = save().await;
        assert!([303, 503].contains(&answer.status.as_u16()), "{} {}", answer.status, answer.location());
        assert_cookie_kept("/api/preferences", &answer);
        answer.status == 303
    })
    .await;
    assert_eq!(outage.ann.info().await["preferences"]["theme"], "dark");
    wait_until("people can log in", RECOVERY, async || {
        stranger.log_in("ann@example.com", PASSWORD).await.status == 303
    })
    .await;
    outage.assert_back().await;
}

/// A lock that is never released: the statement is aborted, the page answers 503, and the connection is not
/// lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_waits_too_long_is_given_up() {
    let Some(server) = required(own(Kind::Postgres)) else { return };
    let outage = Outage::at(Site::before(Case::ALL_IN_POSTGRES, &server).await, |setup| {
        setup.var("STORE_POOL_SIZE", "2")
    })
    .await;
    let mut administrator = PgConnection::connect(server.url()).await.unwrap();
    let database = database(&mut administrator).await;
    let mut other = PgConnection::connect(&format!("{}/{database}", server.url())).await.unwrap();
    let mut lock = other.begin().await.unwrap();
    lock.execute("lock table user_sessions in access exclusive mode").await.unwrap();
    for _ in 0..4 {
        assert_unavailable("/account", &timed(&outage.ann, "/account").await);
    }
    lock.rollback().await.unwrap();
    outage.assert_back().await;
}
