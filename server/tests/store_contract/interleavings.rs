//! Random interleavings of everything a store can do with a few sessions, judged by a ledger.
//!
//! Several tasks act at once on the same few keys: they load, hold what they loaded (as a request in flight
//! does), save, touch, replace, delete and end. The ledger knows what was acknowledged, and from the moment
//! an end is acknowledged its key must never lead to a session again, whoever asks and whatever was under
//! way. A fixed seed fixes what every task does; in which order the tasks run is up to the scheduler.

mod ledger;
mod task;

use std::fmt;
use std::sync::{Arc, Mutex};

use server::session::rows::Lookup;

use crate::harness::Rows;
use crate::support::{NOW, at, create};
use ledger::{Ledger, Verdict};

/// Tasks at once in every round.
const TASKS: u64 = 4;

/// What a run found.
#[derive(Default)]
pub(crate) struct Report {
    seed: u64,
    rounds: u32,
    operations: u64,
    ended: u64,
    /// A key that led to a session again after its end was acknowledged.
    pub(crate) resurrections: Vec<String>,
    /// Any other broken promise: an update or a session lost, a phantom, a tombstone that vanished.
    pub(crate) other: Vec<String>,
}

impl Report {
    /// Nothing was found.
    pub(crate) fn is_clean(&self) -> bool {
        self.resurrections.is_empty() && self.other.is_empty()
    }

    /// The first few findings in words.
    pub(crate) fn first_findings(&self) -> String {
        let findings: Vec<&str> =
            self.resurrections.iter().chain(&self.other).take(10).map(String::as_str).collect();
        findings.join("\n")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} interleavings, {} operations, {} sessions ended, {} resurrections, {} other findings \
             (STORE_SEED={})",
            self.rounds,
            self.operations,
            self.ended,
            self.resurrections.len(),
            self.other.len(),
            self.seed
        )
    }
}

/// Plays so many rounds on a store.
pub(crate) async fn run(rows: Rows, rounds: u32, seed: u64) -> Report {
    let mut report = Report { seed, rounds, ..Report::default() };
    for round in 0..rounds {
        let ledger = Ledger::begin(round);
        for row in ledger.new_rows() {
            create(&rows, &row).await;
        }
        let ledger = Arc::new(Mutex::new(ledger));
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let seed = seed ^ (u64::from(round) * TASKS + task).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                tokio::spawn(task::play(rows.clone(), ledger.clone(), seed))
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let mut ledger = Arc::into_inner(ledger).unwrap().into_inner().unwrap();
        for (index, key) in ledger.keys().into_iter().enumerate() {
            let found: Lookup = rows.load(&key, NOW).await.unwrap();
            ledger.close(index, &found);
        }
        report.operations += ledger.operations;
        report.ended += ledger.ended();
        for (verdict, what) in ledger.findings {
            match verdict {
                Verdict::Resurrection => report.resurrections.push(what),
                Verdict::Other => report.other.push(what),
            }
        }
        if round % 100 == 99 {
            // Keeps the store small; what is left belongs to rounds already judged.
            rows.end_everyone().await.unwrap();
            while rows.sweep(at(1_000_000), 1000).await.unwrap() > 0 {}
        }
    }
    report
}
