//! A new key for a session, and what remains under the old one.

use session_rows::{Created, Lifetime, Lookup, NewRow, Replaced, Row, RowKey, Saved, Stats};

use crate::Rows;
use crate::support::{NOW, all_at_once, anonymous, at, create, find, key, owned, save};

/// Replaces at [`NOW`]; the tombstone stays for a minute.
async fn replace(rows: &Rows, old: &RowKey, revision: i64, new: &NewRow) -> Replaced {
    rows.replace(old, revision, new, at(60), NOW).await.unwrap()
}

pub async fn replace_leaves_a_tombstone(rows: Rows) {
    create(&rows, &owned(1, "u-1")).await;
    let new = owned(2, "u-1");
    assert_eq!(replace(&rows, &key(1), 1, &new).await, Replaced::Done);

    assert_eq!(rows.load(&key(1), NOW).await.unwrap(), Lookup::Replaced);
    assert_eq!(find(&rows, &key(2)).await, Some(Row { row: new.clone(), revision: 1 }));
    let (listed, total) = rows.list("u-1", NOW, 10).await.unwrap();
    assert_eq!((listed, total), (vec![Row { row: new, revision: 1 }], 1));
    assert_eq!(rows.stats(NOW).await.unwrap(), Stats { signed_in: 1, live: 1, expired: 0 });
    assert!(!rows.end("u-1", "handle-1").await.unwrap(), "the old handle is invalid");
    assert_eq!(rows.end_all("u-1", None).await.unwrap(), 1, "the tombstone has no owner");
    assert_eq!(rows.load(&key(1), NOW).await.unwrap(), Lookup::Replaced);
}

pub async fn a_tombstone_ends_at_its_time(rows: Rows) {
    create(&rows, &anonymous(1)).await;
    replace(&rows, &key(1), 1, &anonymous(2)).await;
    let until = at(60);
    let last_moment = until - time::Duration::MILLISECOND;
    let both = [key(2), key(1)];
    let live = Lifetime::Until(anonymous(2).live_until);
    assert_eq!(rows.load(&key(1), last_moment).await.unwrap(), Lookup::Replaced);
    assert_eq!(rows.lifetimes(&both, last_moment).await.unwrap(), [live, Lifetime::Replaced]);
    assert_eq!(rows.load(&key(1), until).await.unwrap(), Lookup::Missing);
    assert_eq!(rows.lifetimes(&both, until).await.unwrap(), [live, Lifetime::Missing]);
    assert_eq!(rows.stats(until).await.unwrap(), Stats { signed_in: 0, live: 1, expired: 0 });
    assert_eq!(save(&rows, &key(1), 1, b"x").await, Saved::Gone);
}

pub async fn nothing_writes_to_a_tombstone(rows: Rows) {
    create(&rows, &owned(1, "u-1")).await;
    replace(&rows, &key(1), 1, &owned(2, "u-1")).await;
    for revision in [0, 1, 2] {
        assert_eq!(save(&rows, &key(1), revision, b"late").await, Saved::Gone);
        assert_eq!(replace(&rows, &key(1), revision, &owned(3, "u-1")).await, Replaced::Gone);
    }
    assert!(!rows.touch(&key(1), at(1), at(2000), at(600), NOW).await.unwrap());
    assert!(!rows.delete(&key(1)).await.unwrap());
    assert_eq!(rows.load(&key(1), NOW).await.unwrap(), Lookup::Replaced);
    assert_eq!(rows.load(&key(1), at(61)).await.unwrap(), Lookup::Missing, "the touch had no effect");
    assert_eq!(rows.load(&key(3), NOW).await.unwrap(), Lookup::Missing);
}

pub async fn nothing_is_created_over_a_tombstone(rows: Rows) {
    create(&rows, &owned(1, "u-1")).await;
    replace(&rows, &key(1), 1, &owned(2, "u-1")).await;
    assert_eq!(rows.create(&owned(1, "u-2")).await.unwrap(), Created::KeyExists);
    assert_eq!(rows.load(&key(1), NOW).await.unwrap(), Lookup::Replaced);
    assert_eq!(rows.list("u-2", NOW, 10).await.unwrap(), (vec![], 0));
}

pub async fn end_everyone_leaves_tombstones(rows: Rows) {
    create(&rows, &owned(1, "u-1")).await;
    replace(&rows, &key(1), 1, &owned(2, "u-1")).await;
    assert_eq!(rows.end_everyone().await.unwrap(), 1, "tombstones do not count");
    assert_eq!(rows.load(&key(1), NOW).await.unwrap(), Lookup::Replaced);
    assert_eq!(rows.load(&key(2), NOW).await.unwrap(), Lookup::Missing);
}

pub async fn replace_needs_the_loaded_revision(rows: Rows) {
    create(&rows, &anonymous(1)).await;
    save(&rows, &key(1), 1, b"newer").await;
    assert_eq!(replace(&rows, &key(1), 1, &owned(2, "u-1")).await, Replaced::Stale);
    assert_eq!(find(&rows, &key(1)).await.unwrap().row.data, b"newer");
    assert_eq!(rows.load(&key(2), NOW).await.unwrap(), Lookup::Missing);
    assert_eq!(replace(&rows, &key(1), 2, &owned(2, "u-1")).await, Replaced::Done);
}

