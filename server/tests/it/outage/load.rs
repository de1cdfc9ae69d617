//! The same under load.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures::future::join_all;
use test_servers::required;

use crate::outage::fixture::{Case, Outage, Site, TIMEOUT, assert_cookie_kept, limit_of, timed};
use crate::support::fault_proxy::Mode;
use crate::support::helpers::Browser;

const CLIENTS: usize = 6;

/// Many more than there are connections.
const CROWD: u32 = 200;
/// The CPU time each of the crowd may cost: the pages are rendered by two cores without optimisation.
const WORK: Duration = Duration::from_millis(50);

/// A client that requests a public and a protected page again and again. Returns how often the latter was
/// available and how often not.
async fn ask(browser: Browser, stop: Arc<AtomicBool>) -> (usize, usize) {
    let (mut there, mut away) = (0, 0);
    while !stop.load(Ordering::Relaxed) {
        // The session. The profile is cached, because the clock stands still.
        let (answer, took) = timed(&browser, "/").await;
        assert_eq!(answer.status, 200);
        assert_cookie_kept("/", &answer);
        assert!(took < limit_of(1), "/ took {took:?}");
        // The session and, bypassing the cache, the account, its identities and its events.
        let (answer, took) = timed(&browser, "/account").await;
        match answer.status.as_u16() {
            200 => there += 1,
            503 => {
                away += 1;
                assert!(!answer.header("retry-after").is_empty());
                assert_cookie_kept("/account", &answer);
            }
            other => panic!("{other}: {}", answer.location()),
        }
        assert!(took < limit_of(4), "/account took {took:?}");
    }
    (there, away)
}

async fn under_load(outage: &Outage, fail: impl Future<Output = ()>) {
    let stop = Arc::new(AtomicBool::new(false));
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let browser = outage.app.logged_in("ann@example.com").await;
        clients.push(tokio::spawn(ask(browser, Arc::clone(&stop))));
    }
    fail.await;
    outage.assert_back().await;
    stop.store(true, Ordering::Relaxed);
    let (mut there, mut away) = (0, 0);
    for client in join_all(clients).await {
        let counts = client.unwrap();
        there += counts.0;
        away += counts.1;
    }
    assert!(there > 0 && away > 0, "{there} successes, {away} errors");
}

pub(crate) async fn killed_under_load(case: Case) {
    let Some(site) = Site::alone(case).await else { return };
    let outage = Outage::at(site, |setup| setup).await;
    under_load(&outage, async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        outage.set(Mode::Refuse).await;
        tokio::time::sleep(TIMEOUT * 2).await;
        outage.set(Mode::Pass).await;
    })
    .await;
}

/// No proxy: `kill -9`, and restarted on the same port.
pub(crate) async fn really_killed_and_started_again(case: Case) {
    // slim: redis
    // Redis keeps what it has acknowledged only if configured to; `redis::an_emptied_store_is_told` covers
    // the rest.
    let persistent = ["--appendonly", "yes", "--appendfsync", "always"];
    let arguments: &[&str] = if case.kind == test_servers::Kind::Redis { &persistent } else { &[] };
    // slim: instead
    // let arguments = &[];
    // slim: end
    let Some(server) = required(test_servers::own_with(case.kind, arguments)) else { return };
    let outage = Outage::at(Site::alone_before(case, &server).await, |setup| setup).await;
    under_load(&outage, async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let server = &server;
        tokio::task::block_in_place(|| server.kill());
        tokio::time::sleep(TIMEOUT).await;
        outage.assert_not_ready().await;
        tokio::task::block_in_place(|| server.start());
    })
    .await;
}

/// Ten connections, a slow store, and a crowd: clients that wait too long are told to retry.
///
/// Two of three are programs, for which an error is one line: rendering two hundred error pages at the same
/// moment would keep the machine from serving those whose turn it is.
pub(crate) async fn more_clients_than_connections(case: Case) {
    let Some(site) = Site::alone(case).await else { return };
    let outage = Outage::at(site, |setup| setup.var("STORE_POOL_SIZE", "10")).await;
    outage.set(Mode::Delay(Duration::from_millis(40))).await;
    let crowd = (0..CROWD).map(|number| {
        let client = if number % 3 == 0 { outage.ann.copy() } else { outage.ann.json() };
        async move { timed(&client, "/account").await }
    });
    let (mut there, mut refused) = (0, 0);
    for (answer, took) in join_all(crowd).await {
        // Session, person, identities, and the activity; in addition to the work for all the others.
        assert!(took < limit_of(4) + WORK * CROWD, "{took:?}");
        match answer.status.as_u16() {
            200 => there += 1,
            503 => refused += 1,
            other => panic!("{other} {}", answer.location()),
        }
        assert_eq!(answer.status == 503, !answer.header("retry-after").is_empty());
        assert_cookie_kept("/account", &answer);
    }
    // slim: redis
    // One connection carries any number of requests to Redis, so a crowd does not queue there.
    let must_queue = case.kind != test_servers::Kind::Redis;
    // slim: instead
    // let must_queue = true;
    // slim: end
    assert!(there > 0 && (refused > 0) >= must_queue, "{there} successes, {refused} errors");
    outage.set(Mode::Pass).await;
    outage.assert_back().await;
    let after = join_all((0..5).map(|_| async { timed(&outage.ann.copy(), "/account").await })).await;
    assert!(after.iter().all(|(answer, _)| answer.status == 200), "recovered at once");
}

/// The pool is full of dead connections that have not been used since the network came back: they must not be
/// tried one after the other, up to a time limit each.
pub(crate) async fn a_pool_full_of_dead_connections(case: Case) {
    let Some(site) = Site::alone(case).await else { return };
    let outage = Outage::at(site, |setup| setup.var("STORE_POOL_SIZE", "40")).await;
    outage.set(Mode::Delay(Duration::from_millis(50))).await;
    join_all((0..80).map(|_| async { timed(&outage.ann.copy(), "/account").await })).await;
    outage.set(Mode::BlackHole).await;
    assert_eq!(timed(&outage.ann.copy(), "/account").await.0.status, 503, "the fault is met");
    // By all the others, too: each notices it by itself.
    tokio::time::sleep(Duration::from_millis(200)).await;
    outage.set(Mode::Pass).await;
    outage.forget();
    let begun = Instant::now();
    outage.assert_back().await;
    // One after the other they would take ten seconds at least.
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
}
