//! The life of one session.

use session_rows::{Created, Lifetime, Lookup, NewRow, Replaced, Row, RowKey, Saved, Stats};

use crate::Rows;
use crate::support::{NOW, anonymous, at, create, find, key, owned, save};

/// Django: `test_session_load_does_not_create_record`.
pub async fn load_creates_nothing(rows: Rows) {
    for number in 0..100 {
        assert_eq!(rows.load(&key(number), NOW).await.unwrap(), Lookup::Missing);
    }
    assert_eq!(rows.stats(NOW).await.unwrap(), Stats::default());
    for number in 0..100 {
        create(&rows, &anonymous(number)).await;
    }
}

pub async fn what_is_created_is_loaded(rows: Rows) {
    let every_byte: Vec<u8> = (0..=255).collect();
    for (number, owner, data) in [
        (1, None, vec![]),
        (2, Some("u-1".to_owned()), every_byte),
        (3, Some("ü 'x'".to_owned()), vec![0; 100_000]),
    ] {
        let mut row = anonymous(number);
        (row.owner, row.data, row.created_at) = (owner, data, at(-5));
        create(&rows, &row).await;
        assert_eq!(find(&rows, &row.key).await, Some(Row { row, revision: 1 }));
    }
}

pub async fn create_never_overwrites(rows: Rows) {
    let first = owned(1, "first");
    create(&rows, &first).await;
    let mut second = owned(1, "second");
    (second.data, second.handle) = (b"other".to_vec(), "other".into());
    assert_eq!(rows.create(&second).await.unwrap(), Created::KeyExists);
    assert_eq!(find(&rows, &key(1)).await, Some(Row { row: first, revision: 1 }));

    let mut expired = owned(2, "first");
    expired.expires_at = at(-1);
    create(&rows, &expired).await;
    assert_eq!(rows.create(&owned(2, "second")).await.unwrap(), Created::KeyExists, "over an expired row");
    assert_eq!(find(&rows, &key(2)).await, None);
}

/// Django: `test_session_save_does_not_resurrect_session_logged_out_in_other_context`.
pub async fn save_does_not_resurrect_a_deleted_session(rows: Rows) {
    // Every way of ending a session, while a request that has loaded it is in progress.
    for (number, way) in ["delete", "end", "end_all", "end_everyone"].into_iter().enumerate() {
        let row = owned(u32::try_from(number).unwrap(), "u-1");
        create(&rows, &row).await;
        let loaded = find(&rows, &row.key).await.unwrap();
        match way {
            "delete" => assert!(rows.delete(&row.key).await.unwrap()),
            "end" => assert!(rows.end("u-1", &row.handle).await.unwrap()),
            "end_all" => assert_eq!(rows.end_all("u-1", None).await.unwrap(), 1),
            _ => assert_eq!(rows.end_everyone().await.unwrap(), 1),
        }
        assert_eq!(save(&rows, &row.key, loaded.revision, b"late").await, Saved::Gone, "after {way}");
        assert_eq!(find(&rows, &row.key).await, None, "after {way}");
        assert_eq!(rows.list("u-1", NOW, 10).await.unwrap().1, 0, "after {way}");
        assert_eq!(rows.stats(NOW).await.unwrap(), Stats::default(), "after {way}");
    }
}

pub async fn save_needs_the_loaded_revision(rows: Rows) {
    create(&rows, &anonymous(1)).await;
    assert_eq!(save(&rows, &key(1), 1, b"one").await, Saved::Written(2));
    for stale in [1, 0, 3, -1, i64::MAX] {
        assert_eq!(save(&rows, &key(1), stale, b"stale").await, Saved::Stale, "revision {stale}");
    }
    let row = find(&rows, &key(1)).await.unwrap();
    assert_eq!((row.revision, &row.row.data[..]), (2, &b"one"[..]));
    assert_eq!(save(&rows, &key(1), 2, b"two").await, Saved::Written(3));
    assert_eq!(find(&rows, &key(1)).await.unwrap().row.data, b"two");
}

pub async fn save_writes_the_data_and_nothing_else(rows: Rows) {
    let (row, other) = (owned(1, "u-1"), owned(2, "u-1"));
    create(&rows, &row).await;
    create(&rows, &other).await;
    assert_eq!(rows.save(&row.key, 1, b"new", at(10)).await.unwrap(), Saved::Written(2));
    let mut expected = Row { row, revision: 2 };
    expected.row.data = b"new".to_vec();
    assert_eq!(find(&rows, &key(1)).await, Some(expected));
    assert_eq!(find(&rows, &key(2)).await, Some(Row { row: other, revision: 1 }));
}

pub async fn save_refuses_expired(rows: Rows) {
    let row = anonymous(1);
    create(&rows, &row).await;
    for late in [row.expires_at, at(2000)] {
        assert_eq!(rows.save(&row.key, 1, b"late", late).await.unwrap(), Saved::Gone);
    }
    let kept = find(&rows, &row.key).await.unwrap();
    assert_eq!((kept.revision, kept.row.data), (1, row.data));
    // Past `live_until` the session layer can still write why the session ended.
    assert_eq!(rows.save(&row.key, 1, b"why", row.live_until).await.unwrap(), Saved::Written(2));
}

