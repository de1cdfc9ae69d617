//! Keys that Redis removes by itself: evicted, flushed. That may sign somebody out and must do nothing else.

use session_rows::{Lookup, SessionRows, Stats};

use crate::redis::audit::audit;
use crate::redis::support::{NOW, Redis, at, create, is_there, key, name, owned};

#[tokio::test]
async fn an_evicted_session_is_neither_listed_nor_counted_nor_ended() {
    let Some(redis) = Redis::fresh().await else { return };
    for number in 0..5 {
        create(&redis.rows, &owned(number, "ann")).await;
    }
    for gone in [1, 3] {
        redis.run::<()>(&["DEL", &name(gone)]).await;
        assert_eq!(redis.rows.load(&key(gone), NOW).await.unwrap(), Lookup::Missing);
    }
    assert!(!redis.rows.end("ann", "handle-1").await.unwrap());
    let (listed, total) = redis.rows.list("ann", NOW, 2).await.unwrap();
    assert_eq!(listed.iter().map(|row| row.row.key).collect::<Vec<_>>(), [key(0), key(2)]);
    assert_eq!(total, 3, "including those on the next page");
    // The list has cleaned up after them.
    assert_eq!(audit(&redis).await.findings, [""; 0]);
    assert_eq!(redis.rows.stats(NOW).await.unwrap(), Stats { signed_in: 3, live: 3, expired: 0 });

    redis.run::<()>(&["DEL", &name(2)]).await;
    assert_eq!(redis.rows.end_all("ann", None).await.unwrap(), 2, "without a list in between");
    assert_eq!(audit(&redis).await.findings, [""; 0]);
}

/// A session that no list shows and that logging out everywhere does not reach must not sign anybody in.
#[tokio::test]
async fn a_session_that_has_lost_an_index_is_signed_out() {
    for index in ["owner-live:ann", "owner-activity:ann", "owner-handles:ann", "signed-in"] {
        let Some(redis) = Redis::fresh().await else { return };
        for number in 0..3 {
            create(&redis.rows, &owned(number, "ann")).await;
        }
        redis.run::<()>(&["DEL", &format!("sess:{index}")]).await;
        create(&redis.rows, &owned(10, "ann")).await;

        for number in 0..3 {
            assert!(!is_there(&redis.rows, number).await, "{index}");
            assert!(!redis.rows.touch(&key(number), at(1), at(2000), at(600), NOW).await.unwrap(), "{index}");
            assert!(!redis.rows.end("ann", &format!("handle-{number}")).await.unwrap(), "{index}");
        }
        assert!(is_there(&redis.rows, 10).await, "a later login is complete: {index}");
        let (listed, total) = redis.rows.list("ann", NOW, 10).await.unwrap();
        assert_eq!((listed.len(), listed[0].row.key, total), (1, key(10), 1), "{index}");
        redis.rows.end_all("ann", None).await.unwrap();
        assert!(!is_there(&redis.rows, 10).await, "{index}");
        assert_eq!(redis.rows.list("ann", NOW, 10).await.unwrap(), (vec![], 0), "{index}");
        // Rows without an index are removed at the latest when they expire.
        while redis.rows.sweep(at(5000), 100).await.unwrap() > 0 {}
        assert_eq!(redis.rows.stats(NOW).await.unwrap(), Stats::default(), "{index}");
        let left = audit(&redis).await;
        assert_eq!((left.sessions, left.entries, left.findings), (0, 0, vec![]), "{index}");
    }
}

#[tokio::test]
async fn after_flushall_everything_is_missing_and_nothing_fails() {
    // A separate server, because this empties all databases.
    let Some(server) = crate::redis::support::own(&[]) else { return };
    let redis = Redis::at(server.url()).await;
    create(&redis.rows, &owned(1, "ann")).await;
    redis.run::<()>(&["FLUSHALL"]).await;
    assert_eq!(redis.rows.load(&key(1), NOW).await.unwrap(), Lookup::Missing);
    assert_eq!(redis.rows.list("ann", NOW, 10).await.unwrap(), (vec![], 0));
    assert_eq!(redis.rows.end_all("ann", None).await.unwrap(), 0);
    assert_eq!(redis.rows.end_everyone().await.unwrap(), 0);
    assert_eq!(redis.rows.sweep(at(5000), 10).await.unwrap(), 0);
    assert_eq!(redis.rows.stats(NOW).await.unwrap(), Stats::default());
    create(&redis.rows, &owned(1, "ann")).await;
    assert_eq!(redis.rows.list("ann", NOW, 10).await.unwrap().1, 1);
}

#[tokio::test]
async fn scripts_that_the_server_has_forgotten_are_sent_again() {
    let Some(server) = crate::redis::support::own(&[]) else { return };
    let redis = Redis::at(server.url()).await;
    for number in 0..3 {
        create(&redis.rows, &owned(number, "ann")).await;
        redis.run::<()>(&["SCRIPT", "FLUSH"]).await;
        assert!(is_there(&redis.rows, number).await);
        redis.run::<()>(&["SCRIPT", "FLUSH"]).await;
    }
    assert_eq!(redis.rows.end_all("ann", None).await.unwrap(), 3);
}
