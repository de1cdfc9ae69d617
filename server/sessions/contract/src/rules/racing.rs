//! Concurrent operations.

use session_rows::{Created, RowKey, Saved};

use crate::Rows;
use crate::support::{NOW, all_at_once, anonymous, create, find, key, listed, owned, save};

/// No update is lost: a caller whose save is stale loads again.
pub async fn a_hundred_parallel_writes_lose_none(rows: Rows) {
    let mut row = anonymous(1);
    row.data = b"0".to_vec();
    create(&rows, &row).await;
    let written = all_at_once(0..100, |_| {
        let rows = rows.clone();
        async move {
            loop {
                let row = find(&rows, &key(1)).await.unwrap();
                // A request thinks before it writes; without a pause, a store that never waits sees no race.
                tokio::task::yield_now().await;
                let count: u32 = String::from_utf8(row.row.data).unwrap().parse().unwrap();
                match save(&rows, &key(1), row.revision, (count + 1).to_string().as_bytes()).await {
                    Saved::Written(revision) => break revision,
                    Saved::Stale => {}
                    Saved::Gone => panic!("it was never ended"),
                }
            }
        }
    })
    .await;
    let row = find(&rows, &key(1)).await.unwrap();
    assert_eq!((&row.row.data[..], row.revision), (&b"100"[..], 101));
    let mut revisions = written;
    revisions.sort_unstable();
    assert!(revisions.into_iter().eq(2..=101), "every revision was issued once");
}

pub async fn parallel_creates_of_a_key_insert_one(rows: Rows) {
    for round in 0..20 {
        let outcomes = all_at_once(0..10, |n| {
            let (rows, row) = (rows.clone(), owned(round, &format!("u-{n}")));
            async move { rows.create(&row).await.unwrap() }
        })
        .await;
        let winners: Vec<usize> = (0..10).filter(|n| outcomes[*n] == Created::Inserted).collect();
        let [winner] = winners[..] else { panic!("{outcomes:?}") };
        let owner = find(&rows, &key(round)).await.unwrap().row.owner;
        assert_eq!(owner, Some(format!("u-{winner}")));
    }
}

/// Rows and total tell of one moment: whatever begins and ends meanwhile, as many sessions are listed as there are said
/// to be, up to the limit, and none of those that stay is missing.
pub async fn lists_and_totals_agree_while_sessions_begin_and_end(rows: Rows) {
    const STAYING: u32 = 4;
    const WRITERS: u32 = 4;
    let staying: Vec<_> = (0..STAYING).map(key).collect();
    for number in 0..STAYING {
        create(&rows, &owned(number, "mine")).await;
    }
    all_at_once(0..2 * WRITERS, |task| {
        let (rows, staying) = (rows.clone(), staying.clone());
        async move {
            for turn in 0..50 {
                if task < WRITERS {
                    let number = 1000 * (task + 1) + turn;
                    create(&rows, &owned(number, "mine")).await;
                    tokio::task::yield_now().await;
                    assert!(rows.end("mine", &format!("handle-{number}")).await.unwrap());
                    continue;
                }
                let limit = [1000, 1, STAYING, STAYING + 2][turn as usize % 4];
                let (found, total) = rows.list("mine", NOW, limit).await.unwrap();
                assert_eq!(found.len() as u64, total.min(limit.into()), "of {total}, at most {limit}");
                assert!(total >= STAYING.into(), "{total}");
                let is_there = |key: &RowKey| found.iter().any(|row| row.row.key == *key);
                assert!(limit < 1000 || staying.iter().all(is_there), "{found:?}");
                tokio::task::yield_now().await;
            }
        }
    })
    .await;
    assert_eq!(listed(&rows, "mine").await, staying);
}
