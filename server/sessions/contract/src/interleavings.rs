//! Random interleavings of everything a store can do with a few sessions, judged by a ledger.
//!
//! Several tasks act at once on the same few keys: they load, hold what they loaded (as a request in flight
//! does), save, touch, replace, discard, delete, end and list, and somebody logs in at the same time. The ledger knows what
//! was acknowledged, and from the moment an end is acknowledged its key must never lead to a session again, no
//! matter who asks and what was under way. When a round is over, what `list` shows of an owner must be what `load` finds, and
//! `end_all` must end exactly that. A fixed seed fixes what every task does; in which order the tasks run is up to the
//! scheduler.
//!
//! Two variables are read: `STORE_INTERLEAVINGS` (how many, [`INTERLEAVINGS`] unless told) and `STORE_SEED` (where
//! to begin; printed by every run).

mod ledger;
mod report;
mod round;
mod task;

use futures::StreamExt as _;

pub use self::report::Report;
use crate::not_offered::if_offered;
use crate::support::at;
use crate::{Harness, Rows, Store};

/// How many interleavings a run tries unless told otherwise.
pub const INTERLEAVINGS: u32 = 10_000;

/// After so many rounds the store is emptied, so that it stays small.
const ROUNDS_BETWEEN_CLEANING: u32 = 100;

/// Whatever was ended stays ended (ASVS 7.4.1), no update is lost, and no session drops
/// out of its owner's index, in every order of events tried. Tries as many as the environment asks for.
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

/// `STORE_INTERLEAVINGS`, or as many as usual on this product: the stand-in for MongoDB is written in Python, so unless
/// asked for more it plays a tenth, which takes minutes.
///
/// # Panics
/// If the variable is not a number.
#[must_use]
pub fn rounds_on(product: &str) -> u32 {
    let usual = if product.starts_with("SecantusDB") { INTERLEAVINGS / 10 } else { INTERLEAVINGS };
    variable("STORE_INTERLEAVINGS").unwrap_or(usual)
}

/// `STORE_SEED`, or another one every time.
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

/// Plays so many rounds on a store, some of them at once.
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

/// What is left belongs to rounds already judged.
async fn clean(rows: &Rows) {
    if if_offered(rows.end_everyone().await).is_some() {
        while if_offered(rows.sweep(at(1_000_000), 1000).await).unwrap_or(0) > 0 {}
    }
}
