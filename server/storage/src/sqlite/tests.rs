use super::*;

fn url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

async fn pragma(pool: &SqlitePool, sql: &'static str) -> String {
    let value: String = sqlx::query_scalar(sql).fetch_one(pool).await.unwrap();
    value
}

#[tokio::test]
async fn missing_directories_and_the_file_are_made_for_the_owner_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("one/two/trainer.db");
    let pool = open(&url(&path)).await.unwrap();
    assert_eq!(pragma(&pool, "SELECT journal_mode FROM pragma_journal_mode").await, "wal");
    assert_eq!(pragma(&pool, "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys").await, "1");
    assert_eq!(pragma(&pool, "SELECT CAST(timeout AS TEXT) FROM pragma_busy_timeout").await, "5000");
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
    let pool = open("sqlite::memory:").await.unwrap();
    sqlx::query("CREATE TABLE t (x INTEGER)").execute(&pool).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for x in 0_i64..50 {
        let pool = pool.clone();
        tasks.spawn(async move {
            let write = async {
                let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
                sqlx::query("INSERT INTO t VALUES (?)").bind(x).execute(&mut *transaction).await.unwrap();
                transaction.commit().await.unwrap();
            };
            if x % 2 == 0 {
                write.await;
            } else {
                let _ = tokio::time::timeout(Duration::from_micros(x.unsigned_abs() * 20), write).await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let rows: i64 =
        sqlx::query_scalar("SELECT count(*) FROM t WHERE x % 2 = 0").fetch_one(&pool).await.unwrap();
    assert_eq!(rows, 25);
    assert_eq!(pool.size(), 1);
}

#[tokio::test]
async fn two_memory_databases_share_nothing() {
    let (one, two) = (open("sqlite::memory:").await.unwrap(), open("sqlite::memory:").await.unwrap());
    sqlx::query("CREATE TABLE t (x INTEGER)").execute(&one).await.unwrap();
    assert!(sqlx::query("SELECT * FROM t").fetch_all(&two).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_file_can_be_opened_by_many_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let url = url(&directory.path().join("trainer.db"));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let url = url.clone();
        tasks.spawn(async move { open(&url).await });
    }
    while let Some(pool) = tasks.join_next().await {
        pool.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_path_may_be_percent_encoded() {
    let directory = tempfile::tempdir().unwrap();
    open(&format!("{}/my%20data.db", url(directory.path()))).await.unwrap();
    assert!(directory.path().join("my data.db").is_file());
}

#[tokio::test]
async fn addresses_that_are_none_are_refused() {
    for bad in
        ["", "sqlite://", "sqlite:trainer.db", "trainer.db", "postgres://x/y", "sqlite://a.db?mode=rwc"]
    {
        let error = open(bad).await.unwrap_err();
        assert!(matches!(error, OpenError::Url { .. }), "{bad}: {error}");
    }
}

#[tokio::test]
async fn a_directory_in_place_of_the_file_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let error = open(&url(directory.path())).await.unwrap_err();
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
    let error = open(&url(&file.join("sub/trainer.db"))).await.unwrap_err();
    assert!(matches!(error, OpenError::Directory { .. }), "{error:?}");
    assert!(error.to_string().contains("file/sub"), "{error}");
}

#[tokio::test]
async fn another_kind_of_file_is_named_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    for text in ["dear diary".to_owned(), "dear diary ".repeat(1000)] {
        let path = directory.path().join("diary.txt");
        fs::write(&path, &text).unwrap();
        let error = open(&url(&path)).await.unwrap_err();
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
    let path = directory.path().join("trainer.db");
    open(&url(&path)).await.unwrap().close().await;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    if fs::OpenOptions::new().write(true).open(&path).is_ok() {
        // The superuser can write everything, so SQLite's own read-only mode is used instead.
        let options = SqliteConnectOptions::new().filename(&path).read_only(true);
        let mut connection = options.connect().await.unwrap();
        let error = sqlx::query("CREATE TABLE t (x)").execute(&mut connection).await.unwrap_err();
        assert!(matches!(OpenError::from_sqlx(&path, error), OpenError::ReadOnly { .. }));
        return;
    }
    let error = open(&url(&path)).await.unwrap_err();
    assert!(matches!(error, OpenError::ReadOnly { .. }), "{error:?}");
    assert!(error.to_string().contains("read-only"), "{error}");
}

/// All connections of the pool at once, because settings belong to a connection.
#[tokio::test]
async fn every_connection_synchronises_its_commits_with_the_disk_and_cuts_the_log_back() {
    const FULL: i64 = 2;
    let directory = tempfile::tempdir().unwrap();
    let pool = open(&url(&directory.path().join("trainer.db"))).await.unwrap();
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(pool.acquire().await.unwrap());
    }
    for connection in &mut connections {
        for (sql, expected) in [
            ("SELECT synchronous FROM pragma_synchronous", FULL),
            ("SELECT journal_size_limit FROM pragma_journal_size_limit", 64 * 1024 * 1024),
        ] {
            let value: i64 = sqlx::query_scalar(sql).fetch_one(&mut **connection).await.unwrap();
            assert_eq!(value, expected, "{sql}");
        }
    }
}

/// In a table that rejects negative numbers in the way a full disk does: SQLite rolls back by itself.
const ROLLS_BACK: &str = "\
CREATE TABLE t (x INTEGER);
CREATE TRIGGER full BEFORE INSERT ON t WHEN new.x < 0 BEGIN SELECT RAISE(ROLLBACK, 'full'); END;";

async fn insert(pool: &SqlitePool, x: i64) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("INSERT INTO t VALUES (?)").bind(x).execute(&mut *transaction).await?;
    transaction.commit().await
}

/// More often than there are connections: a single one of them would be found.
#[tokio::test]
async fn after_a_rollback_by_sqlite_itself_the_next_transaction_succeeds() {
    let directory = tempfile::tempdir().unwrap();
    for url in ["sqlite::memory:".to_owned(), url(&directory.path().join("trainer.db"))] {
        let pool = open(&url).await.unwrap();
        sqlx::raw_sql(ROLLS_BACK).execute(&pool).await.unwrap();
        for x in 1..=20 {
            insert(&pool, -x).await.unwrap_err();
            insert(&pool, x).await.unwrap();
        }
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM t").fetch_one(&pool).await.unwrap();
        assert_eq!(rows, 20, "{url}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_many_rollbacks_at_once_every_transaction_succeeds() {
    let directory = tempfile::tempdir().unwrap();
    let pool = open(&url(&directory.path().join("trainer.db"))).await.unwrap();
    sqlx::raw_sql(ROLLS_BACK).execute(&pool).await.unwrap();
    for (x, works) in [(-1, false), (1, true)] {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..40 {
            let pool = pool.clone();
            tasks.spawn(async move { insert(&pool, x).await });
        }
        for result in tasks.join_all().await {
            assert_eq!(result.is_ok(), works, "{result:?}");
        }
    }
}

/// The real thing: SQLite finds no room for another page.
#[tokio::test]
async fn after_a_full_disk_the_next_transaction_succeeds() {
    let directory = tempfile::tempdir().unwrap();
    let pool = open(&url(&directory.path().join("trainer.db"))).await.unwrap();
    sqlx::raw_sql("CREATE TABLE t (x INTEGER, filler BLOB)").execute(&pool).await.unwrap();
    let add = "INSERT INTO t VALUES (1, zeroblob(100000))";
    let mut connection = pool.acquire().await.unwrap();
    // A limit of this one connection.
    sqlx::raw_sql("PRAGMA max_page_count = 5").execute(&mut *connection).await.unwrap();
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let error = sqlx::raw_sql(add).execute(&mut *transaction).await.unwrap_err();
    assert_eq!(primary_code(&error), Some(13), "{error}");
    drop(transaction);
    drop(connection);
    for _ in 0..CONNECTIONS {
        let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
        sqlx::raw_sql(add).execute(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
    }
}
