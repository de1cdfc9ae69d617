//! Reads, scans, and the transactions of the writer.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use futures::FutureExt as _;
use futures::future::join_all;
use rusqlite::ffi;

use super::*;
use crate::intercept::{Cause, Intercept as _, Operation};
use crate::time_limit::{CallQueue, TimeLimit};

async fn on_a_file(sql: &str) -> (tempfile::TempDir, Engine) {
    let directory = tempfile::tempdir().unwrap();
    let engine = open_file(&directory.path().join("test.db")).await.unwrap();
    engine.batch(sql).await.unwrap();
    (directory, engine)
}

async fn insert(engine: &Engine, x: i64) -> Result<u64, SqliteError> {
    engine.execute("INSERT INTO t VALUES (?)", [x]).await
}

/// Keeps the writer inside a transaction until the sender is used or dropped. Has been accepted when this returns.
fn busy(engine: &Engine) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<(), SqliteError>>) {
    let (go_on, wait) = mpsc::channel();
    let (begun, has_begun) = mpsc::channel();
    let engine = engine.clone();
    let writing = async move {
        let work = move |_: &Connection| {
            begun.send(()).unwrap();
            let _ = wait.recv();
            Ok(())
        };
        engine.write(work).await
    };
    let mut writing = Box::pin(writing);
    // Queues the work.
    assert!((&mut writing).now_or_never().is_none());
    has_begun.recv().unwrap();
    (go_on, tokio::spawn(writing))
}

#[tokio::test]
async fn what_waits_together_is_committed_together() {
    let (_directory, engine) = on_a_file("CREATE TABLE t (x INTEGER)").await;
    let (go_on, first) = busy(&engine);
    let mut inserts = Box::pin(join_all((0..10).map(|x| insert(&engine, x))));
    assert!((&mut inserts).now_or_never().is_none());
    let path = engine.path().to_owned();
    let count = "SELECT count(*) FROM t";
    let look = engine.write(move |connection| {
        let inside: i64 = connection.query_row(count, (), |row| row.get(0))?;
        let outside: i64 = Connection::open(path)?.query_row(count, (), |row| row.get(0))?;
        Ok::<_, SqliteError>((inside, outside))
    });
    let mut look = Box::pin(look);
    assert!((&mut look).now_or_never().is_none());
    go_on.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert!(inserts.await.into_iter().all(|inserted| inserted == Ok(1)));
    assert_eq!(look.await.unwrap(), (10, 0), "seen in the transaction, and not before its commit");
    assert_eq!(number(&engine, count).await, 10);
}

#[tokio::test]
async fn an_operation_that_fails_undoes_only_itself() {
    let (_directory, engine) = on_a_file("CREATE TABLE t (x INTEGER UNIQUE)").await;
    let (go_on, first) = busy(&engine);
    let twice = engine.write(|connection| {
        statements::execute(connection, "INSERT INTO t VALUES (?)", [100])?;
        statements::execute(connection, "INSERT INTO t VALUES (?)", [1])?;
        Ok::<_, SqliteError>(())
    });
    let mut all = Box::pin(async { tokio::join!(insert(&engine, 1), twice, insert(&engine, 2)) });
    assert!((&mut all).now_or_never().is_none());
    drop(go_on);
    first.await.unwrap().unwrap();
    let (one, twice, two) = all.await;
    assert_eq!((one, two), (Ok(1), Ok(1)));
    assert_eq!(Fault::of(&twice.unwrap_err()), Fault::Data);
    assert_eq!(number(&engine, "SELECT sum(x) FROM t").await, 3);
}

#[tokio::test]
async fn a_panic_fails_its_own_operation_and_no_other() {
    let (_directory, engine) = on_a_file("CREATE TABLE t (x INTEGER)").await;
    let (go_on, first) = busy(&engine);
    let panics = engine.write(|connection| {
        statements::execute(connection, "INSERT INTO t VALUES (?)", [100])?;
        if connection.changes() == 1 {
            panic!("on purpose");
        }
        Ok::<_, SqliteError>(())
    });
    let mut all = Box::pin(async { tokio::join!(insert(&engine, 1), panics, insert(&engine, 2)) });
    assert!((&mut all).now_or_never().is_none());
    drop(go_on);
    first.await.unwrap().unwrap();
    assert_eq!(all.await, (Ok(1), Err(SqliteError::Panicked), Ok(1)));
    assert_eq!(number(&engine, "SELECT sum(x) FROM t").await, 3);
    let scan = engine.scan(|_| -> rusqlite::Result<()> { panic!("on purpose") });
    assert_eq!(scan.await, Err(SqliteError::Panicked));
}

