use super::*;
use crate::sqlite::{Engine, open_file};

/// A database with a table `t` of `rows` numbers.
async fn numbers(path: &Path, rows: u32) -> Engine {
    let engine = open_file(path).await.unwrap();
    engine.batch("CREATE TABLE t (x INTEGER)").await.unwrap();
    let sql = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ?) \
               INSERT INTO t SELECT x FROM n";
    engine.execute(sql, [rows]).await.unwrap();
    engine
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Writers insert pairs in one transaction. In every copy there are as many of the one as of the other, and all that was
/// answered before the copy began.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_one_moment_of_a_database_in_use() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("app.db");
    let engine = numbers(&path, 1000).await;
    engine.batch("CREATE TABLE u (x INTEGER)").await.unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let (told, answered) = tokio::sync::watch::channel(0_i64);
    let writing = tokio::spawn(async move {
        let mut pairs = 0;
        while !*stopped.borrow() {
            let pair = "INSERT INTO t VALUES (0); INSERT INTO u VALUES (0)";
            engine.batch(pair).await.unwrap();
            pairs += 1;
            told.send_replace(pairs);
        }
        pairs
    });
    for number in 0..5 {
        let before = *answered.borrow();
        let copy = directory.path().join(format!("copy-{number}.db"));
        let from = path.clone();
        let to = copy.clone();
        tokio::task::spawn_blocking(move || back_up(&from, &to)).await.unwrap().unwrap();
        let look = open_to_look(&copy).unwrap();
        let count = |sql: &str| look.query_row(sql, (), |row| row.get::<_, i64>(0)).unwrap();
        let pairs = count("SELECT count(*) FROM u");
        assert_eq!(count("SELECT count(*) FROM t"), 1000 + pairs);
        assert!(pairs >= before, "{pairs} of {before}");
    }
    stop.send_replace(true);
    assert!(writing.await.unwrap() > 0);
    let [copies, own] = [".partial", "copy-"]
        .map(|part| names(directory.path()).iter().filter(|name| name.contains(part)).count());
    assert_eq!((copies, own), (0, 5), "no log of a copy, no part of one");
}

#[tokio::test]
async fn what_exists_is_not_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("app.db");
    drop(numbers(&path, 1).await);
    let copy = directory.path().join("copy.db");
    fs::write(&copy, "precious").unwrap();
    assert!(matches!(back_up(&path, &copy), Err(BackupError::Exists { .. })));
    assert!(matches!(back_up(&path, &path), Err(BackupError::Exists { .. })));
    assert_eq!(fs::read_to_string(&copy).unwrap(), "precious");
    fs::remove_file(&copy).unwrap();

    let partial = directory.path().join("copy.db.partial");
    fs::write(&partial, "of another").unwrap();
    assert!(matches!(back_up(&path, &copy), Err(BackupError::Unfinished { .. })));
    assert_eq!(fs::read_to_string(&partial).unwrap(), "of another");
}

#[tokio::test]
async fn a_failure_leaves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("app.db");
    let copy = directory.path().join("copy.db");
    assert!(matches!(back_up(&path, &copy), Err(BackupError::Copy { .. })), "there is none");
    fs::write(&path, "a diary, not a database of SQLite").unwrap();
    assert!(matches!(back_up(&path, &copy), Err(BackupError::Copy { .. })));
    assert!(matches!(
        back_up(&path, &directory.path().join("missing/copy.db")),
        Err(BackupError::Write { .. })
    ));
    assert_eq!(names(directory.path()), ["app.db"]);
}

#[tokio::test]
async fn a_damaged_database_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("app.db");
    drop(numbers(&path, 50_000).await);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xff);
    fs::write(&path, bytes).unwrap();
    let copy = directory.path().join("copy.db");
    back_up(&path, &copy).unwrap_err();
    assert_eq!(names(directory.path()), ["app.db"]);
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("app.db");
    let engine = numbers(&path, 1).await;
    let copy = directory.path().join("copy.db");
    let size = back_up(&path, &copy).unwrap();
    let metadata = fs::metadata(&copy).unwrap();
    assert_eq!((metadata.permissions().mode() & 0o777, metadata.len()), (0o600, size));
    drop(engine);
}
