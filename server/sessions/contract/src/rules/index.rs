//! Sessions and the index of their owner must stay consistent: the four scenarios of [better-auth issue
//! 11073](https://github.com/better-auth/better-auth/issues/11073), "Secondary-storage sessions can remain
//! valid after revocation due to session-index and refresh races".
//!
//! There a session is a token record of its own, and one more record per user lists the tokens; it is read
//! and written back unconditionally. The rules are named after the scenarios in the reproduction.
//! Whatever the store, the promise is the same: what `load` accepts, `list` shows and `end_all` ends.

use session_rows::{Lookup, Replaced, RowKey, Saved, Stats};

use crate::support::{NOW, accepted, all_at_once, anonymous, at, create, find, key, listed, owned, save};
use crate::{Rows, Store};

/// Scenario `concurrent-login`: two sign-ins read the same list, and the second to write it drops the first
/// one's token. Three sessions authenticate, two are listed, and one survives "revoke other sessions".
pub async fn better_auth_11073_concurrent_login(rows: Rows) {
    for round in 0..20 {
        let (owner, number) = (format!("u-{round}"), |n: u32| round * 100 + n);
        create(&rows, &owned(number(0), &owner)).await;
        for n in 1..=4 {
            create(&rows, &anonymous(number(n + 50))).await;
        }
        // Half of the logins begin a session, half give an anonymous one an owner and a new key.
        all_at_once(1..=8, |n| {
            let (rows, new, old) = (rows.clone(), owned(number(n), &owner), key(number(n + 50)));
            async move {
                if n > 4 {
                    create(&rows, &new).await;
                } else {
                    let done = rows.replace(&old, 1, &new, at(60), NOW).await.unwrap();
                    assert_eq!(done, Replaced::Done);
                }
            }
        })
        .await;
        let issued: Vec<RowKey> = (0..=8).map(|n| key(number(n))).collect();
        assert_eq!(accepted(&rows, issued.clone()).await, issued);
        assert_eq!(listed(&rows, &owner).await, issued, "each session that authenticates is listed");
        assert_eq!(rows.end_all(&owner, Some(&issued[0])).await.unwrap(), 8);
        assert_eq!(accepted(&rows, issued.clone()).await, [issued[0]], "no other survives");
        assert_eq!(listed(&rows, &owner).await, [issued[0]]);
    }
}

/// Scenario `missing-index`: the list is gone but the token records remain; it shows nothing, both kinds of
/// bulk revocation report success, and every cookie keeps working.
///
/// A store with a separate index loses it here as if by an eviction ([`Store::lose_index`]). On every store
/// the index is exposed to whatever could remove its entries: lists requested later, neighbours that end or
/// expire, the clean-up, one session that outlives the others by far, revocations aborted halfway.
pub async fn better_auth_11073_missing_index(store: &Store) {
    let rows = &store.rows;
    // Once without any loss, for the stores that have nothing to lose.
    for (number, way) in (0..).step_by(10).zip([None].into_iter().chain((0..store.index_losses()).map(Some)))
    {
        let (owner, other) = (format!("lost {number}"), format!("other {number}"));
        let keys: Vec<RowKey> = (number..number + 4).map(key).collect();
        for number in number..number + 4 {
            create(rows, &owned(number, &owner)).await;
            create(rows, &owned(1000 + number, &other)).await;
        }
        if let Some(way) = way {
            store.lose_index(way, &owner).await;
        }
        let alive = accepted(rows, keys.clone()).await;
        assert_eq!(listed(rows, &owner).await, alive, "what authenticates is listed ({way:?})");
        rows.end_all(&owner, Some(&keys[0])).await.unwrap();
        assert_eq!(accepted(rows, keys[1..].to_vec()).await, [], "`end others` left some ({way:?})");
        rows.end_all(&owner, None).await.unwrap();
        assert_eq!(accepted(rows, keys).await, [], "`end all` left some ({way:?})");
        assert_eq!(listed(rows, &other).await.len(), 4, "and no other owner's was touched ({way:?})");
    }
    worn_index(rows).await;
}

/// Whatever else happens to an owner's index, its longest-lived session stays in it.
async fn worn_index(rows: &Rows) {
    let long = owned(200, "worn");
    let mut brief = owned(201, "worn");
    (brief.expires_at, brief.live_until) = (at(10), at(5));
    create(rows, &long).await;
    create(rows, &brief).await;
    assert!(rows.touch(&long.key, at(1), at(900_000), at(900_000), NOW).await.unwrap());
    // By then the rest has ended or expired, and a store that keeps an index may tidy it up.
    create(rows, &owned(202, "worn")).await;
    for later in [at(7), at(20), at(5000)] {
        rows.list("worn", later, 10).await.unwrap();
    }
    assert!(rows.end("worn", "handle-202").await.unwrap());
    rows.sweep(at(5000), 1000).await.unwrap();
    let mut keys = vec![long.key];
    for patience in 0..10 {
        let mut row = owned(210 + patience, "worn");
        (row.expires_at, row.live_until) = (at(900_000), at(900_000));
        create(rows, &row).await;
        keys.push(row.key);
        let ending = {
            let (rows, long) = (rows.clone(), long.key);
            tokio::spawn(async move { rows.end_all("worn", Some(&long)).await })
        };
        tokio::time::sleep(std::time::Duration::from_micros(u64::from(patience) * 50)).await;
        ending.abort();
    }
    // The excepted session survived. Each of the others is either gone or intact; an aborted revocation may
    // still be in progress, but this one comes after it.
    assert!(listed(rows, "worn").await.contains(&long.key));
    rows.end_all("worn", Some(&long.key)).await.unwrap();
    assert_eq!(accepted(rows, keys.clone()).await, [long.key]);
    assert_eq!(listed(rows, "worn").await, [long.key]);
    assert_eq!(rows.end_all("worn", None).await.unwrap(), 1);
    assert_eq!(accepted(rows, keys).await, []);
}