#[tokio::test]
async fn if_the_commit_fails_all_are_told_and_nothing_is_kept() {
    let schema = "CREATE TABLE t (x INTEGER PRIMARY KEY); \
                  CREATE TABLE child (x INTEGER REFERENCES t (x) DEFERRABLE INITIALLY DEFERRED)";
    let (_directory, engine) = on_a_file(schema).await;
    let (go_on, first) = busy(&engine);
    let orphan = engine.execute("INSERT INTO child VALUES (?)", [7]);
    let refuses =
        engine.write(|_| Err::<(), _>(SqliteError::Usage("because of what others changed".to_owned())));
    let mut all = Box::pin(async { tokio::join!(insert(&engine, 1), orphan, refuses) });
    assert!((&mut all).now_or_never().is_none());
    drop(go_on);
    let error = first.await.unwrap().unwrap_err();
    assert_eq!(error.primary_code(), Some(ffi::SQLITE_CONSTRAINT));
    assert_eq!(all.await, (Err(error.clone()), Err(error.clone()), Err(error)));
    assert_eq!(number(&engine, "SELECT count(*) FROM t").await, 0);
    insert(&engine, 1).await.unwrap();
    assert_eq!(number(&engine, "SELECT count(*) FROM t").await, 1);
}

#[tokio::test]
async fn a_caller_that_goes_before_its_turn_changes_nothing() {
    let (_directory, engine) = on_a_file("CREATE TABLE t (x INTEGER)").await;
    let (go_on, first) = busy(&engine);
    let mut gone = Box::pin(insert(&engine, 1));
    assert!((&mut gone).now_or_never().is_none());
    drop(gone);
    drop(go_on);
    first.await.unwrap().unwrap();
    insert(&engine, 2).await.unwrap();
    assert_eq!(number(&engine, "SELECT sum(x) FROM t").await, 2);
}

#[tokio::test]
async fn a_caller_that_goes_in_the_middle_does_not_stop_its_work() {
    let (_directory, engine) = on_a_file("CREATE TABLE t (x INTEGER)").await;
    let (begun, has_begun) = mpsc::channel();
    let (go_on, wait) = mpsc::channel::<()>();
    let write = engine.write(move |connection| {
        begun.send(()).unwrap();
        let _ = wait.recv();
        Ok::<_, SqliteError>(statements::execute(connection, "INSERT INTO t VALUES (?)", [1])?)
    });
    let mut write = Box::pin(write);
    assert!((&mut write).now_or_never().is_none());
    has_begun.recv().unwrap();
    drop(write);
    drop(go_on);
    insert(&engine, 2).await.unwrap();
    assert_eq!(number(&engine, "SELECT sum(x) FROM t").await, 3);
}

#[tokio::test]
async fn a_read_does_not_wait_for_a_write_and_sees_the_last_commit() {
    let (_directory, engine) = on_a_file("CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1)").await;
    let (go_on, first) = busy(&engine);
    let mut second = Box::pin(insert(&engine, 2));
    assert!((&mut second).now_or_never().is_none());
    let count = "SELECT count(*) FROM t";
    let read = engine.read(|connection| connection.query_row(count, (), |row| row.get::<_, i64>(0)));
    assert_eq!(read.now_or_never(), Some(Ok(1)), "at once, on this thread");
    let scan = engine.scan(move |connection| connection.query_row(count, (), |row| row.get::<_, i64>(0)));
    assert_eq!(scan.await, Ok(1));
    drop(go_on);
    first.await.unwrap().unwrap();
    second.await.unwrap();
    assert_eq!(number(&engine, count).await, 2);
}

