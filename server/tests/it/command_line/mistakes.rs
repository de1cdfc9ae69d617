//! What will never mend itself, told from an outage: by `check-config`, at the start and by `/readyz`.

use std::path::Path;

use mongodb::bson::{Document, doc}; // slim: mongodb
use sqlx::{AssertSqlSafe, Connection as _, PgConnection}; // slim: postgres
use storage::fault::{Fault, Mistake}; // slim: redis
use test_servers::required; // slim: mongodb/postgres/redis

use crate::command_line::running::Running;
use crate::command_line::{SECRET, run, server};
use crate::support::site::site;
use crate::support::stack::AWAY; // slim: mongodb/postgres/redis

/// Tables of our names that are somebody else's.
const FOREIGN: &str = "create table users (name text); create table user_sessions (key text)";

const FIRST_OF_SQLITE: &str = include_str!("../../../database/migrations/sqlite/0001_accounts.sql");

// slim: mongodb/postgres/redis
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
// slim: end

/// `check-config` in a directory, with a bundle elsewhere.
pub(crate) fn check_config(directory: &Path, variables: &[(&str, &str)]) -> (i32, String, String) {
    let elsewhere = tempfile::tempdir().unwrap();
    run(server(directory)
        .arg("check-config")
        .env("SITE_ADDR", "127.0.0.1:0")
        .env("SITE_ROOT", site(elsewhere.path()))
        .env("SESSION_SECRETS", SECRET)
        .envs(variables.iter().copied()))
}

/// A SQLite file with what these statements make.
pub(crate) fn make_file(path: &Path, statements: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(statements).unwrap();
}

/// A SQLite file that has the accounts of the first release, and no sessions.
pub(crate) fn make_accounts(path: &Path) {
    make_file(path, &schema(FIRST_OF_SQLITE, 1));
}

pub(crate) fn names_in(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn check_config_creates_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let (code, _, errors) = check_config(directory.path(), &[]);
    assert_eq!(code, 0, "{errors}");
    assert_eq!(names_in(directory.path()), [""; 0]);
}

#[test]
fn a_file_of_another_program_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    make_file(&directory.path().join("test.db"), FOREIGN);
    let before = std::fs::read(directory.path().join("test.db")).unwrap();
    let (code, _, errors) = check_config(directory.path(), &[("DATABASE_URL", "sqlite://test.db")]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("DATABASE_URL") && errors.contains("of its own"), "{errors}");
    assert_eq!(names_in(directory.path()), ["test.db"]);
    assert_eq!(std::fs::read(directory.path().join("test.db")).unwrap(), before);
    let (code, _, errors) = run(server(directory.path())
        .env("SITE_ADDR", "127.0.0.1:0")
        .env("DATABASE_URL", "sqlite://test.db")
        .env("SITE_ROOT", site(directory.path()))
        .env("SESSION_SECRETS", SECRET));
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("DATABASE_URL") && errors.contains("of its own"), "{errors}");
}

/// The accounts of the first release, at this version of the schema.
pub(crate) fn schema(first: &str, version: i64) -> String {
    format!(
        "{first}; create table account_schema (version bigint primary key); insert into account_schema values ({version})"
    )
}