/// Scenario `refresh-after-revoke`: a refresh has read the session, the session is revoked, the refresh
/// writes back what it read, and the session authenticates again.
pub async fn better_auth_11073_refresh_after_revoke(rows: Rows) {
    // Every refresh after every revocation, and then both concurrently.
    for (number, (revocation, refresh)) in (0..).zip(pairs()) {
        create(&rows, &owned(number, "u-1")).await;
        let revision = find(&rows, &key(number)).await.unwrap().revision;
        revoke(&rows, number, revocation).await;
        assert!(!refresh_with(&rows, number, revision, refresh).await, "{refresh} after {revocation}");
        assert_gone(&rows, number, &format!("{refresh} after {revocation}")).await;
    }
    for round in 1..=5 {
        for (number, (revocation, refresh)) in (round * 1000..).zip(pairs()) {
            create(&rows, &owned(number, "u-1")).await;
            all_at_once([true, false], |revokes| {
                let rows = rows.clone();
                async move {
                    if revokes {
                        for _ in 0..round {
                            tokio::task::yield_now().await;
                        }
                        revoke(&rows, number, revocation).await;
                    } else {
                        refresh_with(&rows, number, 1, refresh).await;
                    }
                }
            })
            .await;
            // Of the revocations, only `end_all` and `end_everyone` reach a session that already has a new
            // key.
            if refresh == "replace" && matches!(revocation, "delete" | "end") {
                rows.end_all("u-1", None).await.unwrap();
            }
            assert_gone(&rows, number, &format!("{refresh} during {revocation}")).await;
        }
    }
}

fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    ["delete", "end", "end_all", "end_everyone"]
        .into_iter()
        .flat_map(|revocation| ["save", "touch", "replace"].map(|refresh| (revocation, refresh)))
}

async fn revoke(rows: &Rows, number: u32, way: &str) {
    match way {
        "delete" => _ = rows.delete(&key(number)).await.unwrap(),
        "end" => _ = rows.end("u-1", &format!("handle-{number}")).await.unwrap(),
        "end_all" => _ = rows.end_all("u-1", None).await.unwrap(),
        _ => _ = rows.end_everyone().await.unwrap(),
    }
}

/// Whether the refresh succeeded.
async fn refresh_with(rows: &Rows, number: u32, revision: i64, way: &str) -> bool {
    match way {
        "save" => matches!(save(rows, &key(number), revision, b"refreshed").await, Saved::Written(_)),
        "touch" => rows.touch(&key(number), at(1), at(2000), at(1500), NOW).await.unwrap(),
        _ => {
            let new = owned(number + 500, "u-1");
            rows.replace(&key(number), revision, &new, at(60), NOW).await.unwrap() == Replaced::Done
        }
    }
}

async fn assert_gone(rows: &Rows, number: u32, why: &str) {
    assert_eq!(accepted(rows, [key(number), key(number + 500)]).await, [], "{why}");
    assert_eq!(rows.list("u-1", NOW, 10).await.unwrap(), (vec![], 0), "{why}");
    assert_eq!(rows.stats(NOW).await.unwrap(), Stats::default(), "{why}");
    assert_eq!(rows.end_all("u-1", None).await.unwrap(), 0, "{why}");
}

/// Scenario `login-after-revoke-all`: a sign-in after "revoke all sessions" gets a session that authenticates
/// but is not listed, so no later revocation finds it.
pub async fn better_auth_11073_login_after_revoke_all(rows: Rows) {
    for round in 0..30 {
        let (before, during, after) = (round * 10, round * 10 + 1, round * 10 + 2);
        create(&rows, &owned(before, "u-1")).await;
        all_at_once([true, false], |ends| {
            let rows = rows.clone();
            async move {
                for _ in 0..if ends { round % 6 } else { 0 } {
                    tokio::task::yield_now().await;
                }
                if ends {
                    rows.end_all("u-1", None).await.unwrap();
                } else {
                    create(&rows, &owned(during, "u-1")).await;
                }
            }
        })
        .await;
        assert_eq!(rows.load(&key(before), NOW).await.unwrap(), Lookup::Missing);
        create(&rows, &owned(after, "u-1")).await;
        let issued = accepted(&rows, [during, after].map(key)).await;
        assert!(issued.contains(&key(after)));
        assert_eq!(listed(&rows, "u-1").await, issued, "what authenticates is listed");
        assert_eq!(rows.end_all("u-1", None).await.unwrap(), issued.len() as u64);
        assert_eq!(accepted(&rows, issued).await, [], "a later revocation finds it");
    }
}
