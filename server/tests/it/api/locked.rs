//! A SQLite file whose write lock another process holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use session_rows::RowKey;
use storage::StoreUrl;

use crate::support::helpers::TestApp;
use crate::support::stack::not_here;

/// More than are accepted by the queue of writes.
const WRITES: usize = 300;

#[tokio::test]
async fn pages_are_read_while_writes_wait() {
    let app = TestApp::spawn().await;
    let Ok(StoreUrl::SqliteFile(path)) = StoreUrl::parse(&app.urls.sessions) else { return not_here() };
    let ann = app.registered("ann@example.com").await;
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = Arc::new(AtomicUsize::new(0));
    let mut writes = tokio::task::JoinSet::new();
    for _ in 0..WRITES {
        let (rows, begun) = (Arc::clone(&app.app.sessions.rows), Arc::clone(&begun));
        writes.spawn(async move {
            begun.fetch_add(1, Ordering::Relaxed);
            rows.delete(&RowKey([7; 32])).await
        });
    }
    // This runtime has one thread: a task that has begun has gone as far as it can.
    while begun.load(Ordering::Relaxed) < WRITES {
        tokio::task::yield_now().await;
    }
    assert_eq!(ann.get("/account").await.status, 200);
    other.execute_batch("ROLLBACK").unwrap();
    for deleted in writes.join_all().await {
        assert!(!deleted.unwrap(), "there was nothing to delete");
    }
}
