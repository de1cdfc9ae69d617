//! Expiry by Redis: happens by itself, and never before the caller's clock.

use session_rows::SessionRows;

use crate::redis::audit::audit;
use crate::redis::support::{NOW, Redis, anonymous, at, create, is_there, key, name, owned};

/// How long Redis waits after the expiry of a row, in seconds.
const MARGIN: i64 = 3600;

/// The remaining lifetime of a key in Redis, in seconds.
async fn ttl(redis: &Redis, key: &str) -> i64 {
    redis.run(&["TTL", key]).await
}

#[tokio::test]
async fn every_key_expires_an_hour_after_its_time() {
    let Some(redis) = Redis::fresh().await else { return };
    create(&redis.rows, &owned(1, "ann")).await;
    create(&redis.rows, &anonymous(2)).await;
    let near = |ttl: i64, expected: i64| (expected - 60..=expected).contains(&ttl);
    for key in
        [&name(1), "sess:owner-live:ann", "sess:owner-activity:ann", "sess:owner-handles:ann", "sess:expiry"]
    {
        assert!(near(ttl(&redis, key).await, 1000 + MARGIN), "{key}");
    }

    // Activity 400 s later prolongs the row, and the indexes with it.
    assert!(redis.rows.touch(&key(1), at(400), at(9000), at(900), at(400)).await.unwrap());
    for key in
        [&name(1), "sess:owner-live:ann", "sess:owner-activity:ann", "sess:owner-handles:ann", "sess:expiry"]
    {
        assert!(near(ttl(&redis, key).await, 8600 + MARGIN), "{key}");
    }
    // A shorter-lived session does not shorten anything.
    create(&redis.rows, &owned(3, "ann")).await;
    assert!(near(ttl(&redis, "sess:owner-live:ann").await, 8600 + MARGIN));

    // A tombstone expires after its minute, the new row has its own time.
    redis.rows.replace(&key(2), 1, &owned(4, "bob"), at(60), NOW).await.unwrap();
    assert!(near(ttl(&redis, &name(2)).await, 60 + MARGIN));
    assert!(near(ttl(&redis, &name(4)).await, 1000 + MARGIN));
    assert_eq!(audit(&redis).await.findings, [""; 0]);
}

#[tokio::test]
async fn a_row_that_is_past_its_time_already_is_kept_for_the_clean_up() {
    let Some(redis) = Redis::fresh().await else { return };
    let mut row = owned(1, "ann");
    row.expires_at = at(-100_000);
    create(&redis.rows, &row).await;
    assert!(ttl(&redis, &name(1)).await > MARGIN - 60);
    assert!(!is_there(&redis.rows, 1).await);
    assert_eq!(redis.rows.sweep(NOW, 10).await.unwrap(), 1);
}

/// The server was down for so long that Redis was first: the entries of such rows are removed by the next
/// clean-up.
#[tokio::test]
async fn rows_that_redis_expired_first_leave_nothing_behind() {
    let Some(redis) = Redis::fresh().await else { return };
    create(&redis.rows, &owned(1, "ann")).await;
    let mut longer = owned(2, "ann");
    (longer.expires_at, longer.live_until) = (at(90_000), at(90_000));
    create(&redis.rows, &longer).await;
    create(&redis.rows, &anonymous(3)).await;
    for gone in [1, 3] {
        assert!(redis.run::<bool>(&["PEXPIRE", &name(gone), "1"]).await);
    }
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;

    let later = at(50_000);
    assert_eq!(redis.rows.list("ann", later, 10).await.unwrap().1, 1);
    let stats = redis.rows.stats(later).await.unwrap();
    assert_eq!((stats.signed_in, stats.live), (1, 1));
    assert_eq!(redis.rows.sweep(later, 10).await.unwrap(), 1, "the list has cleaned up after the other one");
    assert_eq!(redis.rows.stats(later).await.unwrap().expired, 0);
    let left = audit(&redis).await;
    assert_eq!((left.sessions, left.findings), (1, vec![]));
}

/// The operation that ends sessions may be aborted before the rows are removed; they no longer count as
/// sessions, and the clean-up removes them.
#[tokio::test]
async fn a_sweep_finishes_what_an_interrupted_end_all_began() {
    let Some(redis) = Redis::fresh().await else { return };
    for number in 0..30 {
        create(&redis.rows, &owned(number, "ann")).await;
    }
    create(&redis.rows, &owned(100, "bob")).await;
    // What the first script does, more than a minute ago.
    redis.run::<()>(&["RENAME", "sess:owner-live:ann", "sess:ended:left"]).await;
    redis.run::<()>(&["DEL", "sess:owner-activity:ann", "sess:owner-handles:ann"]).await;
    let (seconds, _): (i64, i64) = redis.run(&["TIME"]).await;
    redis.run::<()>(&["ZADD", "sess:ended", &(seconds - 61).to_string(), "sess:ended:left"]).await;
    redis.run::<()>(&["EXPIRE", "sess:ended", "1000"]).await;

    assert!(!is_there(&redis.rows, 7).await);
    for expected in [20, 10, 0] {
        assert_eq!(redis.rows.sweep(NOW, 20).await.unwrap(), expected);
    }
    let left = audit(&redis).await;
    assert_eq!((left.sessions, left.findings), (1, vec![]));
    assert!(is_there(&redis.rows, 100).await);
}
