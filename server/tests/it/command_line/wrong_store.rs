//! Commands in a store in which no server has kept what they look for: they refuse it and make nothing there.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection}; // slim: postgres

use crate::command_line::mistakes::block_on; // slim: mongodb/postgres
use crate::command_line::mistakes::schema; // slim: postgres
use crate::command_line::mistakes::{make_accounts, make_file, names_in};
use crate::command_line::sessions::Place;
use crate::command_line::{run, server};

const ALL: [&[&str]; 4] =
    [&["stats"], &["purge"], &["revoke", "--all"], &["revoke", "--user", "a@b.example"]];

/// Session store, database, and the variable that is wrong.
const MISSING: &[(&str, &str, &str)] = &[
    ("sqlite://typo/sessions.db", "sqlite://typo/sessions.db", "DATABASE_URL"),
    ("redis://127.0.0.1:1", "sqlite://typo/accounts.db", "DATABASE_URL"), // slim: redis
];

/// A mistyped path is not an empty database.
#[test]
fn a_database_that_does_not_exist_is_refused_and_not_created() {
    let directory = tempfile::tempdir().unwrap();
    for (sessions, accounts, variable) in MISSING {
        for arguments in ALL {
            let (code, output, errors) = run(server(directory.path())
                .arg("sessions")
                .args(arguments)
                .env("SESSION_STORE", sessions)
                .env("DATABASE_URL", accounts));
            assert_eq!((code, output.as_str()), (1, ""), "{arguments:?}");
            assert!(errors.contains(variable) && errors.contains("there is no database"), "{errors}");
        }
    }
    assert!(std::fs::read_dir(directory.path()).unwrap().next().is_none(), "nothing was created");
}

/// Nor is a mistyped name, of either store. Twice: what the first command makes, the second finds.
fn is_refused(place: &Place<'_>, variable: &str, commands: &[&[&str]]) {
    let kept = if variable == "DATABASE_URL" { "accounts" } else { "sessions" };
    for arguments in commands.iter().chain(commands) {
        let (code, output, errors) = place.sessions(arguments);
        assert_eq!((code, output.as_str()), (1, ""), "{arguments:?}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
        assert!(
            errors.contains(variable) && errors.contains(&format!("holds no {kept} of ours")),
            "{errors}"
        );
    }
}

/// A place whose accounts are in a file of its own.
fn with_sessions_in<'a>(directory: &'a Path, sessions: &str) -> Place<'a> {
    let file = directory.join("test.db");
    make_accounts(&file);
    let accounts = format!("sqlite://{}", file.display());
    Place { directory, stores: [("SESSION_STORE", sessions.to_owned()), ("DATABASE_URL", accounts)] }
}

// slim: postgres
#[test]
fn a_postgres_database_without_our_tables_is_refused_and_gets_none() {
    let directory = tempfile::tempdir().unwrap();
    let Some(place) = Place::on("postgres", directory.path()) else { return };
    is_refused(&place, "DATABASE_URL", &ALL);
    let url = &place.stores[0].1;
    is_refused(&with_sessions_in(directory.path(), url), "SESSION_STORE", &ALL);
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    let tables: i64 = block_on(async {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar(tables).fetch_one(&mut connection).await.unwrap()
    });
    assert_eq!(tables, 0);
}
// slim: end

// slim: mongodb
#[test]
fn a_mongodb_database_without_our_collections_is_refused_and_gets_none() {
    let directory = tempfile::tempdir().unwrap();
    let Some(place) = Place::on("mongodb", directory.path()) else { return };
    is_refused(&place, "DATABASE_URL", &ALL);
    let url = &place.stores[0].1;
    is_refused(&with_sessions_in(directory.path(), url), "SESSION_STORE", &ALL);
    let names = block_on(async {
        let client = mongodb::Client::with_uri_str(url).await.unwrap();
        client.default_database().unwrap().list_collection_names().await.unwrap()
    });
    assert_eq!(names, [""; 0]);
}
// slim: end