#[tokio::test]
async fn what_takes_long_leaves_the_thread_and_the_rest_does_not() {
    let (_directory, engine) = on_a_file("CREATE TABLE t (x INTEGER)").await;
    let here = std::thread::current().id();
    for is_long in [false, true] {
        let look = engine.read_or_scan(move |_| Ok(is_long), |_| Ok(std::thread::current().id()));
        assert_eq!(look.await.unwrap() != here, is_long);
    }
    let asking: Result<(), _> = engine
        .read_or_scan(
            |connection| connection.query_row("SELECT x FROM nowhere", (), |_| Ok(true)),
            |_| unreachable!(),
        )
        .await;
    asking.unwrap_err();
}

#[tokio::test]
async fn a_read_cannot_write() {
    let (_directory, engine) = on_a_file("CREATE TABLE t (x INTEGER)").await;
    let write = |connection: &Connection| connection.execute("INSERT INTO t VALUES (1)", ());
    for error in [engine.read(write).await.unwrap_err(), engine.scan(write).await.unwrap_err()] {
        assert_eq!(Fault::of(&error), Fault::Misconfigured(Mistake::ReadOnly));
    }
}

#[tokio::test]
async fn a_read_that_finds_the_database_locked_is_repeated() {
    let (_directory, engine) = on_a_file("CREATE TABLE t (x INTEGER)").await;
    let tries = AtomicU32::new(0);
    let read = engine.read(|_| match tries.fetch_add(1, Ordering::Relaxed) {
        0 => Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None)),
        other => Ok(other),
    });
    assert_eq!(read.await, Ok(1));
}

#[tokio::test]
async fn a_lock_of_another_process_is_waited_for_and_then_an_outage() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("test.db");
    let impatient = Settings { busy_timeout: Duration::ZERO, ..Settings::default() };
    let engine = open_with(&path, impatient).await.unwrap();
    engine.batch("CREATE TABLE t (x INTEGER)").await.unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = insert(&engine, 1).await.unwrap_err();
    assert_eq!((error.primary_code(), Fault::of(&error)), (Some(ffi::SQLITE_BUSY), Fault::Unreachable));
    assert_eq!(number(&engine, "SELECT count(*) FROM t").await, 0, "reading goes on");
    other.execute_batch("COMMIT").unwrap();
    insert(&engine, 1).await.unwrap();
}

