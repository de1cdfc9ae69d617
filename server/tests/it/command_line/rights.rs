//! The server's rights in PostgreSQL: once the tables exist, it needs fewer.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};
use url::Url;

use crate::command_line::sessions::Place;

/// Runs statements in the database of this address.
fn execute(address: &str, statements: String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(address).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

/// The README's advice: an owner role creates the tables once, by `sessions stats`; the instances read and
/// write rows.
#[test]
fn a_role_that_may_not_create_tables_serves_and_runs_every_command() {
    let Some(server) = test_servers::required(test_servers::own(test_servers::Kind::Postgres)) else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let at = |address: &str| Place {
        directory: directory.path(),
        stores: [("SESSION_STORE", address.to_owned()), ("DATABASE_URL", address.to_owned())],
    };
    let owners = server.fresh_url();
    // Roles belong to the whole server, and other tests create some too.
    let role = format!("role_{:016x}", rand::random::<u64>());
    let mut lesser = Url::parse(&owners).unwrap();
    lesser.set_username(&role).unwrap();
    lesser.set_password(Some("secret")).unwrap();
    let (owner, place) = (at(&owners), at(lesser.as_str()));
    // Before version 15 everybody may create tables.
    let revoke = "revoke create on schema public from public";
    execute(&owners, format!("{revoke}; create role {role} login password 'secret'"));

    let (code, _, errors) = place.sessions(&["stats"]);
    assert_eq!(code, 1, "there is no table yet, and it must not create one");
    assert!(errors.contains("permission denied"), "{errors}");
    assert_eq!(owner.stats(), [0, 0, 0]);
    let rows = "select, insert, update, delete on all tables in schema public";
    execute(&owners, format!("grant {rows} to {role}"));

    assert_eq!(place.stats(), [0, 0, 0]);
    let running = place.server(&[]);
    running.log_in();
    let ann = "display_name=Ann&email=ann%40example.com&password=a+long+walk+at+dusk";
    let answer = running.post("/api/auth/register", ann);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let answer = running.request("GET /readyz", "", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(place.stats(), [2, 2, 0]);
    assert_eq!(place.count(&["revoke", "--user", "ann@example.com"]), 1);
    assert_eq!(place.count(&["revoke", "--all"]), 1);
    assert_eq!(place.count(&["purge"]), 0);
    assert_eq!(place.stats(), [0, 0, 0]);
    drop(running);

    execute(&owners, format!("drop owned by {role}; drop role {role}"));
}
