//! The server's rights in PostgreSQL: once the tables exist, it needs fewer.

use std::path::Path;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};
use test_servers::{Kind, Server, own, required};
use url::Url;

use crate::command_line::mistakes::{check_config, schema};
use crate::command_line::sessions::Place;
use crate::support::rights::{used_of_accounts, used_of_sessions};

/// Runs statements in the database of this address.
fn execute(address: &str, statements: String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(address).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

/// A new database: its owner's address, that of a role without any rights in it, and the name of the role.
fn two_roles(server: &Server) -> (String, String, String) {
    let owner = server.fresh_url();
    // Roles belong to the whole server, and other tests create some too.
    let role = format!("role_{:016x}", rand::random::<u64>());
    let mut lesser = Url::parse(&owner).unwrap();
    lesser.set_username(&role).unwrap();
    lesser.set_password(Some("secret")).unwrap();
    // Before version 15 everybody may create tables.
    let revoke = "revoke create on schema public from public";
    execute(&owner, format!("{revoke}; create role {role} login password 'secret'"));
    (owner, lesser.into(), role)
}

fn at<'a>(directory: &'a Path, address: &str) -> Place<'a> {
    Place { directory, stores: [("SESSION_STORE", address.to_owned()), ("DATABASE_URL", address.to_owned())] }
}

/// The README's advice: an owner role creates the tables once, by starting a server; the instances read and
/// write rows.
#[test]
fn a_role_that_may_not_create_tables_serves_and_runs_every_command() {
    let Some(server) = required(own(Kind::Postgres)) else { return };
    let directory = tempfile::tempdir().unwrap();
    let (owners, lesser, role) = two_roles(&server);
    let (owner, place) = (at(directory.path(), &owners), at(directory.path(), &lesser));

    let (code, _, errors) = place.sessions(&["stats"]);
    assert_eq!(code, 1, "there is no table yet, and it must not create one");
    assert!(errors.contains("holds no accounts of ours"), "{errors}");
    drop(owner.server(&[]));
    assert_eq!(owner.stats(), [0, 0, 0]);
    execute(&owners, format!("{}; {}", used_of_accounts(&role), used_of_sessions(&role)));

    assert_eq!(place.stats(), [0, 0, 0]);
    let running = place.server(&[]);
    running.log_in();
    let ann = "display_name=Ann&email=ann%40example.com&password=a+long+walk+at+dusk";
    let answer = running.post("/api/auth/register", ann);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let answer = running.request("GET /readyz", "", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // slim: trainer
    execute(&owners, format!("revoke select on workout_changes from {role}"));
    let answer = running.request("GET /readyz", "", "");
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    execute(&owners, format!("grant select on workout_changes to {role}"));
    let answer = running.request("GET /readyz", "", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // slim: end
    assert_eq!(place.stats(), [2, 2, 0]);
    assert_eq!(place.count(&["revoke", "--user", "ann@example.com"]), 1);
    assert_eq!(place.count(&["revoke", "--all"]), 1);
    assert_eq!(place.count(&["purge"]), 0);
    assert_eq!(place.stats(), [0, 0, 0]);
    drop(running);

    execute(&owners, format!("drop owned by {role}; drop role {role}"));
}

#[test]
fn check_config_names_the_rights_that_are_missing() {
    const FIRST: &str = include_str!("../../../database/migrations/postgres/0001_accounts.sql");
    let Some(server) = required(own(Kind::Postgres)) else { return };
    let directory = tempfile::tempdir().unwrap();
    let (owners, lesser, role) = two_roles(&server);
    let check = |fails: bool, reasons: &[&str]| {
        let (code, _, errors) = check_config(directory.path(), &[("DATABASE_URL", lesser.as_str())]);
        assert_eq!(code, i32::from(fails), "{errors}");
        assert_eq!(errors.contains("error: "), fails, "{errors}");
        for reason in reasons {
            assert!(errors.contains(reason), "{reason}: {errors}");
        }
    };
    check(true, &["DATABASE_URL", "CREATE on the schema `public`", "check user, password and privileges"]);
    execute(&owners, format!("grant create on schema public to {role}"));
    check(false, &[]);

    // An older version, whose tables belong to another role.
    execute(&owners, schema(FIRST, 1));
    execute(&owners, format!("grant select on all tables in schema public to {role}"));
    check(true, &["users (INSERT, UPDATE, DELETE)", "login_failures (INSERT, DELETE)"]);
    let rows = "select, insert, update, delete on all tables in schema public";
    execute(&owners, format!("grant {rows} to {role}"));
    check(true, &["`users` belongs to another role"]);

    // The current one, without the right to create anything.
    drop(at(directory.path(), &owners).server(&[]));
    execute(&owners, format!("revoke create on schema public from {role}"));
    check(true, &["SESSION_STORE", "user_sessions (SELECT, INSERT, UPDATE, DELETE)"]);
    let used = format!("{}; {}", used_of_accounts(&role), used_of_sessions(&role));
    execute(&owners, format!("revoke {rows} from {role}; {used}"));
    check(false, &[]);
    for (table, privilege) in [
        ("users", "UPDATE"),
        ("identities", "UPDATE"),
        ("workouts", "INSERT"),        // slim: trainer
        ("logged_workouts", "UPDATE"), // slim: trainer
        ("workout_changes", "SELECT"), // slim: trainer
        ("security_events", "DELETE"),
        ("login_failures", "SELECT"),
        ("demo_grants", "INSERT"), // slim: demo-provider
        ("user_sessions", "DELETE"),
    ] {
        execute(&owners, format!("revoke {privilege} on {table} from {role}"));
        check(true, &[format!("missing on {table} ({privilege}) (").as_str()]);
        execute(&owners, format!("grant {privilege} on {table} to {role}"));
    }
}
