//! One slot of a cluster: a hash tag in the prefix puts all keys there, and every script works.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use redis::Client;
use session_rows::{Lookup, Replaced, Saved, SessionRows, Stats};
use sessions::store::redis::RedisRows;
use test_servers::Server;

use crate::redis::support::{NOW, Redis, TIMEOUT, anonymous, at, create, is_there, key, own, owned};

const PREFIX: &str = "{sess}:";

/// A cluster of one node, which has all the slots.
async fn cluster() -> Option<(Server, Redis)> {
    // By default the nodes communicate ten thousand ports higher, which may not be a valid port.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let server = own(&["--cluster-enabled", "yes", "--cluster-port", &port])?;
    let redis = Redis::at(server.url()).await;
    redis.run::<()>(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]).await;
    // A primary that has just started serves nobody for two seconds.
    let begun = Instant::now();
    loop {
        let info: String = redis.run(&["CLUSTER", "INFO"]).await;
        if info.contains("cluster_state:ok") {
            return Some((server, redis));
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{info}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn with_a_hash_tag_in_the_prefix_everything_works_in_one_slot() {
    let Some((server, redis)) = cluster().await else { return };
    let rows = RedisRows::new(Client::open(server.url()).unwrap(), PREFIX, TIMEOUT);
    rows.ping().await.unwrap();
    for number in 0..4 {
        create(&rows, &owned(number, "ann")).await;
    }
    create(&rows, &anonymous(10)).await;
    assert!(is_there(&rows, 0).await);
    assert_eq!(rows.save(&key(0), 1, b"new", NOW).await.unwrap(), Saved::Written(2));
    assert!(rows.touch(&key(0), at(1), at(1001), at(501), NOW).await.unwrap());
    assert_eq!(rows.replace(&key(1), 1, &owned(11, "ann"), at(60), NOW).await.unwrap(), Replaced::Done);
    assert_eq!(rows.load(&key(1), NOW).await.unwrap(), Lookup::Replaced);
    let (listed, total) = rows.list("ann", NOW, 10).await.unwrap();
    assert_eq!((listed.len(), total), (4, 4));
    assert_eq!(rows.stats(NOW).await.unwrap(), Stats { signed_in: 4, live: 5, expired: 0 });
    let slot: u64 = redis.run(&["CLUSTER", "KEYSLOT", PREFIX]).await;
    let names: Vec<String> = redis.run(&["KEYS", "*"]).await;
    assert!(names.len() > 10, "sessions, a tombstone and the indexes: {names:?}");
    for name in names {
        assert_eq!(redis.run::<u64>(&["CLUSTER", "KEYSLOT", &name]).await, slot, "{name}");
    }

    assert!(rows.delete(&key(2)).await.unwrap());
    assert!(rows.discard(&key(10), 1).await.unwrap());
    assert!(rows.end("ann", "handle-3").await.unwrap());
    assert_eq!(rows.end_all("ann", Some(&key(0))).await.unwrap(), 1);
    assert_eq!(rows.sweep(at(100), 10).await.unwrap(), 1, "the tombstone");
    assert!(is_there(&rows, 0).await);
    assert_eq!(rows.end_everyone().await.unwrap(), 1);
    assert_eq!(rows.stats(NOW).await.unwrap(), Stats::default());
}

/// The tag is required: without one every key has a slot of its own, and a script may use only one slot.
#[tokio::test]
async fn without_a_hash_tag_a_cluster_refuses_the_scripts() {
    let Some((_server, redis)) = cluster().await else { return };
    let error = redis.rows.create(&owned(1, "ann")).await.unwrap_err();
    assert!(error.to_string().contains("slot"), "{error}");
}
