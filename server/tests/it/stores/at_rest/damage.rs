//! Somebody has tampered with the store: what cannot be opened, or is in the wrong place, is rejected, and
//! kept.

use session_rows::{Row, Saved};
use sessions::seal::OVERHEAD;
use store_contract::Rows;

use super::{Browser, Instance, NEW, NOW};

/// Writes past the session layer, like an attacker with access to the store but not to the secret.
async fn tamper(rows: &Rows, row: &Row, data: &[u8]) {
    let saved = rows.save(&row.row.key, row.revision, data, NOW).await.unwrap();
    assert_eq!(saved, Saved::Written(row.revision + 1));
}

/// Damage must neither sign anyone in nor be "repaired" by overwriting data that might still be recovered.
pub(super) async fn data_that_does_not_open_is_refused_and_kept(rows: Rows) {
    let server = Instance::new(&rows, &[NEW]);
    let browser = Browser::signed_in(&server, 77).await;
    let good = browser.row(&rows).await.row.data;
    let flipped = |at: usize| {
        let mut data = good.clone();
        data[at] ^= 1;
        data
    };
    let damages = [
        ("nothing", vec![]),
        ("half of it", good[..good.len() / 2].to_vec()),
        ("without its tag", good[..good.len() - 16].to_vec()),
        ("zeros", vec![0; good.len()]),
        ("never sealed", b"{}".to_vec()),
        ("a megabyte of zeros", vec![0; 1_000_000]),
        ("one bit of the version", flipped(0)),
        ("one bit of the secret's id", flipped(1)),
        ("one bit of the nonce", flipped(9)),
        ("one bit of the text", flipped(OVERHEAD - 16)),
        ("one bit of the tag", flipped(good.len() - 1)),
        ("a byte more", [&good[..], &[0]].concat()),
    ];
    for (what, data) in damages {
        tamper(&rows, &browser.row(&rows).await, &data).await;
        let mut refused = browser.clone();
        assert_eq!(refused.read(&server).await, None, "{what}");
        assert_eq!(refused.cookie, None, "{what}");
        assert_eq!(browser.clone().save(&server, 1).await, 401, "{what}");
        assert_eq!(browser.row(&rows).await.row.data, data, "{what}: refused, not deleted");
    }
    tamper(&rows, &browser.row(&rows).await, &good).await;
    assert_eq!(browser.clone().read(&server).await, Some(77), "it opens after restoring a backup");
}

/// Sealed by this very server, but for another row.
pub(super) async fn rows_that_were_swapped_are_refused_and_kept(rows: Rows) {
    let server = Instance::new(&rows, &[NEW]);
    let (ann, bob) = (Browser::signed_in(&server, 1).await, Browser::signed_in(&server, 2).await);
    let (row_of_ann, row_of_bob) = (ann.row(&rows).await, bob.row(&rows).await);
    tamper(&rows, &row_of_ann, &row_of_bob.row.data).await;
    tamper(&rows, &row_of_bob, &row_of_ann.row.data).await;
    for browser in [&ann, &bob] {
        let mut refused = browser.clone();
        assert_eq!(refused.read(&server).await, None);
        assert_eq!(refused.cookie, None);
    }
    let (row_of_ann, row_of_bob) = (ann.row(&rows).await, bob.row(&rows).await);
    tamper(&rows, &row_of_ann, &row_of_bob.row.data).await;
    tamper(&rows, &row_of_bob, &row_of_ann.row.data).await;
    assert_eq!(ann.clone().read(&server).await, Some(1));
    assert_eq!(bob.clone().read(&server).await, Some(2));
}

/// Neither the session's content nor the id that would open it.
pub(super) async fn nothing_readable_is_stored(rows: Rows) {
    let browser = Browser::signed_in(&Instance::new(&rows, &[NEW]), 321).await;
    let row = browser.row(&rows).await.row;
    let cookie = browser.cookie.clone().unwrap();
    let id = cookie.split('.').nth(1).unwrap();
    let in_plain = ["192.0.2.7", "A browser", "password", "login", "a number", "321", id];
    for secret in in_plain.map(str::as_bytes) {
        let found = row.data.windows(secret.len()).any(|window| window == secret);
        assert!(!found, "{}", String::from_utf8_lossy(secret));
        let handle = row.handle.as_bytes();
        assert!(!handle.windows(secret.len()).any(|window| window == secret));
    }
}