pub async fn expired_but_not_swept_is_refused(rows: Rows) {
    let row = owned(1, "u-1");
    create(&rows, &row).await;
    let last_moment = row.expires_at - time::Duration::MILLISECOND;
    assert!(matches!(rows.load(&row.key, last_moment).await.unwrap(), Lookup::Found(_)));
    assert_eq!(rows.load(&row.key, row.expires_at).await.unwrap(), Lookup::Missing);
    assert_eq!(rows.load(&row.key, at(5000)).await.unwrap(), Lookup::Missing);
    assert_eq!(rows.stats(row.expires_at).await.unwrap(), Stats { expired: 1, ..Stats::default() });
}

/// For one moment after the other in the lives of many sessions, asked about in no order, some twice and some that
/// never were.
pub async fn lifetimes_are_what_load_says(rows: Rows) {
    let mut keys: Vec<RowKey> = (0..300).rev().map(key).collect();
    keys.push(key(7));
    for number in (0..300).step_by(2) {
        let owner = (number % 4 == 0).then(|| format!("u-{}", number % 12));
        let (expires_at, live_until) =
            if number % 10 == 0 { (at(100), at(900)) } else { (at(1000), at(500)) };
        create(&rows, &NewRow { owner, expires_at, live_until, ..anonymous(number) }).await;
    }
    assert_eq!(rows.lifetimes(&[], NOW).await.unwrap(), []);
    assert_eq!(
        rows.lifetimes(&[key(10), key(4)], NOW).await.unwrap(),
        [at(100), at(500)].map(Lifetime::Until)
    );
    for number in [4, 6, 10] {
        assert!(rows.delete(&key(number)).await.unwrap());
    }
    assert_eq!(rows.end_all("u-8", None).await.unwrap(), 25);
    let late = at(100) - time::Duration::MILLISECOND;
    for now in [NOW, late, at(100), at(600), at(1000)] {
        let mut loaded = Vec::new();
        for key in &keys {
            loaded.push(Lifetime::from(&rows.load(key, now).await.unwrap()));
        }
        assert_eq!(rows.lifetimes(&keys, now).await.unwrap(), loaded, "{now}");
    }
}

/// The two times usually come in a fixed order, but a store must not rely on it.
pub async fn a_row_past_its_end_is_not_live_whatever_live_until_says(rows: Rows) {
    let mut row = owned(1, "u-1");
    (row.expires_at, row.live_until) = (at(100), at(500));
    create(&rows, &row).await;
    assert!(!rows.touch(&row.key, at(100), at(9000), at(9000), at(100)).await.unwrap());
    assert_eq!(rows.list("u-1", at(100), 10).await.unwrap(), (vec![], 0));
    assert_eq!(rows.stats(at(100)).await.unwrap(), Stats { expired: 1, ..Stats::default() });
    assert_eq!(rows.sweep(at(100), 10).await.unwrap(), 1);
}

pub async fn delete_then_everything_is_missing(rows: Rows) {
    let row = owned(1, "u-1");
    create(&rows, &row).await;
    create(&rows, &owned(2, "u-2")).await;
    assert!(rows.delete(&row.key).await.unwrap());
    assert!(!rows.delete(&row.key).await.unwrap(), "a second time");
    assert_eq!(rows.load(&row.key, NOW).await.unwrap(), Lookup::Missing);
    assert_eq!(save(&rows, &row.key, 1, b"x").await, Saved::Gone);
    assert!(!rows.touch(&row.key, at(1), at(2000), at(600), NOW).await.unwrap());
    let replaced = rows.replace(&row.key, 1, &owned(3, "u-1"), at(60), NOW).await.unwrap();
    assert_eq!(replaced, Replaced::Gone);
    assert_eq!(rows.load(&key(3), NOW).await.unwrap(), Lookup::Missing);
    assert!(!rows.end("u-1", &row.handle).await.unwrap());
    assert_eq!(rows.end_all("u-1", None).await.unwrap(), 0);
    assert_eq!(rows.list("u-1", NOW, 10).await.unwrap(), (vec![], 0));
    assert_eq!(rows.stats(NOW).await.unwrap(), Stats { signed_in: 1, live: 1, expired: 0 }, "the other one");
}

pub async fn discard_needs_the_loaded_revision(rows: Rows) {
    let row = anonymous(1);
    create(&rows, &row).await;
    assert!(!rows.discard(&row.key, 2).await.unwrap(), "another revision");
    save(&rows, &row.key, 1, b"x").await;
    assert!(!rows.discard(&row.key, 1).await.unwrap(), "saved since");
    assert!(rows.discard(&row.key, 2).await.unwrap());
    assert!(!rows.discard(&row.key, 2).await.unwrap(), "a second time");
    assert_eq!(rows.load(&row.key, NOW).await.unwrap(), Lookup::Missing);

    create(&rows, &anonymous(2)).await;
    rows.replace(&key(2), 1, &anonymous(3), at(60), NOW).await.unwrap();
    assert!(!rows.discard(&key(2), 1).await.unwrap(), "a tombstone stays");
    assert_eq!(rows.load(&key(2), NOW).await.unwrap(), Lookup::Replaced);
}

pub async fn a_deleted_key_can_be_created_again(rows: Rows) {
    create(&rows, &anonymous(1)).await;
    save(&rows, &key(1), 1, b"x").await;
    rows.delete(&key(1)).await.unwrap();
    create(&rows, &anonymous(1)).await;
    assert_eq!(find(&rows, &key(1)).await, Some(Row { row: anonymous(1), revision: 1 }));
}

pub async fn it_answers_a_ping(rows: Rows) {
    rows.ping().await.unwrap();
    assert!(!rows.kind().is_empty());
}
