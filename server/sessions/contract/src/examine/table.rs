//! The results table, in Markdown.

use std::fmt;

use super::{Examination, Verdict};
use crate::RULES;

/// The table header.
pub const HEADER: &str = "\
| store | answered by | rules kept | broken | not offered | interleavings | resurrections | lost index entries | phantoms | other findings |
|---|---|---:|---:|---:|---:|---:|---:|---:|---:|";

/// A store's row of the table, ready to be displayed.
#[derive(Debug)]
pub struct Line<'a>(&'a Examination);

impl Examination {
    /// Whether every rule is kept, the store has an index, and the interleavings found nothing.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.rules.iter().all(|(_, verdict)| *verdict == Verdict::Kept)
            && self.interleavings.as_ref().is_ok_and(|report| report.is_clean() && report.has_index())
    }

    /// The store's row of the table.
    #[must_use]
    pub fn row(&self) -> Line<'_> {
        Line(self)
    }

    /// The row of a store that could not be examined because no server is available.
    #[must_use]
    pub fn without_server(store: &str) -> String {
        format!("| {store} | no server here | – | – | – | – | – | – | – | – |")
    }

    /// The line about the store below the table: the rules that it breaks, hangs in or lacks an operation
    /// for, by name, and what the interleavings found. Empty if there is nothing to report.
    #[must_use]
    pub fn notes(&self) -> String {
        let named = |wanted: fn(&Verdict) -> bool| -> Vec<String> {
            let rules = self.rules.iter().filter(|(_, verdict)| wanted(verdict));
            rules.map(|(name, _)| format!("`{name}`")).collect()
        };
        let broken = named(|verdict| matches!(verdict, Verdict::Broken(_)));
        let hanging = named(|verdict| *verdict == Verdict::Hangs);
        let not_offered = named(|verdict| matches!(verdict, Verdict::NotOffered(_)));
        let mut parts = vec![];
        for (what, names) in [("breaks", broken), ("hangs in", hanging), ("cannot be asked", not_offered)] {
            if !names.is_empty() {
                parts.push(format!("{what} {}", names.join(", ")));
            }
        }
        match &self.interleavings {
            Ok(report) if report.is_clean() => {}
            Ok(report) => parts.push(format!("interleavings: {report}")),
            Err(verdict) => parts.push(format!("interleavings came to nothing: {verdict:?}")),
        }
        if parts.is_empty() { String::new() } else { format!("- **{}**: {}", self.store, parts.join("; ")) }
    }

    fn count(&self, wanted: impl Fn(&Verdict) -> bool) -> usize {
        self.rules.iter().filter(|(_, verdict)| wanted(verdict)).count()
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Examination { store, product, interleavings, .. } = self.0;
        let kept = self.0.count(|verdict| *verdict == Verdict::Kept);
        let broken = self.0.count(|verdict| matches!(verdict, Verdict::Broken(_) | Verdict::Hangs));
        let not_offered = self.0.count(|verdict| matches!(verdict, Verdict::NotOffered(_)));
        write!(f, "| {store} | {product} | {kept} / {} | {broken} | {not_offered} |", RULES.len())?;
        let Ok(report) = interleavings else { return write!(f, " none | – | – | – | – |") };
        write!(f, " {} | {} |", report.rounds, report.resurrections.len())?;
        if report.has_index() {
            write!(f, " {} | {} |", report.lost_entries.len(), report.phantoms.len())?;
        } else {
            write!(f, " no index | no index |")?;
        }
        write!(f, " {} |", report.other.len())
    }
}