/// An empty file, and one of another program.
#[test]
fn a_file_without_our_tables_is_refused_and_left_alone() {
    for content in ["", "create table orders (number integer); insert into orders values (1)"] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("other-app.db");
        std::fs::write(&path, "").unwrap();
        if !content.is_empty() {
            make_file(&path, content);
        }
        let before = std::fs::read(&path).unwrap();
        let url = format!("sqlite://{}", path.display());
        let stores = [("SESSION_STORE", url.clone()), ("DATABASE_URL", url.clone())];
        is_refused(&Place { directory: directory.path(), stores }, "DATABASE_URL", &ALL);
        assert_eq!(names_in(directory.path()), ["other-app.db"]);
        is_refused(&with_sessions_in(directory.path(), &url), "SESSION_STORE", &ALL);
        assert_eq!(names_in(directory.path()), ["other-app.db", "test.db"]);
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

/// Accounts here, sessions there, and a shell in which one of the two is not set: in an incident `ended 0`
/// would leave everybody signed in.
fn the_store_of_the_other_kind_is_refused(stack: &str) {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let Some(with_accounts) = Place::on(stack, one.path()) else { return };
    let Some(with_sessions) = Place::on(stack, two.path()) else { return };
    let [accounts, sessions] = [&with_accounts, &with_sessions].map(|place| place.stores[0].1.clone());
    let stores = [("SESSION_STORE", sessions), ("DATABASE_URL", accounts)];
    let place = Place { directory: one.path(), stores };
    let running = place.server(&[]);
    running.log_in();
    is_refused(&with_accounts, "SESSION_STORE", &ALL[1..]);
    is_refused(&with_sessions, "DATABASE_URL", &ALL);
    let [(_, sessions), (_, accounts)] = &place.stores;
    let swapped = [("SESSION_STORE", accounts.clone()), ("DATABASE_URL", sessions.clone())];
    is_refused(&Place { directory: one.path(), stores: swapped }, "DATABASE_URL", &ALL[..1]);
    assert_eq!(place.stats(), [1, 1, 0]);
    assert_eq!(place.count(&["revoke", "--all"]), 1);
}

#[test]
fn the_file_of_the_other_kind_is_refused() {
    the_store_of_the_other_kind_is_refused("sqlite");
}

// slim: postgres
#[test]
fn the_postgres_database_of_the_other_kind_is_refused() {
    the_store_of_the_other_kind_is_refused("postgres");
}
// slim: end

// slim: mongodb
#[test]
fn the_mongodb_database_of_the_other_kind_is_refused() {
    the_store_of_the_other_kind_is_refused("mongodb");
}
// slim: end

// slim: postgres
/// Before an update, a command may change the schema for as long as that takes. Only `stats` does: the others
/// would report that there was nothing to end in a table of their own making.
#[test]
fn tables_of_an_older_version_are_brought_up_to_date() {
    const FIRST: &str = include_str!("../../../database/migrations/postgres/0001_accounts.sql");
    let directory = tempfile::tempdir().unwrap();
    let Some(place) = Place::on("postgres", directory.path()) else { return };
    let url = &place.stores[0].1;
    let columns = |table: &'static str| {
        let columns = "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1";
        block_on(async {
            let mut connection = PgConnection::connect(url).await.unwrap();
            let names: Vec<String> =
                sqlx::query_scalar(columns).bind(table).fetch_all(&mut connection).await.unwrap();
            names
        })
    };
    block_on(async {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(schema(FIRST, 1))).execute(&mut connection).await.unwrap();
    });
    assert!(!columns("users").contains(&"expires_at".to_owned()));
    is_refused(&place, "SESSION_STORE", &ALL[1..]);
    assert_eq!(columns("user_sessions"), [""; 0]);
    assert_eq!(place.stats(), [0, 0, 0]);
    assert!(columns("users").contains(&"expires_at".to_owned()));
    assert!(!columns("user_sessions").is_empty());
}
// slim: end
