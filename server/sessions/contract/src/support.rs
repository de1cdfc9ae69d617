//! Rows to write, and short names for what the rules use most.

use session_rows::{Created, Lookup, NewRow, Row, RowKey, Saved};
use time::{Duration, OffsetDateTime};

use crate::Rows;

/// The time at which every rule begins.
pub const NOW: OffsetDateTime = time::macros::datetime!(2030-05-06 07:08:09.123 UTC);

/// This many seconds after [`NOW`] (or before, if negative).
pub fn at(seconds: i64) -> OffsetDateTime {
    NOW + Duration::seconds(seconds)
}

/// A key made from a number.
pub fn key(number: u32) -> RowKey {
    let mut key = [0xa5; 32];
    key[..4].copy_from_slice(&number.to_be_bytes());
    RowKey(key)
}

/// An anonymous session: expires after 1000 s, live for 500 s, handle `handle-<number>`.
pub fn anonymous(number: u32) -> NewRow {
    NewRow {
        key: key(number),
        handle: format!("handle-{number}"),
        owner: None,
        data: format!("data {number}").into_bytes(),
        created_at: NOW,
        last_activity: NOW,
        expires_at: at(1000),
        live_until: at(500),
    }
}

/// The same, signed in.
pub fn owned(number: u32, owner: &str) -> NewRow {
    NewRow { owner: Some(owner.to_owned()), ..anonymous(number) }
}

/// Writes a new row, which must succeed.
pub async fn create(rows: &Rows, row: &NewRow) {
    assert_eq!(rows.create(row).await.unwrap(), Created::Inserted, "{:?}", row.key);
}

/// The session under a key at [`NOW`], if there is one.
pub async fn find(rows: &Rows, key: &RowKey) -> Option<Row> {
    match rows.load(key, NOW).await.unwrap() {
        Lookup::Found(row) => Some(*row),
        Lookup::Replaced | Lookup::Missing => None,
    }
}

/// Saves at [`NOW`].
pub async fn save(rows: &Rows, key: &RowKey, revision: i64, data: &[u8]) -> Saved {
    rows.save(key, revision, data, NOW).await.unwrap()
}

/// The listed sessions of an owner at [`NOW`], in the order of their keys, which says nothing about unlisted
/// ones.
pub async fn listed(rows: &Rows, owner: &str) -> Vec<RowKey> {
    let (listed, total) = rows.list(owner, NOW, 1000).await.unwrap();
    assert_eq!(listed.len() as u64, total);
    let mut keys: Vec<RowKey> = listed.into_iter().map(|row| row.row.key).collect();
    keys.sort_unstable();
    keys
}

/// The keys that lead to a session at [`NOW`], as for a request with that cookie.
pub async fn accepted(rows: &Rows, keys: impl IntoIterator<Item = RowKey>) -> Vec<RowKey> {
    let mut accepted = vec![];
    for key in keys {
        if find(rows, &key).await.is_some() {
            accepted.push(key);
        }
    }
    accepted.sort_unstable();
    accepted
}

/// Runs a task per item, all released at the same moment, and returns their results in order.
pub async fn all_at_once<I, T, F>(items: impl IntoIterator<Item = I>, task: impl Fn(I) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let futures: Vec<F> = items.into_iter().map(task).collect();
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(futures.len()));
    let tasks: Vec<_> = futures
        .into_iter()
        .map(|future| {
            let barrier = barrier.clone();
            tokio::spawn(async move {
                barrier.wait().await;
                future.await
            })
        })
        .collect();
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        // With the original panic message rather than "a task panicked".
        results.push(task.await.unwrap_or_else(|failure| std::panic::resume_unwind(failure.into_panic())));
    }
    results
}
