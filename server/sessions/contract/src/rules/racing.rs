//! Concurrent operations.

use session_rows::{Created, Saved};

use crate::Rows;
use crate::support::{all_at_once, anonymous, create, find, key, owned, save};

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
