//! Runs all rules and the interleavings on one store and collects the results: one line of the results table.
//!
//! Nothing here fails. A rule that a store breaks, or never finishes, is a result like any other.

mod table;

use std::any::Any;
use std::time::Duration;

pub use self::table::{HEADER, Line};
use crate::interleavings::{self, Report};
use crate::{Harness, RULES, Rule};

/// A rule that takes longer hangs: the slowest rule on the slowest store needs a few seconds.
const DEADLINE: Duration = Duration::from_secs(60);

/// The slowest store needs less than 0.2 seconds for a round of interleavings.
const PER_ROUND: Duration = Duration::from_millis(500);

/// Result of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The store keeps it.
    Kept,
    /// The store breaks it: the first assertion that failed.
    Broken(String),
    /// The store lacks the operation the rule needs.
    NotOffered(String),
    /// It did not finish in time.
    Hangs,
}

/// Results for one store.
#[derive(Debug)]
pub struct Examination {
    pub store: String,
    pub product: String,
    pub rules: Vec<(&'static str, Verdict)>,
    /// The interleavings, or why they could not be run.
    pub interleavings: Result<Report, Verdict>,
}

/// Runs everything on one kind of store. `None` if it is not available here.
///
/// One rule at a time, so that the store is under no other load.
pub async fn examine<H: Harness>(store: &str, rounds: u32, seed: u64) -> Option<Examination> {
    let product = H::product().await?;
    let mut rules = Vec::with_capacity(RULES.len());
    for rule in RULES {
        rules.push((rule.name, try_rule::<H>(rule).await));
    }
    let fresh = H::fresh().await;
    let run = {
        let rows = fresh.rows.clone();
        tokio::spawn(async move { interleavings::run(&rows, rounds, H::ROUNDS_AT_ONCE, seed).await })
    };
    let abort = run.abort_handle();
    let interleavings = match tokio::time::timeout(DEADLINE + PER_ROUND * rounds, run).await {
        Ok(run) => run.map_err(|failure| verdict_on(failure.into_panic())),
        Err(_) => {
            abort.abort();
            Err(Verdict::Hangs)
        }
    };
    Some(Examination { store: store.to_owned(), product, rules, interleavings })
}

async fn try_rule<H: Harness>(rule: &'static Rule) -> Verdict {
    let store = H::fresh().await;
    // In a task of its own, so that a panic ends only this rule.
    let task = tokio::spawn(async move { (rule.run)(&store).await });
    let abort = task.abort_handle();
    match tokio::time::timeout(DEADLINE, task).await {
        Ok(Ok(())) => Verdict::Kept,
        Ok(Err(failure)) => verdict_on(failure.into_panic()),
        Err(_) => {
            abort.abort();
            Verdict::Hangs
        }
    }
}

fn verdict_on(panic: Box<dyn Any + Send>) -> Verdict {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words");
    // A rule unwraps the store's results, so the panic contains the error; `NotOffered` and its operation are
    // recognised from that.
    match message.split_once("NotOffered(\"") {
        Some((_, operation)) => {
            Verdict::NotOffered(operation.split('"').next().unwrap_or_default().to_owned())
        }
        None => Verdict::Broken(message.lines().collect::<Vec<_>>().join(" ")),
    }
}
