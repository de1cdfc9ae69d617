//! The findings of a run.

use std::fmt;

use super::ledger::{Ledger, Verdict};

/// The findings of a run.
#[derive(Debug)]
pub struct Report {
    seed: u64,
    pub rounds: u32,
    operations: u64,
    ended: u64,
    /// Rounds in which `list` and `end_all` were available for checking.
    judged: u32,
    /// A key that led to a session again after its end was acknowledged: one finding per session.
    pub resurrections: Vec<String>,
    /// A session that `load` finds, but `list` or `end_all` of its owner does not.
    pub lost_entries: Vec<String>,
    /// A session that `list` or `end_all` of its owner finds, but `load` does not.
    pub phantoms: Vec<String>,
    /// Any other broken promise: a lost update or session, a vanished tombstone.
    pub other: Vec<String>,
}

impl Report {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            rounds: 0,
            operations: 0,
            ended: 0,
            judged: 0,
            resurrections: vec![],
            lost_entries: vec![],
            phantoms: vec![],
            other: vec![],
        }
    }

    pub(super) fn add(&mut self, round: Ledger) {
        self.rounds += 1;
        self.judged += u32::from(round.index_was_judged);
        self.operations += round.operations;
        self.ended += round.ended();
        for (verdict, what) in round.findings {
            match verdict {
                Verdict::Resurrection => self.resurrections.push(what),
                Verdict::LostEntry => self.lost_entries.push(what),
                Verdict::Phantom => self.phantoms.push(what),
                Verdict::Other => self.other.push(what),
            }
        }
    }

    fn findings(&self) -> impl Iterator<Item = &String> {
        self.resurrections.iter().chain(&self.lost_entries).chain(&self.phantoms).chain(&self.other)
    }

    /// Nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings().next().is_none()
    }

    /// The store has an index of owners: it was available in every round.
    #[must_use]
    pub fn has_index(&self) -> bool {
        self.judged == self.rounds
    }

    /// The first few findings in words.
    #[must_use]
    pub fn first_findings(&self) -> String {
        self.findings().take(10).map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, rounds, operations, ended, .. } = self;
        write!(f, "{rounds} interleavings, {operations} operations, {ended} sessions ended")?;
        write!(f, ", {} resurrections", self.resurrections.len())?;
        if self.has_index() {
            write!(f, ", {} lost owner-index entries", self.lost_entries.len())?;
            write!(f, ", {} phantoms", self.phantoms.len())?;
        }
        write!(f, ", {} other findings (STORE_SEED={seed})", self.other.len())
    }
}