pub async fn replace_refuses_expired_and_missing(rows: Rows) {
    let row = anonymous(1);
    create(&rows, &row).await;
    let late = rows.replace(&row.key, 1, &owned(2, "u-1"), at(2000), row.expires_at).await.unwrap();
    assert_eq!(late, Replaced::Gone);
    assert_eq!(replace(&rows, &key(9), 1, &owned(2, "u-1")).await, Replaced::Gone);
    assert_eq!(rows.load(&key(2), NOW).await.unwrap(), Lookup::Missing);
    assert_eq!(rows.load(&key(9), NOW).await.unwrap(), Lookup::Missing);
    // Works past `live_until`: a timed-out session continues as an anonymous one under a new key.
    let timed_out = rows.replace(&row.key, 1, &anonymous(2), at(700), row.live_until).await.unwrap();
    assert_eq!(timed_out, Replaced::Done);
}

pub async fn replace_writes_both_or_neither(rows: Rows) {
    let (old, taken) = (owned(1, "u-1"), owned(2, "u-2"));
    create(&rows, &old).await;
    create(&rows, &taken).await;
    let mut thief = owned(2, "u-1");
    thief.data = b"other".to_vec();
    assert_eq!(replace(&rows, &key(1), 1, &thief).await, Replaced::KeyExists);
    assert_eq!(find(&rows, &key(1)).await, Some(Row { row: old.clone(), revision: 1 }));
    assert_eq!(find(&rows, &key(2)).await, Some(Row { row: taken, revision: 1 }));
    assert_eq!(replace(&rows, &key(1), 1, &owned(1, "u-1")).await, Replaced::KeyExists, "by itself");
    assert_eq!(find(&rows, &key(1)).await, Some(Row { row: old, revision: 1 }));

    replace(&rows, &key(2), 1, &owned(3, "u-2")).await;
    assert_eq!(replace(&rows, &key(1), 1, &thief).await, Replaced::KeyExists, "over a tombstone");
    assert!(find(&rows, &key(1)).await.is_some());
}

pub async fn replace_is_atomic_and_wins_once(rows: Rows) {
    for round in 0..20 {
        let old = anonymous(round * 100);
        create(&rows, &old).await;
        let candidates: Vec<u32> = (1..=20).map(|number| round * 100 + number).collect();
        let outcomes = all_at_once(candidates.clone(), |number| {
            let (rows, old) = (rows.clone(), old.key);
            async move { replace(&rows, &old, 1, &owned(number, "u-1")).await }
        })
        .await;
        assert_eq!(rows.load(&old.key, NOW).await.unwrap(), Lookup::Replaced);
        let mut winners = 0;
        for (number, outcome) in candidates.into_iter().zip(outcomes) {
            let found = find(&rows, &key(number)).await.is_some();
            assert_eq!(found, outcome == Replaced::Done, "{outcome:?}");
            assert!(matches!(outcome, Replaced::Done | Replaced::Gone), "{outcome:?}");
            winners += u32::from(found);
        }
        assert_eq!(winners, 1);
    }
}

/// A login that took the data along races with an acknowledged save. If both succeeded, the save came first,
/// but then the login had not loaded the revision it names. So at most one of them wins.
pub async fn replaced_and_saved_at_once_keeps_every_acknowledged_save(rows: Rows) {
    for round in 0..50 {
        let old = anonymous(round * 2);
        create(&rows, &old).await;
        let outcomes = all_at_once([true, false], |saves| {
            let (rows, old) = (rows.clone(), old.key);
            async move {
                if saves {
                    save(&rows, &old, 1, b"saved").await == Saved::Written(2)
                } else {
                    replace(&rows, &old, 1, &anonymous(round * 2 + 1)).await == Replaced::Done
                }
            }
        })
        .await;
        assert!(outcomes[0] != outcomes[1], "saved and replaced: {outcomes:?}");
    }
}

/// When a browser disconnects, the server drops the request wherever it is. The store operation may still
/// happen, but completely or not at all, and the store must keep working.
pub async fn replace_given_up_halfway_writes_both_or_neither(rows: Rows) {
    for round in 0..60 {
        let (old, new) = (owned(round * 2, "u-1"), owned(round * 2 + 1, "u-1"));
        create(&rows, &old).await;
        let asked = {
            let (rows, old, new) = (rows.clone(), old.key, new.clone());
            tokio::spawn(async move { replace(&rows, &old, 1, &new).await })
        };
        tokio::time::sleep(std::time::Duration::from_micros(u64::from(round) * 20)).await;
        asked.abort();
        // The two reads are not atomic, and the store may still be busy: repeat until they agree.
        let mut looks = 0;
        loop {
            let before = rows.load(&old.key, NOW).await.unwrap();
            let after = rows.load(&new.key, NOW).await.unwrap();
            match (&before, &after) {
                (Lookup::Found(_), Lookup::Missing) | (Lookup::Replaced, Lookup::Found(_)) => break,
                _ => assert!(looks < 50, "half a replace: {before:?}, {after:?}"),
            }
            looks += 1;
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
}
