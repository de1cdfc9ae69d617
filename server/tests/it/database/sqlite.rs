//! SQLite specifics: migrations, and the content of the tables.

use std::path::PathBuf;
use std::sync::Arc;

use accounts::ports::Users as _;
use database::Database;
use database::sqlite::SqliteDatabase;
use domain::workout::document::{Workout, WorkoutId}; // slim: trainer
use storage::sqlite::{Engine, OpenError, all, open_file, open_memory};

use crate::database::attempts::{refused_at_once, until_refused};
use crate::database::backends::at; // slim: trainer
use crate::database::backends::{account, all_at_once, email, new_user};
use crate::database::deletion::{clean_up, full_account};
use crate::database::logged_workouts::finished; // slim: trainer

async fn texts(engine: &Engine, sql: &str) -> Vec<String> {
    let texts = engine.read(|connection| all(connection, sql, (), |row| row.get::<_, String>(0)));
    texts.await.unwrap().into_iter().map(Result::unwrap).collect()
}

fn path(directory: &tempfile::TempDir) -> PathBuf {
    directory.path().join("data/test.db")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_file_can_be_opened_and_migrated_from_many_places_at_once() {
    for _ in 0..5 {
        let directory = tempfile::tempdir().unwrap();
        let databases = all_at_once((0..8).map(|_| {
            let path = path(&directory);
            async move { SqliteDatabase::open(open_file(&path).await.unwrap()).await.unwrap() }
        }))
        .await;
        let first: Arc<dyn Database> = Arc::new(databases[0].clone());
        let ada = account(&first, "ada@example.com").await;
        for database in &databases {
            assert_eq!(database.user(&ada.id).await.unwrap().as_ref(), Some(&ada));
        }
    }
}

/// File locks behave differently between processes than within one: here the binary itself opens the file.
#[test]
fn a_new_file_can_be_opened_and_migrated_by_several_processes_at_once() {
    for _ in 0..5 {
        let directory = tempfile::tempdir().unwrap();
        // Commands refuse a database without the table `account_schema`; here it exists, but all others are
        // still missing.
        std::fs::create_dir(directory.path().join("data")).unwrap();
        let version = "CREATE TABLE account_schema (version INTEGER NOT NULL PRIMARY KEY) STRICT";
        rusqlite::Connection::open(path(&directory)).unwrap().execute_batch(version).unwrap();
        let processes: Vec<_> = (0..6)
            .map(|_| {
                std::process::Command::new(env!("CARGO_BIN_EXE_server"))
                    .args(["sessions", "stats"])
                    .current_dir(&directory)
                    .env_clear()
                    .env("DATABASE_URL", format!("sqlite://{}", path(&directory).display()))
                    .stdout(std::process::Stdio::piped())
                    .stderr(std::process::Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        for process in processes {
            let output = process.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_on_one_engine_can_migrate_at_once() {
    let directory = tempfile::tempdir().unwrap();
    for engine in [open_memory().await.unwrap(), open_file(&path(&directory)).await.unwrap()] {
        all_at_once((0..8).map(|_| {
            let engine = engine.clone();
            async move { SqliteDatabase::open(engine).await.unwrap() }
        }))
        .await;
    }
}

#[tokio::test]
async fn opening_again_keeps_everything() {
    let directory = tempfile::tempdir().unwrap();
    let engine = open_file(&path(&directory)).await.unwrap();
    let database: Arc<dyn Database> = Arc::new(SqliteDatabase::open(engine.clone()).await.unwrap());
    let ada = account(&database, "ada@example.com").await;
    SqliteDatabase::open(engine.clone()).await.unwrap();
    drop((database, engine));
    let again = SqliteDatabase::open(open_file(&path(&directory)).await.unwrap()).await.unwrap();
    assert_eq!(again.user_by_email(&email("ada@example.com")).await.unwrap(), Some(ada));
}

#[tokio::test]
async fn a_file_of_a_newer_program_is_refused_in_a_clear_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let engine = open_file(&path(&directory)).await.unwrap();
    SqliteDatabase::open(engine.clone()).await.unwrap();
    engine.batch("INSERT INTO account_schema (version) VALUES (99)").await.unwrap();
    let error = SqliteDatabase::open(engine).await.unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error:?}");
    assert!(error.to_string().contains("test.db` has schema version 99"), "{error}");
}

/// Looks for the person's id, address and subject in every column of every table that exists, so tables added
/// later are covered, too.
#[tokio::test]
async fn after_a_deletion_no_table_knows_the_person() {
    let engine = open_memory().await.unwrap();
    let database: Arc<dyn Database> = Arc::new(SqliteDatabase::open(engine.clone()).await.unwrap());
    let ada = full_account(&database, new_user("ada@example.com"), "ada-at-google").await;
    let columns = "SELECT 'SELECT count(*) FROM \"' || t.name || '\" WHERE instr(\"' || c.name || '\", ?) > 0' \
                   FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'";
    let columns = texts(&engine, columns).await;
    let places = async |word: &str| {
        let mut places = 0;
        for column in &columns {
            let rows =
                engine.read(|connection| connection.query_row(column, [word], |row| row.get::<_, i64>(0)));
            places += rows.await.unwrap();
        }
        places
    };
    // slim: trainer
    // In users, identities, workouts, logged_workouts and security_events.
    let tables = 5;
    // slim: instead
    // // In users, identities and security_events.
    // let tables = 3;
    // slim: end
    // The address is in email, in email_key and in a grant; the subject is in identities.
    let words = [(ada.id.as_str(), tables), (ada.email.as_str(), 3), ("ada-at-google", 1)];
    for (word, expected) in words {
        assert_eq!(places(word).await, expected);
    }
    database.delete_user(&ada.id).await.unwrap();
    assert_eq!(places(ada.email.as_str()).await, 1, "the grant does not belong to the account");
    clean_up(&database).await;
    for (word, _) in words {
        assert_eq!(places(word).await, 0, "{word} is still there");
    }
}

#[tokio::test]
async fn preferences_that_cannot_be_read_do_not_lock_the_person_out() {
    let engine = open_memory().await.unwrap();
    let database: Arc<dyn Database> = Arc::new(SqliteDatabase::open(engine.clone()).await.unwrap());
    let ada = account(&database, "ada@example.com").await;
    engine.batch("UPDATE users SET preferences = '{\"theme\":\"of tomorrow\"}'").await.unwrap();
    assert_eq!(database.user(&ada.id).await.unwrap(), Some(ada));
}

#[tokio::test]
async fn a_row_nobody_here_wrote_is_an_error_that_says_where() {
    let engine = open_memory().await.unwrap();
    let database: Arc<dyn Database> = Arc::new(SqliteDatabase::open(engine.clone()).await.unwrap());
    let ada = account(&database, "ada@example.com").await;
    engine.batch("UPDATE users SET email = 'not an address'").await.unwrap();
    let error = database.user(&ada.id).await.unwrap_err().to_string();
    assert!(error.contains("users.email") && !error.contains("not an address"), "{error}");
}

#[tokio::test]
async fn to_refuse_a_login_nothing_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let engine = open_file(&path(&directory)).await.unwrap();
    let another = rusqlite::Connection::open(engine.path()).unwrap();
    let database: Arc<dyn Database> = Arc::new(SqliteDatabase::open(engine).await.unwrap());
    until_refused(&database).await;
    another.execute_batch("BEGIN IMMEDIATE").unwrap();
    refused_at_once(&database).await;
    another.execute_batch("ROLLBACK").unwrap();
}

// slim: trainer
#[tokio::test]
async fn a_page_of_workouts_that_cannot_be_read_does_not_end_the_list() {
    let engine = open_memory().await.unwrap();
    let database: Arc<dyn Database> = Arc::new(SqliteDatabase::open(engine.clone()).await.unwrap());
    let ada = account(&database, "ada@example.com").await;
    for number in 1..=6 {
        let at = at(i64::from(number));
        database.add_logged(&ada.id, &finished(number, at), at).await.unwrap();
    }
    // The second, and the newest three.
    let spoil = "UPDATE logged_workouts SET summary = '{}', document = '{}' WHERE substr(id, 1, 2) IN ('02', '04', '05', '06')";
    engine.batch(spoil).await.unwrap();
    let ids = [3, 1].map(|number| WorkoutId::from_bytes([number; 16]));
    for limit in [1, 2, 3, 10] {
        let summaries = database.logged_behind(&ada.id, None, limit).await.unwrap();
        let documents = database.logged_documents_behind(&ada.id, None, limit).await.unwrap();
        let expected = &ids[..ids.len().min(limit as usize)];
        assert_eq!(summaries.iter().map(|summary| summary.id).collect::<Vec<_>>(), expected, "{limit}");
        assert_eq!(documents.iter().map(Workout::id).collect::<Vec<_>>(), expected, "{limit}");
    }
}
// slim: end
