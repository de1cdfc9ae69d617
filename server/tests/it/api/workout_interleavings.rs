//! Random interleavings of everything that happens to one workout, checked by a ledger: on every pair of stores, as all
//! of `api`, and on two instances where the stores can be shared.
//!
//! Devices send queues of operations in batches. A batch is dropped on its way, or its answer is, or it arrives twice at
//! once; a copy of it arrives much later, when other operations have followed. Some saves are committed and answered with
//! an error. Meanwhile somebody finishes or deletes the workout, logs all devices out, or logs a visitor in. What was
//! acknowledged must be there in the end, each operation once, and nothing may come back ([`ledger`]).
//!
//! `STORE_INTERLEAVINGS` and `STORE_SEED` as for the contract of the session stores. A round here is hundreds of
//! requests, so there are fewer of them.

mod device;
mod dice;
mod ledger;
mod lines;
mod operations;
mod rounds;

use std::sync::Arc;

use futures::StreamExt as _;
use store_contract::interleavings::{rounds_on, seed};
use time::Duration;
use web::anonymous_limit::{AnonymousLimits, Rate};

use self::rounds::Site;
use crate::api::on_every_store::products;
use crate::support::helpers::{Setup, TestApp};
use crate::support::stack::{Stack, say};
use crate::support::watched::Watch;

/// Rounds that run at once.
const AT_ONCE: usize = 4;
/// Every so-manieth save is committed, and its answer is lost.
const LOST: usize = 9;

/// Where all instances are seen.
const PUBLIC_URL: &str = "http://127.0.0.1:3000";

/// For how many interleavings of the stores there is one of these.
const CALLS: u32 = 80;
const REQUESTS: u32 = 400;

/// An instance, whose stores lose answers. On the stores of another one, if there is one.
async fn instance(before: Option<&TestApp>) -> TestApp {
    let (sessions, database) = (Watch::new(), Watch::new());
    let many = Rate { burst: 1_000_000, refill: Duration::MILLISECOND };
    let limits = AnonymousLimits { sessions: many, all_sessions: many, ..AnonymousLimits::default() };
    let setup = Setup::default()
        .watched(&sessions)
        .watched_database(&database)
        .anonymous_limits(limits)
        .var("PUBLIC_URL", PUBLIC_URL)
        .var("LOGIN_LIMIT_ADDRESS", "1000000/1m");
    let setup = match before {
        Some(before) => setup.on(&before.urls).clock(&before.clock),
        None => setup,
    };
    let app = setup.spawn().await;
    sessions.lose_answers(&["save"], LOST);
    database.lose_answers(&["save_logged", "delete_logged"], LOST);
    app
}

/// Plays rounds, some of them at once.
async fn run<F>(share: u32, least: u32, play: impl Fn(Arc<Site>, u64) -> F)
where
    F: Future<Output = Vec<String>> + Send + 'static,
{
    let stack = Stack::of_environment();
    let first = instance(None).await;
    let second = if stack.is_shared() { Some(instance(Some(&first)).await) } else { None };
    let site = Arc::new(Site { instances: [first].into_iter().chain(second).collect() });
    let (rounds, seed) = ((rounds_on(&products(stack)) / share).max(least), seed());
    let findings: Vec<Vec<String>> = futures::stream::iter(0..u64::from(rounds))
        .map(|round| tokio::spawn(play(Arc::clone(&site), seed.wrapping_add(round))))
        .buffer_unordered(AT_ONCE)
        .map(Result::unwrap)
        .collect()
        .await;
    let findings = findings.concat();
    say(&format!("{rounds} interleavings of a workout, {} findings (STORE_SEED={seed})", findings.len()));
    let first: Vec<&str> = findings.iter().take(10).map(String::as_str).collect();
    assert!(findings.is_empty(), "STORE_SEED={seed}\n{}", first.join("\n"));
}

/// Every kind of operation, by the use case itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn devices_lose_nothing_apply_nothing_twice_and_bring_nothing_back() {
    run(CALLS, 10, |site, seed| async move { rounds::of_an_account(&site, seed).await }).await;
}

/// Through `/rpc` and the forms.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_is_logged_out_everywhere_in_the_middle_loses_nothing() {
    run(REQUESTS, 3, |site, seed| async move { rounds::of_sessions_that_end(&site, seed).await }).await;
}

/// The workout moves from the session to the account, which may have an open one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_visitor_who_logs_in_in_the_middle_loses_nothing() {
    run(REQUESTS, 3, |site, seed| async move { rounds::of_a_visitor(&site, seed).await }).await;
}
