//! SQLite specifics: migrations, and the content of the tables.

use std::sync::Arc;

use accounts::ports::Users as _;
use database::Database;
use database::sqlite::SqliteDatabase;
use sqlx::sqlite::SqlitePool;
use storage::sqlite::{self as pool, OpenError};

use crate::database::attempts::{refused_at_once, until_refused};
use crate::database::backends::{account, all_at_once, email, new_user};
use crate::database::deletion::{clean_up, full_account};

async fn texts(pool: &SqlitePool, sql: String) -> Vec<String> {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(pool).await.unwrap()
}

fn url(directory: &tempfile::TempDir) -> String {
    format!("sqlite://{}/data/trainer.db", directory.path().display())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_file_can_be_opened_and_migrated_from_many_places_at_once() {
    for _ in 0..5 {
        let directory = tempfile::tempdir().unwrap();
        let databases = all_at_once((0..8).map(|_| {
            let url = url(&directory);
            async move { SqliteDatabase::open(pool::open(&url).await.unwrap()).await.unwrap() }
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
        // Commands refuse a database that does not exist.
        std::fs::create_dir(directory.path().join("data")).unwrap();
        std::fs::write(directory.path().join("data/trainer.db"), "").unwrap();
        let processes: Vec<_> = (0..6)
            .map(|_| {
                std::process::Command::new(env!("CARGO_BIN_EXE_server"))
                    .args(["sessions", "stats"])
                    .current_dir(&directory)
                    .env_clear()
                    .env("DATABASE_URL", url(&directory))
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
async fn tasks_on_one_pool_can_migrate_at_once() {
    let directory = tempfile::tempdir().unwrap();
    for url in ["sqlite::memory:".to_owned(), url(&directory)] {
        let pool = pool::open(&url).await.unwrap();
        all_at_once((0..8).map(|_| {
            let pool = pool.clone();
            async move { SqliteDatabase::open(pool).await.unwrap() }
        }))
        .await;
    }
}

#[tokio::test]
async fn opening_again_keeps_everything() {
    let directory = tempfile::tempdir().unwrap();
    let pool = pool::open(&url(&directory)).await.unwrap();
    let database: Arc<dyn Database> = Arc::new(SqliteDatabase::open(pool.clone()).await.unwrap());
    let ada = account(&database, "ada@example.com").await;
    SqliteDatabase::open(pool.clone()).await.unwrap();
    pool.close().await;
    let again = SqliteDatabase::open(pool::open(&url(&directory)).await.unwrap()).await.unwrap();
    assert_eq!(again.user_by_email(&email("ada@example.com")).await.unwrap(), Some(ada));
}

#[tokio::test]
async fn a_file_of_a_newer_program_is_refused_in_a_clear_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let pool = pool::open(&url(&directory)).await.unwrap();
    SqliteDatabase::open(pool.clone()).await.unwrap();
    sqlx::query("INSERT INTO account_schema (version) VALUES (99)").execute(&pool).await.unwrap();
    let error = SqliteDatabase::open(pool).await.unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error:?}");
    assert!(error.to_string().contains("trainer.db` has schema version 99"), "{error}");
}

/// Looks for the person's id and address in every column of every existing table, including future ones.
#[tokio::test]
async fn after_a_deletion_no_table_knows_the_person() {
    let pool = pool::open("sqlite::memory:").await.unwrap();
    let database: Arc<dyn Database> = Arc::new(SqliteDatabase::open(pool.clone()).await.unwrap());
    let ada = full_account(&database, new_user("ada@example.com"), "ada-at-google").await;
    let columns = "SELECT 'SELECT count(*) FROM \"' || t.name || '\" WHERE instr(\"' || c.name || '\", ?) > 0' \
                   FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'";
    let columns = texts(&pool, columns.to_owned()).await;
    let places = async |word: &str| {
        let mut places = 0;
        for column in &columns {
            let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(column.as_str()))
                .bind(word)
                .fetch_one(&pool)
                .await
                .unwrap();
            places += rows;
        }
        places
    };
    // users, identities, workouts, security_events; email, email_key and a grant; the subject.
    let words = [(ada.id.as_str(), 4), (ada.email.as_str(), 3), ("ada-at-google", 1)];
    for (word, expected) in words {
        assert_eq!(places(word).await, expected);
    }
    database.delete_user(&ada.id).await.unwrap();
    assert_eq!(places(ada.email.as_str()).await, 1, "the grant is not the account's");
    clean_up(&database).await;
    for (word, _) in words {
        assert_eq!(places(word).await, 0, "{word} is still there");
    }
}

#[tokio::test]
async fn preferences_that_cannot_be_read_do_not_lock_the_person_out() {
    let pool = pool::open("sqlite::memory:").await.unwrap();
    let database: Arc<dyn Database> = Arc::new(SqliteDatabase::open(pool.clone()).await.unwrap());
    let ada = account(&database, "ada@example.com").await;
    sqlx::query("UPDATE users SET preferences = '{\"theme\":\"of tomorrow\"}'").execute(&pool).await.unwrap();
    assert_eq!(database.user(&ada.id).await.unwrap(), Some(ada));
}

#[tokio::test]
async fn a_row_nobody_here_wrote_is_an_error_that_says_where() {
    let pool = pool::open("sqlite::memory:").await.unwrap();
    let database: Arc<dyn Database> = Arc::new(SqliteDatabase::open(pool.clone()).await.unwrap());
    let ada = account(&database, "ada@example.com").await;
    sqlx::query("UPDATE users SET email = 'not an address'").execute(&pool).await.unwrap();
    let error = database.user(&ada.id).await.unwrap_err().to_string();
    assert!(error.contains("users.email") && !error.contains("not an address"), "{error}");
}

#[tokio::test]
async fn to_refuse_a_login_nothing_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let pool = pool::open(&url(&directory)).await.unwrap();
    let database: Arc<dyn Database> = Arc::new(SqliteDatabase::open(pool).await.unwrap());
    until_refused(&database).await;
    let another = pool::open(&url(&directory)).await.unwrap();
    let writing = another.begin_with("BEGIN IMMEDIATE").await.unwrap();
    refused_at_once(&database).await;
    drop(writing);
}
