//! An error of the file system in the middle of writing, and what comes after it.
//!
//! A limit of the process makes one: beyond `RLIMIT_FSIZE` a write fails with `EFBIG`, for which SQLite has no name but
//! `SQLITE_IOERR_WRITE`. The limit holds for every file and thread, so each test runs in a process of its own.

use std::process::Command;

use futures::future::join_all;
use rusqlite::ffi;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::*;

/// Set in the process of one test.
const ALONE: &str = "STORAGE_TEST_ALONE";

/// Runs the test of this name in another process; `true` there.
fn is_alone(name: &str) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    // The signal that comes with the error would end the process. A shell can have it ignored, also by what it becomes.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ && exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &format!("sqlite::tests::io_error::{name}"), "--nocapture"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1 passed"), "there is no such test: {text}");
    false
}

/// No file of this process may become longer, until that is changed.
fn limit_files(bytes: Option<u64>) {
    let maximum = getrlimit(Resource::Fsize).maximum;
    setrlimit(Resource::Fsize, Rlimit { current: bytes.or(maximum), maximum }).unwrap();
}

async fn insert(engine: &Engine, bytes: i64) -> Result<u64, SqliteError> {
    engine.execute("INSERT INTO t VALUES (zeroblob(?))", [bytes]).await
}

async fn count(engine: &Engine) -> i64 {
    number(engine, "SELECT count(*) FROM t").await
}

#[test]
fn after_a_write_that_failed_the_next_one_succeeds() {
    if !is_alone("after_a_write_that_failed_the_next_one_succeeds") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("test.db");
        let engine = open_file(&path).await.unwrap();
        engine.batch("CREATE TABLE t (x BLOB)").await.unwrap();
        let log = path.with_extension("db-wal");
        // At the end of the log, within a page, and in the middle of a long transaction.
        for (round, room) in (1..).zip([0, 100, 5_000, 100_000]) {
            assert_eq!(insert(&engine, 10).await, Ok(1));
            limit_files(Some(fs::metadata(&log).unwrap().len() + room));
            // Nearly all in one transaction.
            let failed = join_all((0..20).map(|_| insert(&engine, 200_000))).await;
            limit_files(None);
            for error in failed.into_iter().map(Result::unwrap_err) {
                let by_itself =
                    matches!(error, SqliteError::Sql { code, .. } if code == ffi::SQLITE_IOERR_WRITE);
                let with_others = SqliteError::rolled_back(Fault::Unreachable);
                assert!(by_itself || error == with_others, "{room}: {error:?}");
            }
            assert_eq!(count(&engine).await, 2 * round - 1, "nothing of what failed is there");
            assert_eq!(insert(&engine, 200_000).await, Ok(1), "{room}");
            assert_eq!(count(&engine).await, 2 * round);
        }
        drop(engine);
        let engine = open_file(&path).await.unwrap();
        assert_eq!(count(&engine).await, 8);
        engine.each_reader(|connection| assert_eq!(pragma(connection, "integrity_check"), "ok"));
    });
}

/// Acknowledged changes are in the log. That they cannot be moved into the database yet makes no request fail.
#[test]
fn while_the_database_cannot_grow_the_log_does() {
    if !is_alone("while_the_database_cannot_grow_the_log_does") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("test.db");
        let engine = open_file(&path).await.unwrap();
        engine.batch("CREATE TABLE t (x BLOB)").await.unwrap();
        // The log is begun anew once all of it is in the database; then both have this length, more or less.
        let size = 8_000_000;
        assert_eq!(insert(&engine, size).await, Ok(1));
        let checkpoint = |connection: &Connection| {
            let restart = "PRAGMA wal_checkpoint(RESTART)";
            Ok::<i64, SqliteError>(connection.query_row(restart, (), |row| row.get(0))?)
        };
        let restart = rusqlite::Connection::open(&path).unwrap();
        assert_eq!(checkpoint(&restart), Ok(0));
        limit_files(Some(fs::metadata(&path).unwrap().len()));
        for _ in 0..6 {
            assert_eq!(insert(&engine, 1_000_000).await, Ok(1));
        }
        assert!(checkpoint(&restart).is_err(), "there is no room in the database");
        assert_eq!(count(&engine).await, 7);
        limit_files(None);
        assert_eq!(checkpoint(&restart), Ok(0));
        assert_eq!(insert(&engine, size).await, Ok(1));
        assert_eq!(count(&engine).await, 8);
    });
}
