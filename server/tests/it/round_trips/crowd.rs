//! Many clients on few connections.

use std::cell::Cell;
use std::time::Duration;

use futures::future::join_all;
use http::StatusCode;
use test_servers::{Kind, required};

use super::relay::{Relay, address_of};
use crate::support::fault_proxy::{FaultProxy, Mode};
use crate::support::helpers::{Browser, Setup};
use crate::support::stack::Urls;

const CLIENTS: usize = 32;

/// Of each client, one after the other.
const REQUESTS: usize = 20;

/// All of them at once. When the first has all its answers, the slowest has this many.
async fn fewest_answers(person: &Browser) -> usize {
    let answered = vec![Cell::new(0); CLIENTS];
    let fewest = Cell::new(None);
    join_all(answered.iter().map(|mine| {
        let (client, answered, fewest) = (person.json(), &answered, &fewest);
        async move {
            for _ in 0..REQUESTS {
                let answer = client.get("/session-info").await;
                assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
                mine.set(mine.get() + 1);
            }
            if fewest.get().is_none() {
                fewest.set(answered.iter().map(Cell::get).min());
            }
        }
    }))
    .await;
    fewest.get().unwrap()
}

/// The round trips of all requests, and the connections that have been opened.
async fn of_a_crowd(kind: Kind, pool_size: &str) -> Option<(usize, usize)> {
    let direct = required(test_servers::shared_of(kind))?.fresh_url();
    let network = FaultProxy::before(address_of(&direct));
    let relay = Relay::before(network.addr()).await;
    let directory = tempfile::tempdir().unwrap();
    let accounts = format!("sqlite://{}", directory.path().join("accounts.db").display());
    let urls = Urls { sessions: relay.url(&direct), database: accounts };
    let app = Setup::default()
        .on(&urls)
        .var("STORE_POOL_SIZE", pool_size)
        .var("SESSION_SWEEP_INTERVAL", "30d")
        .spawn()
        .await;
    let ann = app.registered("ann@example.com").await;
    // Every connection is opened, and has its statement prepared.
    fewest_answers(&ann).await;
    // The store is what they wait for, and not the processor.
    network.set(Mode::Delay(Duration::from_millis(5))).await;
    relay.take_trips();
    let fewest = fewest_answers(&ann).await;
    assert!(fewest >= REQUESTS / 4, "one had all {REQUESTS} answers when another had {fewest}");
    Some((relay.take_trips(), relay.connections()))
}

/// The connections do nothing but answer: not one round trip is spent on taking them or giving them back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_connections_to_postgres_serve_thirty_two_clients_in_turn() {
    let Some((trips, connections)) = of_a_crowd(Kind::Postgres, "2").await else { return };
    assert_eq!((trips, connections), (CLIENTS * REQUESTS, 2));
}

// slim: redis
/// Answers to several are in one packet, so there are even fewer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_connection_to_redis_serves_thirty_two_clients_at_once() {
    let Some((trips, connections)) = of_a_crowd(Kind::Redis, "1").await else { return };
    assert!(trips < CLIENTS * REQUESTS, "{trips}");
    assert_eq!(connections, 1);
}
// slim: end
