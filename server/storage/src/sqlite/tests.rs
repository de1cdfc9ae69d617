use std::fs;

use super::*;
use crate::fault::{Fault, Mistake};

#[cfg(target_os = "linux")]
mod io_error;
mod writing;

fn pragma(connection: &Connection, name: &str) -> String {
    let value = connection.query_row(&format!("PRAGMA {name}"), (), |row| row.get(0));
    match value.unwrap() {
        rusqlite::types::Value::Integer(value) => value.to_string(),
        rusqlite::types::Value::Text(value) => value,
        value => panic!("{name} is {value:?}"),
    }
}

/// The only number of a query.
async fn number(engine: &Engine, sql: &str) -> i64 {
    engine.read(|connection| connection.query_row(sql, (), |row| row.get(0))).await.unwrap()
}

#[tokio::test]
async fn missing_directories_and_the_file_are_made_for_the_owner_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("one/two/test.db");
    open_file(&path).await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(mode(&directory.path().join("one")), 0o700);
    }
}

#[tokio::test]
async fn memory_keeps_its_data_through_parallel_use_and_cancelled_calls() {
    let engine = open_memory().await.unwrap();
    engine.batch("CREATE TABLE t (x INTEGER)").await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for x in 0_i64..50 {
        let engine = engine.clone();
        tasks.spawn(async move {
            let write = engine.execute("INSERT INTO t VALUES (?)", [x]);
            if x % 2 == 0 {
                write.await.unwrap();
            } else {
                let _ = tokio::time::timeout(Duration::from_micros(x.unsigned_abs() * 20), write).await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    assert_eq!(number(&engine, "SELECT count(*) FROM t WHERE x % 2 = 0").await, 25);
}

#[tokio::test]
async fn two_memory_databases_share_nothing() {
    let (one, two) = (open_memory().await.unwrap(), open_memory().await.unwrap());
    one.batch("CREATE TABLE t (x INTEGER)").await.unwrap();
    two.batch("SELECT * FROM t").await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_file_can_be_opened_by_many_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("test.db");
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let path = path.clone();
        tasks.spawn(async move { open_file(&path).await });
    }
    while let Some(opened) = tasks.join_next().await {
        opened.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_directory_in_place_of_the_file_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let error = open_file(directory.path()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the database `{}` is a directory: name a file in it", directory.path().display())
    );
}

#[tokio::test]
async fn a_directory_that_cannot_be_made_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let error = open_file(&file.join("sub/test.db")).await.unwrap_err();
    assert!(matches!(error, OpenError::Directory { .. }), "{error:?}");
    assert!(error.to_string().contains("file/sub"), "{error}");
}

#[tokio::test]
async fn another_kind_of_file_is_named_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    for text in ["dear diary".to_owned(), "dear diary ".repeat(1000)] {
        let path = directory.path().join("diary.txt");
        fs::write(&path, &text).unwrap();
        let error = open_file(&path).await.unwrap_err();
        assert!(matches!(error, OpenError::NotADatabase { .. }), "{error:?}");
        assert!(error.to_string().contains("diary.txt"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_without_write_permission_is_called_read_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("test.db");
    drop(open_file(&path).await.unwrap());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    if fs::OpenOptions::new().write(true).open(&path).is_ok() {
        // The superuser can write everything, so SQLite's own read-only mode is used instead.
        let connection = open_to_look(&path).unwrap();
        let error = connection.execute_batch("CREATE TABLE t (x)").unwrap_err();
        assert!(matches!(OpenError::from_sqlite(&path, error.into()), OpenError::ReadOnly { .. }));
        return;
    }
    let error = open_file(&path).await.unwrap_err();
    assert!(matches!(error, OpenError::ReadOnly { .. }), "{error:?}");
    assert!(error.to_string().contains("read-only"), "{error}");
}

#[tokio::test]
async fn a_statement_is_prepared_once_whatever_its_limit_is() {
    let engine = open_memory().await.unwrap();
    engine.each_reader(|connection| {
        let mut statement = connection.prepare_cached("SELECT name FROM sqlite_schema LIMIT ?").unwrap();
        for limit in [1, 1, 2] {
            statement.query([limit]).unwrap().next().unwrap();
        }
        assert_eq!(statement.get_status(rusqlite::StatementStatus::RePrepare), 0);
    });
}

#[tokio::test]
async fn every_connection_has_its_settings() {
    const FULL: &str = "2";
    const MEMORY: &str = "2";
    let directory = tempfile::tempdir().unwrap();
    let engine = open_file(&directory.path().join("test.db")).await.unwrap();
    let common = [("journal_mode", "wal"), ("foreign_keys", "1"), ("journal_size_limit", "67108864")];
    let check = move |connection: &Connection, own: &[(&str, &str)]| {
        for (name, expected) in common.iter().chain(own) {
            assert_eq!(pragma(connection, name), *expected, "{name}");
        }
    };
    let own = [("synchronous", FULL), ("temp_store", MEMORY), ("busy_timeout", "5000"), ("query_only", "0")];
    engine
        .write(move |connection| {
            check(connection, &own);
            Ok::<_, SqliteError>(())
        })
        .await
        .unwrap();
    let mut readers = 0;
    engine.each_reader(|connection| {
        check(connection, &[("query_only", "1")]);
        readers += 1;
    });
    assert!(readers > engine::SCANNERS);
}

/// A shortage of descriptors has to stop the start, not the first requests.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn every_connection_has_opened_file_and_log_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let path = fs::canonicalize(directory.path()).unwrap().join("test.db");
    let engine = open_file(&path).await.unwrap();
    let mut connections = 1;
    engine.each_reader(|_| connections += 1);
    let opened = |name: &str| {
        let file = directory.path().join(name);
        let file = fs::canonicalize(file).unwrap();
        let descriptors = fs::read_dir("/proc/self/fd").unwrap().flatten();
        descriptors.filter(|entry| fs::read_link(entry.path()).is_ok_and(|target| target == file)).count()
    };
    assert_eq!((opened("test.db"), opened("test.db-wal")), (connections, connections));
    assert!(2 * connections < descriptors());
}

/// In memory, as on a file system without shared memory, SQLite keeps another mode and reports no error.
#[test]
fn a_database_without_a_log_is_refused() {
    let connection = Connection::open_in_memory().unwrap();
    let path = Path::new("test.db");
    let error = check_mode(path, use_log(&connection).unwrap()).unwrap_err();
    assert!(error.to_string().contains("stays in mode `memory`"), "{error}");
    assert_eq!(Fault::of(&error), Fault::Misconfigured(Mistake::ReadOnly));
    check_mode(path, "wal".to_owned()).unwrap();
}

#[tokio::test]
async fn the_last_handle_closes_the_files() {
    let directory = tempfile::tempdir().unwrap();
    let engine = open_file(&directory.path().join("test.db")).await.unwrap();
    engine.batch("CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1)").await.unwrap();
    assert_eq!(number(&engine, "SELECT count(*) FROM t").await, 1);
    let names = || -> Vec<_> {
        let entries = fs::read_dir(directory.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names().len(), 3, "{:?}", names());
    drop(engine);
    assert_eq!(names(), ["test.db"], "the log has been moved into the database");
}

#[tokio::test]
async fn a_look_creates_and_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a database?.db");
    let engine = open_file(&path).await.unwrap();
    engine.batch("CREATE TABLE t (x INTEGER)").await.unwrap();
    drop(engine);
    let connection = open_to_look(&path).unwrap();
    connection.query_row("SELECT count(*) FROM t", (), |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    drop(connection);
    assert!(matches!(open_to_look(&directory.path().join("none.db")), Err(OpenError::Failed { .. })));
}

/// After a crash the last commits are in the log alone.
#[tokio::test]
async fn a_look_at_what_a_crash_has_left_sees_the_log_and_leaves_it_there() {
    let (running, crashed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let engine = open_file(&running.path().join("test.db")).await.unwrap();
    engine.batch("CREATE TABLE t (x INTEGER)").await.unwrap();
    let names = ["test.db", "test.db-wal"];
    for name in names {
        fs::copy(running.path().join(name), crashed.path().join(name)).unwrap();
    }
    let contents = || names.map(|name| fs::read(crashed.path().join(name)).unwrap());
    let before = contents();
    let connection = open_to_look(&crashed.path().join("test.db")).unwrap();
    connection.query_row("SELECT count(*) FROM t", (), |row| row.get::<_, i64>(0)).unwrap();
    connection.execute_batch("DROP TABLE t").unwrap_err();
    drop(connection);
    assert!(before == contents(), "the next start recovers it");
}
