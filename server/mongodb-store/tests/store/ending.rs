//! Ending sessions that are changing their key at the moment.

use tower_sessions_mongodb_store::{Lookup, Replaced, Rows};

use crate::support::{NOW, Watched, anonymous, at, key, owned, two_clients};

async fn replace(rows: Rows, old: u8, new: u8) -> Replaced {
    rows.replace(&key(old), 1, &owned(new, "me"), at(60), NOW).await.unwrap()
}

async fn assert_gone(client: &Watched, keys: &[u8], when: &str) {
    for number in keys {
        assert_eq!(client.find(&key(*number)).await, None, "key {number}, {when}");
    }
    assert_eq!(client.rows.list("me", NOW, 10).await.unwrap().1, 0, "{when}");
    assert_eq!(client.in_state("pending").await, 0, "{when}");
}

/// The end comes between two statements of the replace.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_ended_during_a_replace_stays_ended() {
    let Some((client, other)) = two_clients().await else { return };
    let mut number = 0;
    for operation in ["end", "end_all", "end_everyone"] {
        for before in 0..3 {
            let (old, new, when) = (number, number + 1, format!("{operation} before command {before}"));
            number += 2;
            client.create(&owned(old, "me")).await;
            let stopped = client.stop_before(before, replace(client.rows.clone(), old, new)).await;
            match operation {
                "end" => assert!(other.rows.end("me", "handle").await.unwrap(), "{when}"),
                "end_all" => assert_eq!(other.rows.end_all("me", None).await.unwrap(), 1, "{when}"),
                _ => assert_eq!(other.rows.end_everyone().await.unwrap(), 1, "{when}"),
            }
            // Done if the replace came first (its commit is its second command), otherwise there was nothing to replace.
            let expected = if before == 2 { Replaced::Done } else { Replaced::Gone };
            assert_eq!(stopped.ok().unwrap().go_on().await, expected, "{when}");
            assert_gone(&other, &[old, new], &when).await;
        }
    }
}

/// The replace, and then a second one, come between two statements of the end.
#[tokio::test(flavor = "multi_thread")]
async fn no_session_outruns_its_end() {
    let Some((client, other)) = two_clients().await else { return };
    let mut stops = 0;
    for operation in ["end", "end_all", "end_everyone"] {
        for before in 0.. {
            let when = format!("{operation}, stopped before command {before}");
            client.create(&owned(1, "me")).await;
            // Committed but not active: the first statement of the end passes it over.
            let first = other.stop_before(2, replace(other.rows.clone(), 1, 2)).await.ok().unwrap();
            let rows = client.rows.clone();
            let ending = client.stop_before(before, async move {
                match operation {
                    "end" => u64::from(rows.end("me", "handle").await.unwrap()),
                    "end_all" => rows.end_all("me", None).await.unwrap(),
                    _ => rows.end_everyone().await.unwrap(),
                }
            });
            let ended = match ending.await {
                Ok(stopped) => {
                    stops += 1;
                    assert_eq!(first.go_on().await, Replaced::Done, "{when}");
                    // Done as long as the session lives.
                    let second = replace(other.rows.clone(), 2, 3).await;
                    assert!(matches!(second, Replaced::Done | Replaced::Gone), "{when}: {second:?}");
                    Some(stopped.go_on().await)
                }
                Err(ended) => {
                    assert_eq!(first.go_on().await, Replaced::Done, "{when}");
                    assert_eq!(ended, 1, "{when}");
                    None
                }
            };
            assert_gone(&other, &[1, 2, 3], &when).await;
            assert_eq!(ended.unwrap_or(1), 1, "{when}");
            while other.rows.sweep(at(60), 100).await.unwrap() > 0 {}
            if ended.is_none() {
                break;
            }
        }
    }
    assert!(stops >= 10, "only {stops} places to stop at");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_excepted_session_survives_whatever_led_to_it() {
    let Some((client, other)) = two_clients().await else { return };
    client.create(&owned(1, "me")).await;
    client.create(&owned(9, "me")).await;
    assert_eq!(replace(client.rows.clone(), 1, 2).await, Replaced::Done);
    assert_eq!(client.rows.end_all("me", Some(&key(2))).await.unwrap(), 1);
    assert!(client.find(&key(2)).await.is_some());
    // Replaced while the others are ended: it is ended as another row, or it lives on; never both keys.
    let (rows, except) = (client.rows.clone(), key(2));
    let stopped = client.stop_before(1, async move { rows.end_all("me", Some(&except)).await.unwrap() });
    let stopped = stopped.await.ok().unwrap();
    assert_eq!(replace(other.rows.clone(), 2, 3).await, Replaced::Done);
    stopped.go_on().await;
    assert_eq!(other.rows.load(&key(2), NOW).await.unwrap(), Lookup::Replaced);
    // And it is not condemned by what happened.
    if client.find(&key(3)).await.is_some() {
        assert_eq!(replace(other.rows.clone(), 3, 4).await, Replaced::Done);
        assert!(client.find(&key(4)).await.is_some());
    }
}

/// A login takes an anonymous session to an owner. What was not the owner's when the end began may live.
#[tokio::test(flavor = "multi_thread")]
async fn a_login_beside_an_end_is_not_half_lost() {
    let Some((client, other)) = two_clients().await else { return };
    for before in 0..3 {
        let (old, new) = (10 + 2 * before as u8, 11 + 2 * before as u8);
        client.create(&anonymous(old)).await;
        let login = client.stop_before(before, replace(client.rows.clone(), old, new)).await.ok().unwrap();
        let ended = other.rows.end_all("me", None).await.unwrap();
        assert_eq!(ended, u64::from(before == 2), "only a login that is committed is there to be ended");
        assert_eq!(login.go_on().await, Replaced::Done);
        assert_eq!(other.find(&key(new)).await.is_some(), ended == 0, "before command {before}");
        assert_eq!(other.rows.load(&key(old), NOW).await.unwrap(), Lookup::Replaced);
        other.rows.end_all("me", None).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_sessions_of_the_owner_are_pursued() {
    let Some((client, _)) = two_clients().await else { return };
    for number in [1, 2] {
        client.create(&owned(number, "me")).await;
    }
    // Signed out, and handed to somebody else: they have left the owner, and their tombstones with them.
    let gone_on = [anonymous(11), owned(12, "you")];
    for (old, new) in [1, 2].into_iter().zip(&gone_on) {
        let replaced = client.rows.replace(&key(old), 1, new, at(60), NOW).await.unwrap();
        assert_eq!(replaced, Replaced::Done);
    }
    assert_eq!(client.rows.end_all("me", None).await.unwrap(), 0);
    assert!(!client.rows.end("me", "handle").await.unwrap());
    for row in &gone_on {
        assert!(client.find(&row.key).await.is_some());
    }
    assert_eq!(client.rows.end_all("you", None).await.unwrap(), 1);
}
