//! SQLite on a disk that is full for a moment, and a file that is replaced under the running server.

use std::sync::Arc;

use sessions::store::SqliteRows;
use storage::sqlite::Engine;
use storage::{DatabaseUrl, StoreUrl, sqlite};

use crate::support::helpers::{PASSWORD, Setup, TestApp};
use crate::support::stack::not_here;
use crate::support::watched::Watch;

/// Sessions and accounts of this application in one file. `None`, after saying so, if they are somewhere else.
async fn file_of(app: &TestApp) -> Option<Engine> {
    let Ok(StoreUrl::SqliteFile(path)) = StoreUrl::parse(&app.urls.sessions) else {
        not_here();
        return None;
    };
    Some(sqlite::open_file(&path).await.unwrap())
}

/// From now on SQLite rolls back every transaction by itself, as it may on a full disk. The error is not that of a full
/// disk, which only the server's own connection can be made to find
/// ([`a_disk_without_room_is_full_and_not_away`]).
async fn fill(file: &Engine) {
    for (name, event) in [
        ("new_session", "INSERT ON user_sessions"),
        ("changed_session", "UPDATE ON user_sessions"),
        ("new_attempt", "INSERT ON login_failures"),
    ] {
        let sql = format!(
            "CREATE TRIGGER {name} BEFORE {event} BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END"
        );
        file.batch(sql).await.unwrap();
    }
}

async fn make_room(file: &Engine) {
    let sql = "DROP TRIGGER new_session; DROP TRIGGER changed_session; DROP TRIGGER new_attempt";
    file.batch(sql).await.unwrap();
}

async fn statuses(app: &TestApp, logins: usize) -> Vec<u16> {
    let logins = (0..logins)
        .map(|_| async { app.browser().log_in("ann@example.com", PASSWORD).await.status.as_u16() });
    futures::future::join_all(logins).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn service_is_back_with_the_next_request_after_the_disk_is() {
    let app =
        Setup::default().var("LOGIN_LIMIT", "1000/1m").var("LOGIN_LIMIT_ADDRESS", "1000/1m").spawn().await;
    let Some(file) = file_of(&app).await else { return };
    app.registered("ann@example.com").await;
    assert_eq!(statuses(&app, 20).await, [303; 20]);
    fill(&file).await;
    let refused = statuses(&app, 40).await;
    assert!(refused.iter().all(|status| *status == 503), "{refused:?}");
    assert_eq!(app.browser().get("/readyz").await.status, 503);
    make_room(&file).await;
    assert_eq!(statuses(&app, 40).await, [303; 40]);
}

/// Every new session needs more pages than SQLite may use: `SQLITE_FULL`, by the writer that the server uses.
async fn use_up_pages(rows: &Engine) {
    let sql = "CREATE TABLE filler (x BLOB);
               CREATE TRIGGER large BEFORE INSERT ON user_sessions
               BEGIN INSERT INTO filler VALUES (zeroblob(1000000)); END;
               PRAGMA max_page_count = 1";
    // No smaller than the file is: there is no room from here on.
    rows.batch(sql).await.unwrap();
}

#[tokio::test]
async fn a_disk_without_room_is_full_and_not_away() {
    let directory = tempfile::tempdir().unwrap();
    let engine = sqlite::open_file(&directory.path().join("sessions.db")).await.unwrap();
    let rows = Arc::new(SqliteRows::open(engine.clone()).await.unwrap());
    let app = Setup::default().rows(rows).spawn().await;
    let ann = app.registered("ann@example.com").await;
    use_up_pages(&engine).await;
    assert!(statuses(&app, 5).await.iter().all(|status| *status == 503));
    let answer = app.browser().get("/readyz").await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (503, "the session store is full\n"));
    assert_eq!(ann.get("/account").await.status, 200, "reading goes on");
    engine.batch("PRAGMA max_page_count = 1000000; DROP TRIGGER large").await.unwrap();
    assert_eq!(statuses(&app, 5).await, [303; 5]);
}

#[tokio::test]
async fn ready_means_that_both_stores_can_be_written() {
    let (sessions, database) = (Watch::new(), Watch::new());
    let app = Setup::default().watched(&sessions).watched_database(&database).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let browser = app.browser();
    assert_eq!(browser.get("/readyz").await.status, 200);
    for (watch, operation, store) in
        [(&sessions, "create", "session store"), (&database, "reserve_attempt", "database")]
    {
        watch.fail_at(&[operation]);
        assert_eq!(app.browser().log_in("ann@example.com", PASSWORD).await.status, 503, "{store}");
        let answer = browser.get("/readyz").await;
        assert_eq!(answer.status, 503, "{store}");
        assert!(answer.body.contains(store), "{}", answer.body);
        assert!(!answer.header("retry-after").is_empty());
        assert_eq!(ann.get("/account").await.status, 200, "reading goes on");
        watch.fail_at(&[]);
        let begun = std::time::Instant::now();
        while app.browser().get("/readyz").await.status != 200 {
            assert!(begun.elapsed() < std::time::Duration::from_secs(5), "{store}");
            tokio::task::yield_now().await;
        }
    }
}

/// Asking costs the stores nothing that a stranger could multiply.
#[tokio::test]
async fn asking_often_writes_seldom_and_leaves_nothing_behind() {
    let sessions = Watch::new();
    let app = Setup::default().watched(&sessions).spawn().await;
    let before = app.stats().await;
    sessions.take();
    for _ in 0..50 {
        assert_eq!(app.browser().get("/readyz").await.status, 200);
    }
    assert!(sessions.take().get("create").copied().unwrap_or_default() <= 2);
    assert_eq!(app.stats().await, before);
}

/// Open connections would go on writing to a file that has no name any more.
#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_replaced_is_not_written_and_readyz_says_so() {
    let app = TestApp::spawn().await;
    let Some(file) = file_of(&app).await else { return };
    let ann = app.registered("ann@example.com").await;
    assert_eq!(app.browser().get("/readyz").await.status, 200);
    drop(file);
    let Ok(DatabaseUrl::SqliteFile(path)) = DatabaseUrl::parse(&app.urls.database) else { panic!() };
    let backup = path.with_extension("backup");
    std::fs::write(&backup, "").unwrap();
    let old = path.with_extension("old");
    std::fs::rename(&path, &old).unwrap();
    std::fs::rename(&backup, &path).unwrap();
    assert_eq!(ann.get("/account").await.status, 503);
    let answer = app.browser().get("/readyz").await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("until somebody changes something"), "{}", answer.body);
    // Putting it back is a change that mends it.
    std::fs::rename(&old, &path).unwrap();
    assert_eq!(ann.get("/account").await.status, 200);
}
