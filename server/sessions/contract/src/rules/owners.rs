//! All sessions of one owner.

use session_rows::{Lookup, Replaced, Stats};

use crate::Rows;
use crate::support::{NOW, all_at_once, anonymous, at, create, find, key, owned};

pub async fn end_only_by_its_owner(rows: Rows) {
    create(&rows, &owned(1, "mine")).await;
    create(&rows, &owned(2, "theirs")).await;
    create(&rows, &anonymous(3)).await;
    for (owner, handle) in
        [("mine", "handle-2"), ("mine", "handle-3"), ("mine", "unknown"), ("", "handle-3"), ("mine", "")]
    {
        assert!(!rows.end(owner, handle).await.unwrap(), "{owner} ended {handle}");
    }
    for number in 1..=3 {
        assert!(find(&rows, &key(number)).await.is_some());
    }
    assert!(rows.end("mine", "handle-1").await.unwrap());
    assert!(!rows.end("mine", "handle-1").await.unwrap(), "a second time");
    assert_eq!(rows.load(&key(1), NOW).await.unwrap(), Lookup::Missing);
    assert!(find(&rows, &key(2)).await.is_some());
}

pub async fn end_all_except_keeps_one(rows: Rows) {
    for number in 0..5 {
        create(&rows, &owned(number, "mine")).await;
    }
    create(&rows, &owned(10, "theirs")).await;
    create(&rows, &anonymous(11)).await;
    assert_eq!(rows.end_all("mine", Some(&key(3))).await.unwrap(), 4);
    let (listed, total) = rows.list("mine", NOW, 10).await.unwrap();
    assert_eq!((listed[0].row.key, total), (key(3), 1));
    assert_eq!(rows.end_all("mine", Some(&key(10))).await.unwrap(), 1, "another owner's key excepts nothing");
    assert_eq!(rows.end_all("mine", None).await.unwrap(), 0);
    assert_eq!(rows.end_all("nobody", None).await.unwrap(), 0);
    assert_eq!(rows.stats(NOW).await.unwrap(), Stats { signed_in: 1, live: 2, expired: 0 }, "the others'");
}

pub async fn end_all_racing_logins(rows: Rows) {
    for round in 0..10 {
        let number = |n: u32| round * 100 + n;
        for n in 0..10 {
            create(&rows, &anonymous(number(n))).await;
        }
        // Ten logins (each giving an anonymous session a new key) finish before it begins …
        for n in 0..10 {
            let new = owned(number(n + 20), "mine");
            let done = rows.replace(&key(number(n)), 1, &new, at(60), NOW).await.unwrap();
            assert_eq!(done, Replaced::Done);
        }
        // … and ten more run concurrently with it.
        let ended = all_at_once(0..=10, |n| {
            let (rows, new) = (rows.clone(), owned(number(n + 40), "mine"));
            async move {
                if n == 0 {
                    rows.end_all("mine", None).await.unwrap()
                } else {
                    create(&rows, &new).await;
                    0
                }
            }
        })
        .await[0];
        assert!((10..=20).contains(&ended), "{ended}");
        for n in 20..30 {
            assert_eq!(find(&rows, &key(number(n))).await, None, "a login that had finished");
        }
        let left = rows.list("mine", NOW, 100).await.unwrap().1;
        assert_eq!(ended + left, 20, "each login was ended or is live, none was lost");
        assert_eq!(rows.end_all("mine", None).await.unwrap(), left);
    }
}

/// A session that existed when `end_all` began must not live on under a new key: replace and `end_all` are
/// ordered one way or the other, and either way the new key is gone.
pub async fn end_all_leaves_no_successor(rows: Rows) {
    for round in 0..50 {
        let (old, new) = (owned(round * 2, "mine"), owned(round * 2 + 1, "mine"));
        create(&rows, &old).await;
        all_at_once([true, false], |ends| {
            let (rows, old, new) = (rows.clone(), old.key, new.clone());
            async move {
                if ends {
                    // A little later each time, so that it falls between the steps of a multi-step replace.
                    for _ in 0..round % 8 {
                        tokio::task::yield_now().await;
                    }
                    rows.end_all("mine", None).await.unwrap();
                } else {
                    rows.replace(&old, 1, &new, at(60), NOW).await.unwrap();
                }
            }
        })
        .await;
        assert_eq!(find(&rows, &old.key).await, None);
        assert_eq!(find(&rows, &new.key).await, None, "the session outlived end_all under a new key");
    }
}

pub async fn list_is_live_only_newest_first_with_total(rows: Rows) {
    for number in 0..6 {
        let mut row = owned(number, "mine");
        // Not in the order of insertion or of the keys: 3, 0, 4, 1, 5, 2 seconds ago.
        row.last_activity = at(-i64::from([3, 0, 4, 1, 5, 2][number as usize]));
        create(&rows, &row).await;
    }
    let mut expired = owned(10, "mine");
    (expired.expires_at, expired.live_until) = (NOW, NOW);
    let mut idle = owned(11, "mine");
    idle.live_until = NOW;
    for row in [expired, idle, owned(12, "theirs"), anonymous(13)] {
        create(&rows, &row).await;
    }
    let keys = |rows: Vec<session_rows::Row>| -> Vec<_> { rows.into_iter().map(|row| row.row.key).collect() };
    let (listed, total) = rows.list("mine", NOW, 10).await.unwrap();
    assert_eq!((keys(listed), total), ([1, 3, 5, 0, 2, 4].map(key).to_vec(), 6));
    let (listed, total) = rows.list("mine", NOW, 2).await.unwrap();
    assert_eq!((keys(listed), total), ([1, 3].map(key).to_vec(), 6), "the total ignores the limit");
    assert_eq!(rows.list("mine", NOW, 0).await.unwrap(), (vec![], 6));
    assert_eq!(rows.list("nobody", NOW, 10).await.unwrap(), (vec![], 0));
    // A touch moves a session to the front.
    assert!(rows.touch(&key(4), at(1), at(1001), at(501), NOW).await.unwrap());
    assert_eq!(keys(rows.list("mine", NOW, 1).await.unwrap().0), [key(4)]);
}

/// Owners are opaque: no case folding, patterns, trimming, or truncation at a NUL or a separator.
pub async fn owners_are_compared_exactly(rows: Rows) {
    let owners = ["a", "A", "a ", "ä", "a%", "a*", "a:b", "a'b", "a\"b", "$a", "{a}", "a\\b", "1", "01"];
    for (number, owner) in (0..).zip(owners) {
        create(&rows, &owned(number, owner)).await;
    }
    for (number, owner) in (0..).zip(owners) {
        let (listed, total) = rows.list(owner, NOW, 100).await.unwrap();
        assert_eq!((listed[0].row.key, total), (key(number), 1), "{owner:?}");
        assert_eq!(rows.end_all(owner, None).await.unwrap(), 1, "{owner:?}");
    }
    assert_eq!(rows.stats(NOW).await.unwrap(), Stats::default());
}

pub async fn end_everyone_ends_all_sessions(rows: Rows) {
    create(&rows, &owned(1, "a")).await;
    create(&rows, &owned(2, "b")).await;
    create(&rows, &anonymous(3)).await;
    assert_eq!(rows.end_everyone().await.unwrap(), 3);
    assert_eq!(rows.end_everyone().await.unwrap(), 0);
    assert_eq!(rows.stats(NOW).await.unwrap(), Stats::default());
    assert_eq!(rows.list("a", NOW, 10).await.unwrap(), (vec![], 0));
}