#[test]
fn a_file_of_an_older_program_is_fine_and_one_of_a_newer_is_not() {
    for (version, expected) in [(1, 0), (99, 1)] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("test.db");
        make_file(&path, &schema(FIRST_OF_SQLITE, version));
        let before = std::fs::read(&path).unwrap();
        let (code, _, errors) = check_config(directory.path(), &[("DATABASE_URL", "sqlite://test.db")]);
        assert_eq!(code, expected, "{version}: {errors}");
        assert_eq!(errors.contains("start the newer program"), version == 99, "{errors}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

// slim: postgres
#[test]
fn a_postgres_database_of_an_older_program_is_fine_and_one_of_a_newer_is_not() {
    const FIRST: &str = include_str!("../../../database/migrations/postgres/0001_accounts.sql");
    let Some(postgres) = required(test_servers::postgres()) else { return };
    let directory = tempfile::tempdir().unwrap();
    for (version, expected) in [(1, 0), (99, 1)] {
        let url = postgres.fresh_url();
        block_on(async {
            let mut connection = PgConnection::connect(&url).await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(schema(FIRST, version))).execute(&mut connection).await.unwrap();
        });
        let (code, _, errors) = check_config(directory.path(), &[("DATABASE_URL", url.as_str())]);
        assert_eq!(code, expected, "{version}: {errors}");
        assert_eq!(errors.contains("newer program"), version == 99, "{errors}");
    }
}
// slim: end

// slim: mongodb
#[test]
fn a_mongodb_database_of_a_newer_program_is_not_fine() {
    let Some(mongodb) = required(test_servers::mongodb()) else { return };
    let directory = tempfile::tempdir().unwrap();
    for (version, expected) in [(1, 0), (99, 1)] {
        let url = mongodb.fresh_url();
        let names = block_on(async {
            let client = mongodb::Client::with_uri_str(&url).await.unwrap();
            let database = client.default_database().unwrap();
            let versions = database.collection::<Document>("account_schema");
            versions.insert_one(doc! { "_id": "accounts", "version": version }).await.unwrap();
            let (code, _, errors) = check_config(directory.path(), &[("DATABASE_URL", url.as_str())]);
            assert_eq!(code, expected, "{version}: {errors}");
            assert_eq!(errors.contains("newer program"), version == 99, "{errors}");
            database.list_collection_names().await.unwrap()
        });
        assert_eq!(names, ["account_schema"], "nothing was made");
    }
}
// slim: end

// slim: mongodb/postgres/redis
/// An outage may pass: the start would serve without the store.
#[test]
fn a_server_that_does_not_answer_is_a_warning() {
    let directory = tempfile::tempdir().unwrap();
    for url in AWAY {
        let (code, _, errors) =
            check_config(directory.path(), &[("STORE_TIMEOUT", "500ms"), ("SESSION_STORE", url)]);
        assert_eq!(code, 0, "{errors}");
        assert!(errors.contains("SESSION_STORE") && errors.contains("does not answer"), "{errors}");
    }
}
// slim: end

// slim: postgres
/// A standby, or a default of database or role. A fail-over may end it: the start would wait for that.
#[test]
fn a_postgres_server_that_only_reads_is_a_warning() {
    let Some(postgres) = required(test_servers::postgres()) else { return };
    let url = postgres.fresh_url();
    let name = url::Url::parse(&url).unwrap().path().trim_start_matches('/').to_owned();
    block_on(async {
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let only_reads = format!("alter database {name} set default_transaction_read_only = on");
        sqlx::raw_sql(AssertSqlSafe(only_reads)).execute(&mut connection).await.unwrap();
    });
    let directory = tempfile::tempdir().unwrap();
    let (code, _, errors) = check_config(directory.path(), &[("DATABASE_URL", url.as_str())]);
    assert_eq!(code, 0, "{errors}");
    assert_eq!(errors.matches("read-only").count(), 1, "one database, one warning: {errors}");
    assert!(errors.contains("warning: DATABASE_URL") && errors.contains("transaction_read_only"), "{errors}");

    let running =
        Running::start(directory.path(), &[("DATABASE_URL", url.as_str()), ("STORE_TIMEOUT", "2s")]);
    let answer = running.request("GET /readyz", "", "");
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
}
// slim: end

// slim: mongodb/postgres/redis
#[test]
fn an_option_that_is_not_understood_is_named() {
    const MISTYPED: &[&str] = &[
        "postgres://db/x?sslmod=require",    // slim: postgres
        "redis://cache?prefx=a",             // slim: redis
        "mongodb://db/x?replicaSett=canary", // slim: mongodb
    ];
    let directory = tempfile::tempdir().unwrap();
    for url in MISTYPED {
        let (code, _, errors) = check_config(directory.path(), &[("SESSION_STORE", url)]);
        assert_eq!(code, 2, "{errors}");
        assert!(errors.contains("SESSION_STORE") && errors.contains("not understood"), "{errors}");
        assert!(!errors.contains("canary"), "{errors}");
    }
}
// slim: end

// slim: postgres
#[test]
fn tables_of_another_program_in_postgres_are_a_mistake_and_not_an_outage() {
    let Some(postgres) = required(test_servers::postgres()) else { return };
    let url = postgres.fresh_url();
    block_on(async {
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(FOREIGN).execute(&mut connection).await.unwrap();
    });
    let directory = tempfile::tempdir().unwrap();
    let (code, _, errors) = check_config(directory.path(), &[("DATABASE_URL", url.as_str())]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("DATABASE_URL") && errors.contains("of its own"), "{errors}");

    // The start waits, for nothing; but it says so.
    let running =
        Running::start(directory.path(), &[("DATABASE_URL", url.as_str()), ("STORE_TIMEOUT", "2s")]);
    let answer = running.request("GET /readyz", "", "");
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    for store in ["the session store cannot be used", "the database cannot be used"] {
        assert!(answer.contains(store), "{answer}");
    }
}
// slim: end

// slim: postgres
#[test]
fn a_database_that_does_not_exist_in_postgres_is_named() {
    let Some(postgres) = required(test_servers::postgres()) else { return };
    let mut url = url::Url::parse(&postgres.fresh_url()).unwrap();
    url.set_path("/no_such_database");
    let directory = tempfile::tempdir().unwrap();
    let (code, _, errors) = check_config(directory.path(), &[("DATABASE_URL", url.as_str())]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("create the database"), "{errors}");
}
// slim: end

// slim: redis
#[test]
fn a_user_of_redis_who_may_not_write_is_a_mistake_that_check_config_names() {
    let Some(server) = required(test_servers::own(test_servers::Kind::Redis)) else { return };
    let url = server.fresh_url();
    let client = redis::Client::open(url.as_str()).unwrap();
    block_on(async {
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        // It may look at everything.
        let words = ["SETUSER", "reader", "on", ">secret", "~*", "+@all", "-hset"];
        let () = redis::cmd("ACL").arg(&words).query_async(&mut connection).await.unwrap();
    });
    let directory = tempfile::tempdir().unwrap();
    let (code, _, errors) = check_config(directory.path(), &[("SESSION_STORE", url.as_str())]);
    assert_eq!(code, 0, "{errors}");
    let reader = url.replace("redis://", "redis://reader:secret@");
    let (code, _, errors) = check_config(directory.path(), &[("SESSION_STORE", reader.as_str())]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("SESSION_STORE") && errors.contains("privileges"), "{errors}");
    assert!(!errors.contains("secret@"), "{errors}");
}
// slim: end

// slim: redis
#[test]
fn keys_of_another_program_in_redis_are_a_mistake_and_not_an_outage() {
    let Some(server) = required(test_servers::shared_of(test_servers::Kind::Redis)) else { return };
    let url = server.fresh_url();
    let client = redis::Client::open(url.as_str()).unwrap();
    block_on(async {
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let set = redis::cmd("SET").arg("sess:expiry").arg("not ours").to_owned();
        let () = set.query_async(&mut connection).await.unwrap();
        let rows =
            sessions::store::RedisRows::new(client.clone(), "sess:", std::time::Duration::from_secs(5));
        let error = session_rows::SessionRows::ping(&rows).await.unwrap_err();
        assert_eq!(Fault::of(&error), Fault::Misconfigured(Mistake::Foreign), "{error}");
    });
    let directory = tempfile::tempdir().unwrap();
    let (code, _, errors) = check_config(directory.path(), &[("SESSION_STORE", url.as_str())]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("SESSION_STORE") && errors.contains("prefix"), "{errors}");
}
// slim: end

#[cfg(unix)]
#[test]
fn production_refuses_files_that_everybody_may_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let check = |database, sessions| {
        for (name, mode) in [("test.db", database), ("sessions.db", sessions)] {
            let file = directory.path().join(name);
            std::fs::write(&file, "").unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        check_config(
            directory.path(),
            &[
                ("APP_ENV", "production"),
                ("PUBLIC_URL", "https://site.example"),
                ("DATABASE_URL", "sqlite://test.db"),
                ("SESSION_STORE", "sqlite://sessions.db"),
            ],
        )
    };
    for (database, sessions, refused) in [
        (0o600, 0o600, &[][..]),
        (0o644, 0o600, &["DATABASE_URL"]),
        (0o600, 0o644, &["SESSION_STORE"]),
        (0o604, 0o604, &["DATABASE_URL", "SESSION_STORE"]),
    ] {
        let (code, _, errors) = check(database, sessions);
        assert_eq!(code, i32::from(!refused.is_empty()), "{database:o} {sessions:o}: {errors}");
        for variable in ["DATABASE_URL", "SESSION_STORE"] {
            let is_named = errors.lines().any(|line| line.starts_with("error: ") && line.contains(variable));
            assert_eq!(is_named, refused.contains(&variable), "{variable}: {errors}");
        }
        assert_eq!(errors.contains("chmod 0600"), !refused.is_empty(), "{errors}");
    }
}

#[cfg(unix)]
#[test]
fn what_the_server_creates_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let running = Running::start(directory.path(), &[("SESSION_STORE", "sqlite://data/sessions.db")]);
    running.log_in();
    let data = directory.path().join("data");
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    let names = names_in(&data);
    // Beside each file there is its log.
    assert!(names.iter().any(|name| name == "sessions.db-wal"), "{names:?}");
    assert!(names.iter().filter(|name| name.ends_with("-wal")).count() == 2, "{names:?}");
    for name in names {
        assert_eq!(mode(&data.join(&name)), 0o600, "{name}");
    }
}
