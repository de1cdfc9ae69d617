//! Effects of a fail-over on the store: its primary is demoted, a response is lost on the way.

use std::net::SocketAddr;
use std::time::Duration;

use redis::Client;
use session_rows::{Lookup, Saved, SessionRows};
use sessions::store::redis::{PREFIX, RedisRows};

use crate::redis::support::{NOW, Redis, TIMEOUT, anonymous, create, is_there, key, own};
use crate::support::fault_proxy::{FaultProxy, Mode};

/// The number that follows these words in a section of `INFO`.
async fn number(redis: &Redis, section: &str, words: &str) -> u64 {
    let info: String = redis.run(&["INFO", section]).await;
    let rest = info.lines().find_map(|line| line.strip_prefix(words)).unwrap();
    rest.split(',').next().unwrap().parse().unwrap()
}

/// Connections the server has accepted so far.
async fn accepted(redis: &Redis) -> u64 {
    number(redis, "stats", "total_connections_received:").await
}

/// Scripts the server has run so far.
async fn scripts(redis: &Redis) -> u64 {
    number(redis, "commandstats", "cmdstat_evalsha:calls=").await
}

/// A primary that has become a replica still responds, but its address now leads elsewhere: an operation
/// whose write is rejected drops the connection. Reading continues, so nobody is logged out.
#[tokio::test]
async fn a_demoted_primary_is_left_at_its_first_refusal() {
    let Some(server) = own(&[]) else { return };
    let redis = Redis::at(server.url()).await;
    let rows = &redis.rows;
    create(rows, &anonymous(1)).await;
    assert_eq!(rows.save(&key(1), 1, b"first", NOW).await.unwrap(), Saved::Written(2));
    let before = accepted(&redis).await;

    // Of a primary that never responds, so that it keeps its data.
    redis.run::<()>(&["REPLICAOF", "127.0.0.1", "1"]).await;
    assert!(is_there(rows, 1).await, "reading still works");
    for left in 0..3 {
        let error = rows.save(&key(1), 2, b"second", NOW).await.unwrap_err();
        assert!(error.to_string().contains("ReadOnly"), "{error}");
        assert_eq!(accepted(&redis).await, before + left, "one connection for each refusal");
    }

    redis.run::<()>(&["REPLICAOF", "NO", "ONE"]).await;
    assert_eq!(rows.save(&key(1), 2, b"second", NOW).await.unwrap(), Saved::Written(3));
    assert_eq!(accepted(&redis).await, before + 3, "the next write, on a new connection");
    assert!(is_there(rows, 1).await);
    assert_eq!(accepted(&redis).await, before + 3, "which is kept");
}

/// From now on responses break off. Returns the number of connections before that, including the proxy's own
/// check, which is waited for.
async fn break_off(proxy: &FaultProxy, redis: &Redis) -> u64 {
    let before = accepted(redis).await;
    proxy.set(Mode::ResetMidReply).await;
    let looked = async {
        while accepted(redis).await == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), looked).await.unwrap();
    before + 1
}

/// The outcome of a request whose response was lost is unknown. Reading again does no harm; a write that is
/// sent twice may undo what came in between, or report its own success as stale.
#[tokio::test]
async fn a_write_whose_answer_is_lost_is_not_sent_again() {
    let Some(server) = own(&[]) else { return };
    let redis = Redis::at(server.url()).await;
    let proxy = FaultProxy::before(SocketAddr::from(([127, 0, 0, 1], server.port().unwrap())));
    let client = Client::open(format!("redis://{}", proxy.addr())).unwrap();
    let rows = RedisRows::new(client, PREFIX, TIMEOUT);
    // From here on the server knows the scripts: each operation is a single response.
    create(&rows, &anonymous(1)).await;
    assert_eq!(rows.save(&key(1), 1, b"first", NOW).await.unwrap(), Saved::Written(2));
    assert!(is_there(&rows, 1).await);

    // A retry would show as a second connection.
    let connections = break_off(&proxy, &redis).await;
    assert!(rows.load(&key(1), NOW).await.is_err());
    assert_eq!(accepted(&redis).await, connections + 1, "a read is retried");

    proxy.set(Mode::Pass).await;
    assert!(is_there(&rows, 1).await);
    let connections = break_off(&proxy, &redis).await;
    let sent = scripts(&redis).await;
    assert!(rows.save(&key(1), 2, b"second", NOW).await.is_err(), "an error, and not `Stale`");
    assert_eq!(accepted(&redis).await, connections, "a write is not");
    assert_eq!(scripts(&redis).await, sent + 1);
    let Lookup::Found(row) = redis.rows.load(&key(1), NOW).await.unwrap() else {
        panic!("the session is gone");
    };
    assert_eq!((row.revision, &row.row.data[..]), (3, &b"second"[..]));
}
