//! Activity: changes times and nothing else.

use session_rows::{Row, Saved};

use crate::Rows;
use crate::support::{NOW, all_at_once, anonymous, at, create, find, key, owned, save};

pub async fn touch_never_rewrites_data_and_leaves_the_revision(rows: Rows) {
    let row = owned(1, "u-1");
    create(&rows, &row).await;
    create(&rows, &owned(2, "u-1")).await;
    save(&rows, &row.key, 1, b"newer").await;
    assert!(rows.touch(&row.key, at(60), at(1060), at(560), at(60)).await.unwrap());
    let mut expected = Row { row, revision: 2 };
    expected.row.data = b"newer".to_vec();
    (expected.row.last_activity, expected.row.expires_at, expected.row.live_until) =
        (at(60), at(1060), at(560));
    assert_eq!(find(&rows, &key(1)).await, Some(expected));
    assert_eq!(save(&rows, &key(1), 2, b"x").await, Saved::Written(3), "with the previous revision");
    assert_eq!(find(&rows, &key(2)).await, Some(Row { row: owned(2, "u-1"), revision: 1 }));
}

pub async fn touch_racing_a_save_keeps_both(rows: Rows) {
    for round in 0..50 {
        let row = anonymous(round);
        create(&rows, &row).await;
        let done = all_at_once([true, false], |touches| {
            let (rows, key) = (rows.clone(), row.key);
            async move {
                if touches {
                    rows.touch(&key, at(60), at(1060), at(560), at(60)).await.unwrap()
                } else {
                    save(&rows, &key, 1, b"saved").await == Saved::Written(2)
                }
            }
        })
        .await;
        assert_eq!(done, [true, true]);
        let kept = find(&rows, &row.key).await.unwrap();
        assert_eq!((kept.revision, &kept.row.data[..]), (2, &b"saved"[..]));
        assert_eq!((kept.row.last_activity, kept.row.expires_at), (at(60), at(1060)));
    }
}

pub async fn touch_never_moves_backwards(rows: Rows) {
    let row = anonymous(1);
    create(&rows, &row).await;
    let times = |row: Row| (row.row.last_activity, row.row.expires_at, row.row.live_until);
    assert!(rows.touch(&row.key, at(60), at(1060), at(560), NOW).await.unwrap());
    // A request that began earlier arrives later: it succeeds, but its times are ignored.
    assert!(rows.touch(&row.key, at(30), at(1030), at(530), NOW).await.unwrap());
    assert_eq!(times(find(&rows, &row.key).await.unwrap()), (at(60), at(1060), at(560)));
    // Each of the three separately.
    assert!(rows.touch(&row.key, at(90), at(1), at(1), NOW).await.unwrap());
    assert!(rows.touch(&row.key, at(1), at(1090), at(1), NOW).await.unwrap());
    assert!(rows.touch(&row.key, at(1), at(1), at(590), NOW).await.unwrap());
    assert_eq!(times(find(&rows, &row.key).await.unwrap()), (at(90), at(1090), at(590)));
}

pub async fn touch_of_a_vanished_row_is_false(rows: Rows) {
    let row = anonymous(1);
    assert!(!rows.touch(&row.key, at(1), at(1001), at(501), NOW).await.unwrap(), "never there");
    assert!(find(&rows, &row.key).await.is_none(), "and not created by it");
    create(&rows, &row).await;
    let late = row.expires_at;
    assert!(!rows.touch(&row.key, late, at(9000), at(9000), late).await.unwrap(), "expired");
    assert_eq!(find(&rows, &row.key).await, Some(Row { row: row.clone(), revision: 1 }));
    rows.delete(&row.key).await.unwrap();
    assert!(!rows.touch(&row.key, at(1), at(1001), at(501), NOW).await.unwrap(), "deleted");
}

pub async fn touch_cannot_revive_a_row_past_live_until(rows: Rows) {
    let row = owned(1, "u-1");
    create(&rows, &row).await;
    let late = row.live_until;
    assert!(!rows.touch(&row.key, late, at(9000), at(9000), late).await.unwrap());
    assert_eq!(rows.list("u-1", late, 10).await.unwrap().1, 0);
    assert_eq!(find(&rows, &row.key).await, Some(Row { row, revision: 1 }));
}

pub async fn touches_at_once_keep_the_latest(rows: Rows) {
    create(&rows, &anonymous(1)).await;
    let done = all_at_once(1..=20, |second| {
        let rows = rows.clone();
        async move { rows.touch(&key(1), at(second), at(1000 + second), at(500 + second), NOW).await.unwrap() }
    })
    .await;
    assert!(done.into_iter().all(|touched| touched));
    let row = find(&rows, &key(1)).await.unwrap().row;
    assert_eq!((row.last_activity, row.expires_at, row.live_until), (at(20), at(1020), at(520)));
}
