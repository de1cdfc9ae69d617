//! Rows to write, and short names for what the rules say most often.

use server::session::rows::{Lookup, NewRow, Row, RowKey, Saved};
use time::{Duration, OffsetDateTime};

use crate::harness::Rows;

/// The time at which every rule begins.
pub(crate) const NOW: OffsetDateTime = time::macros::datetime!(2030-05-06 07:08:09.123 UTC);

/// So many seconds after [`NOW`] (or before).
pub(crate) fn at(seconds: i64) -> OffsetDateTime {
    NOW + Duration::seconds(seconds)
}

/// The key of a number.
pub(crate) fn key(number: u32) -> RowKey {
    let mut key = [0xa5; 32];
    key[..4].copy_from_slice(&number.to_be_bytes());
    RowKey(key)
}

/// An anonymous session: expires after 1000 s, live for 500 s, handle `handle-<number>`.
pub(crate) fn anonymous(number: u32) -> NewRow {
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
pub(crate) fn owned(number: u32, owner: &str) -> NewRow {
    NewRow { owner: Some(owner.to_owned()), ..anonymous(number) }
}

/// Writes a new row, which must succeed.
pub(crate) async fn create(rows: &Rows, row: &NewRow) {
    use server::session::rows::Created;
    assert_eq!(rows.create(row).await.unwrap(), Created::Inserted, "{:?}", row.key);
}

/// The session under a key at [`NOW`], if there is one.
pub(crate) async fn find(rows: &Rows, key: &RowKey) -> Option<Row> {
    match rows.load(key, NOW).await.unwrap() {
        Lookup::Found(row) => Some(*row),
        Lookup::Replaced | Lookup::Missing => None,
    }
}

/// Saves at [`NOW`].
pub(crate) async fn save(rows: &Rows, key: &RowKey, revision: i64, data: &[u8]) -> Saved {
    rows.save(key, revision, data, NOW).await.unwrap()
}

/// Runs a task per item, all released at the same moment, and hands back what they returned in order.
pub(crate) async fn all_at_once<I, T, F>(items: impl IntoIterator<Item = I>, task: impl Fn(I) -> F) -> Vec<T>
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
        results.push(task.await.unwrap());
    }
    results
}