#[tokio::test]
async fn reading_goes_on_while_more_writes_wait_for_a_lock_than_the_queue_holds() {
    const WRITES: usize = 300;
    let (_directory, engine) = on_a_file("CREATE TABLE t (x INTEGER)").await;
    let other = Connection::open(engine.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let limit = Arc::new(TimeLimit::new("database", Duration::from_mins(1), CallQueue::unlimited()));
    let begun = Arc::new(AtomicUsize::new(0));
    let mut writes = tokio::task::JoinSet::new();
    for _ in 0..WRITES {
        let (engine, limit, begun) = (engine.clone(), Arc::clone(&limit), Arc::clone(&begun));
        writes.spawn(async move {
            begun.fetch_add(1, Ordering::Relaxed);
            limit.around(Operation::request("write"), failed, insert(&engine, 1)).await
        });
    }
    // This runtime has one thread: a task that has begun has gone as far as it can.
    while begun.load(Ordering::Relaxed) < WRITES {
        tokio::task::yield_now().await;
    }
    let count = "SELECT count(*) FROM t";
    let read = engine.read(|connection| connection.query_row(count, (), |row| row.get::<_, i64>(0)));
    let read = limit.around(Operation::request("read"), failed, read);
    assert_eq!(read.now_or_never(), Some(Ok(0)));
    other.execute_batch("COMMIT").unwrap();
    assert!(writes.join_all().await.into_iter().all(|written| written == Ok(1)));
}

fn failed(cause: Cause) -> SqliteError {
    SqliteError::Usage(cause.to_string())
}

#[tokio::test]
async fn what_grows_with_the_database_is_written_in_batches() {
    let rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) \
                INSERT INTO t SELECT i FROM n";
    let (_directory, engine) = on_a_file(&format!("CREATE TABLE t (x INTEGER); {rows}")).await;
    let count = "SELECT count(*) FROM t";
    let delete = "DELETE FROM t WHERE rowid IN (SELECT rowid FROM t LIMIT ?)";
    let mut deletion = Box::pin(engine.execute_in_batches(delete, (BATCH,)));
    while number(&engine, count).await == 2000 {
        assert!((&mut deletion).now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    assert_eq!(number(&engine, count).await, 1000);
    insert(&engine, 0).await.unwrap();
    assert_eq!(deletion.await, Ok(2001), "what comes in between as well");
    assert_eq!(number(&engine, count).await, 0);
}

/// In a table that rejects negative numbers in the way a full disk does: SQLite rolls back by itself.
const ROLLS_BACK: &str = "\
CREATE TABLE t (x INTEGER);
CREATE TRIGGER full BEFORE INSERT ON t WHEN new.x < 0 BEGIN SELECT RAISE(ROLLBACK, 'full'); END;";

#[tokio::test]
async fn after_a_rollback_by_sqlite_itself_the_next_transaction_succeeds() {
    let directory = tempfile::tempdir().unwrap();
    let file = open_file(&directory.path().join("test.db")).await.unwrap();
    for engine in [open_memory().await.unwrap(), file] {
        engine.batch(ROLLS_BACK).await.unwrap();
        for x in 1..=20 {
            insert(&engine, -x).await.unwrap_err();
            insert(&engine, x).await.unwrap();
        }
        assert_eq!(number(&engine, "SELECT count(*) FROM t").await, 20, "{engine:?}");
    }
}

#[tokio::test]
async fn what_sqlite_rolls_back_is_acknowledged_to_none() {
    let (_directory, engine) = on_a_file(ROLLS_BACK).await;
    let (go_on, first) = busy(&engine);
    let mut all =
        Box::pin(async { tokio::join!(insert(&engine, 1), insert(&engine, -1), insert(&engine, 2)) });
    assert!((&mut all).now_or_never().is_none());
    drop(go_on);
    // The value that was rejected was not theirs.
    let rolled_back = SqliteError::RolledBack { cause: Fault::Unreachable };
    assert_eq!(first.await.unwrap(), Err(rolled_back.clone()));
    let (before, rejected, behind) = all.await;
    assert_eq!((before, behind), (Err(rolled_back), Ok(1)));
    assert_eq!(rejected.unwrap_err().to_string(), "full (code 1811)");
    assert_eq!(number(&engine, "SELECT sum(x) FROM t").await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_many_rollbacks_at_once_every_transaction_succeeds() {
    let (_directory, engine) = on_a_file(ROLLS_BACK).await;
    for (x, works) in [(-1, false), (1, true)] {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..40 {
            let engine = engine.clone();
            tasks.spawn(async move { insert(&engine, x).await });
        }
        for result in tasks.join_all().await {
            assert_eq!(result.is_ok(), works, "{result:?}");
        }
    }
}

/// The real thing: SQLite finds no room for another page.
#[tokio::test]
async fn after_a_full_disk_the_next_transaction_succeeds() {
    let (_directory, engine) = on_a_file("CREATE TABLE t (x INTEGER, filler BLOB)").await;
    let add = "INSERT INTO t VALUES (1, zeroblob(100000))";
    // A limit of the writer's connection.
    engine.batch("PRAGMA max_page_count = 5").await.unwrap();
    let (go_on, first) = busy(&engine);
    let small = engine.execute("INSERT INTO t VALUES (1, NULL)", ());
    let mut both = Box::pin(async { tokio::join!(small, engine.execute(add, ())) });
    assert!((&mut both).now_or_never().is_none());
    drop(go_on);
    let (small, large) = both.await;
    for error in [first.await.unwrap().unwrap_err(), small.unwrap_err(), large.unwrap_err()] {
        assert_eq!(Fault::of(&error), Fault::Full, "{error}");
    }
    engine.batch("PRAGMA max_page_count = 1000000").await.unwrap();
    assert_eq!(engine.execute(add, ()).await, Ok(1));
    assert_eq!(number(&engine, "SELECT count(*) FROM t").await, 1);
}
