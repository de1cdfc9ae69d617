//! Random interleavings of all store operations on a few sessions, checked by a ledger.
//!
//! Several tasks act concurrently on the same few keys: they load, hold what they loaded (like a request in
//! progress), save, touch, replace, discard, delete, end and list, while somebody logs in. The ledger knows
//! what was acknowledged. From the moment an end is acknowledged, its key must never lead to a session again,
//! no matter who asks and what was in progress. After a round, `list` must show exactly those sessions of an
//! owner that `load` finds, and `end_all` must end exactly those. A fixed seed determines what every task
//! does; the order in which the tasks run is up to the scheduler.
//!
//! Two environment variables are read: `STORE_INTERLEAVINGS` (how many; [`INTERLEAVINGS`] by default) and
//! `STORE_SEED` (where to begin; printed by every run).

mod ledger;
mod report;
mod round;
mod task;

use futures::StreamExt as _;

pub use self::report::Report;
use crate::not_offered::if_offered;
use crate::support::at;
use crate::{Harness, Rows, Store};

/// The default number of interleavings in a run.
pub const INTERLEAVINGS: u32 = 4_000;

/// The store is emptied after this many rounds, so that it stays small.
const ROUNDS_BETWEEN_CLEANING: u32 = 100;

/// In every order of events tried, ended sessions stay ended (ASVS 7.4.1), no update is lost, and no session
/// drops out of its owner's index. Tries as many as the environment asks for.
///
/// # Panics
/// If the store breaks a promise; with the seed and the first findings.
pub async fn random_interleavings_never_resurrect<H: Harness>(store: &Store) {
    let seed = seed();
    let product = H::product().await.unwrap_or_default();
    let report = run(&store.rows, rounds_on(&product), H::ROUNDS_AT_ONCE, seed).await;
    println!("{product}: {report}");
    assert!(report.is_clean(), "{product}: {report}\n{}", report.first_findings());
}

/// Products that grow slower with every round, and only get a fortieth.
const SLOW: &[&str] = &[
    "SecantusDB", // slim: mongodb
];

/// `STORE_INTERLEAVINGS`, or the default for this product.
///
/// # Panics
/// If the variable is not a number.
#[must_use]
pub fn rounds_on(product: &str) -> u32 {
    let is_slow = SLOW.iter().any(|slow| product.starts_with(slow));
    let usual = if is_slow { INTERLEAVINGS / 40 } else { INTERLEAVINGS };
    variable("STORE_INTERLEAVINGS").unwrap_or(usual)
}

/// `STORE_SEED`, or a random seed.
///
/// # Panics
/// If the variable is not a number.
#[must_use]
pub fn seed() -> u64 {
    variable("STORE_SEED").unwrap_or_else(rand::random)
}

fn variable<T: std::str::FromStr>(name: &str) -> Option<T> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name}={value} is not a number")))
}

/// Plays this many rounds on a store, some of them concurrently.
pub async fn run(rows: &Rows, rounds: u32, at_once: usize, seed: u64) -> Report {
    let mut report = Report::new(seed);
    let mut first = 0;
    while first < rounds {
        let next = rounds.min(first + ROUNDS_BETWEEN_CLEANING);
        let mut outcomes = futures::stream::iter(first..next)
            .map(|round| tokio::spawn(round::play(rows.clone(), round, seed)))
            .buffer_unordered(at_once);
        while let Some(outcome) = outcomes.next().await {
            report.add(outcome.unwrap());
        }
        clean(rows).await;
        first = next;
    }
    report
}

/// What is left belongs to rounds that have been checked.
async fn clean(rows: &Rows) {
    if if_offered(rows.end_everyone().await).is_some() {
        while if_offered(rows.sweep(at(1_000_000), 1000).await).unwrap_or(0) > 0 {}
    }
}
