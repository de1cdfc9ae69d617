//! Removing what has expired, and counting what exists.

use session_rows::{Lookup, Stats};

use crate::Rows;
use crate::support::{NOW, all_at_once, anonymous, at, create, find, key, owned};

/// Sessions `from..from + count` that expired before [`NOW`], each a little earlier than the previous one.
async fn create_expired(rows: &Rows, from: u32, count: u32) {
    for number in from..from + count {
        let mut row = anonymous(number);
        row.expires_at = at(-i64::from(number - from));
        row.live_until = row.expires_at;
        create(rows, &row).await;
    }
}

pub async fn sweep_removes_only_expired_in_batches(rows: Rows) {
    create_expired(&rows, 0, 25).await;
    let mut idle = owned(100, "u-1");
    idle.live_until = at(-100);
    create(&rows, &idle).await;
    create(&rows, &owned(101, "u-1")).await;

    for expected in [10, 10, 5, 0] {
        assert_eq!(rows.sweep(NOW, 10).await.unwrap(), expected);
    }
    assert!(find(&rows, &idle.key).await.is_some(), "past live_until only: still needed to say why it ended");
    assert!(find(&rows, &key(101)).await.is_some());
    assert_eq!(rows.stats(NOW).await.unwrap(), Stats { signed_in: 1, live: 1, expired: 1 });
    // A touch saves a row from the clean-up.
    assert!(rows.touch(&key(101), at(1), at(3000), at(501), NOW).await.unwrap());
    assert_eq!(rows.sweep(at(2000), 10).await.unwrap(), 1);
    assert!(find(&rows, &key(101)).await.is_some());
    create_expired(&rows, 0, 1).await; // the key is free again
}

pub async fn sweep_removes_tombstones_after_their_time(rows: Rows) {
    create(&rows, &anonymous(1)).await;
    rows.replace(&key(1), 1, &anonymous(2), at(60), NOW).await.unwrap();
    assert_eq!(rows.sweep(at(59), 10).await.unwrap(), 0);
    assert_eq!(rows.load(&key(1), at(59)).await.unwrap(), Lookup::Replaced);
    assert_eq!(rows.sweep(at(60), 10).await.unwrap(), 1);
    assert_eq!(rows.load(&key(1), at(59)).await.unwrap(), Lookup::Missing);
    assert!(find(&rows, &key(2)).await.is_some());
    create(&rows, &anonymous(1)).await;
}

pub async fn two_sweepers_at_once(rows: Rows) {
    create_expired(&rows, 0, 300).await;
    for number in 1000..1050 {
        create(&rows, &owned(number, "u-1")).await;
    }
    let removed = all_at_once([(), ()], |()| {
        let rows = rows.clone();
        async move {
            let mut removed = 0;
            loop {
                match rows.sweep(NOW, 20).await.unwrap() {
                    0 => break removed,
                    some => removed += some,
                }
            }
        }
    })
    .await;
    assert_eq!(removed.iter().sum::<u64>(), 300, "each was counted once: {removed:?}");
    assert_eq!(rows.stats(NOW).await.unwrap(), Stats { signed_in: 50, live: 50, expired: 0 });
}

pub async fn stats_count(rows: Rows) {
    assert_eq!(rows.stats(NOW).await.unwrap(), Stats::default());
    for number in 0..3 {
        create(&rows, &owned(number, "u-1")).await;
    }
    for number in 10..12 {
        create(&rows, &anonymous(number)).await;
    }
    create_expired(&rows, 20, 4).await;
    let mut idle = owned(30, "u-2");
    idle.live_until = NOW;
    create(&rows, &idle).await;
    rows.replace(&key(10), 1, &owned(40, "u-3"), at(60), NOW).await.unwrap();
    assert_eq!(rows.stats(NOW).await.unwrap(), Stats { signed_in: 4, live: 5, expired: 5 });
    // All are idle; the tombstone, also long expired, does not count.
    assert_eq!(rows.stats(at(500)).await.unwrap(), Stats { signed_in: 0, live: 0, expired: 10 });
}
