//! What was sent and acknowledged in one round, and what follows from it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use domain::workout::document::{
    Block, Change, Operation, OperationId, Outcome, Refusal, Slot, Status, Workout,
};

use super::operations::ADDED;

#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    /// Moments: one is later than another if its number is higher.
    moment: u64,
    entries: BTreeMap<OperationId, Entry>,
    deletion_begun: bool,
    deleted: bool,
    findings: Vec<String>,
}

#[derive(Debug)]
struct Entry {
    change: Change,
    /// When it was sent for the first time: it was applied later than that.
    sent: u64,
    /// When an answer named it for the first time: it was applied earlier than that.
    named: Option<u64>,
    /// How many answers said that they applied it.
    applied: u32,
}

/// A request that was sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt {
    /// When it began, the workout was known to be deleted.
    after_deletion: bool,
}

impl Ledger {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap()
    }

    /// Begins to send operations.
    pub(super) fn send(&self, batch: &[Operation]) -> Attempt {
        let mut book = self.book();
        let sent = book.tick();
        for Operation { id, change } in batch {
            let new = || Entry { change: change.clone(), sent, named: None, applied: 0 };
            book.entries.entry(*id).or_insert_with(new);
        }
        Attempt { after_deletion: book.deleted }
    }

    /// An answer that names each operation has come.
    pub(super) fn answered(&self, attempt: Attempt, batch: &[Operation], outcomes: &[Outcome]) {
        self.found(attempt);
        assert_eq!(outcomes.len(), batch.len());
        let mut book = self.book();
        let now = book.tick();
        let Book { entries, findings, .. } = &mut *book;
        for (Operation { id, change }, outcome) in batch.iter().zip(outcomes) {
            let entry = entries.get_mut(id).unwrap();
            match outcome {
                Outcome::Applied | Outcome::Duplicate => {
                    entry.named.get_or_insert(now);
                    entry.applied += u32::from(*outcome == Outcome::Applied);
                    if entry.applied > 1 {
                        findings.push(format!("{change:?} was applied twice"));
                    }
                }
                // Sent again, it is judged again.
                Outcome::Refused(Refusal::NothingLogged) => {}
                Outcome::Refused(_) | Outcome::Gone => findings.push(format!("{change:?}: {outcome:?}")),
            }
        }
    }

    /// A form that has been taken. Its answer does not say whether that was the first time.
    pub(super) fn taken(&self, attempt: Attempt, operation: &Operation) {
        self.found(attempt);
        let mut book = self.book();
        let now = book.tick();
        book.entries.get_mut(&operation.id).unwrap().named.get_or_insert(now);
    }

    fn found(&self, attempt: Attempt) {
        if attempt.after_deletion {
            self.book().finding("a deleted workout came back".to_owned());
        }
    }

    /// The answer is that there is no such workout.
    pub(super) fn gone(&self) {
        let mut book = self.book();
        if !book.deletion_begun {
            book.finding("the workout is gone, and nobody has deleted it".to_owned());
        }
    }

    /// Somebody begins to delete the workout.
    pub(super) fn delete(&self) {
        self.book().deletion_begun = true;
    }

    /// They have been told that it is deleted.
    pub(super) fn deleted(&self) {
        self.book().deleted = true;
    }

    /// Everything has been answered. `before` is the workout as it was when the round began; `ends_otherwise` if more
    /// than the operations could finish it.
    pub(super) fn judge(
        &self,
        before: &Workout,
        found: Option<&Workout>,
        ends_otherwise: bool,
    ) -> Vec<String> {
        let mut book = self.book();
        match found {
            None if book.deleted => {}
            None => book.finding("the workout is gone, and nobody has deleted it".to_owned()),
            Some(_) if book.deleted => book.finding("a deleted workout is there".to_owned()),
            Some(found) => book.compare(before, found, ends_otherwise),
        }
        std::mem::take(&mut book.findings)
    }
}

impl Book {
    fn tick(&mut self) -> u64 {
        self.moment += 1;
        self.moment
    }

    fn finding(&mut self, what: String) {
        self.findings.push(what);
    }

    fn compare(&mut self, before: &Workout, found: &Workout, ends_otherwise: bool) {
        let lost = |(id, entry): (&OperationId, &Entry)| {
            let is_lost = entry.named.is_some() && !found.has_applied(*id);
            is_lost.then(|| format!("{:?} was acknowledged, and is lost", entry.change))
        };
        let mut findings: Vec<String> = self.entries.iter().filter_map(lost).collect();
        let grown = Block::parse(ADDED).unwrap();
        let added = self.applied(found, |change| *change == Change::AddSet(grown)).count();
        let rows = usize::from(found.rows(grown));
        if rows != usize::from(before.rows(grown)) + added {
            findings.push(format!("{grown}: {added} rows were added, and there are {rows}"));
        }
        for (block, _) in before.blocks() {
            let skipped = self.last_words(found, |change| match change {
                Change::Skip(of, why) if *of == block => Some(*why),
                _ => None,
            });
            check(&mut findings, &format!("{block} skipped"), &skipped, &found.skipped(block), &None);
            let exercises = self.last_words(found, |change| match change {
                Change::Swap(of, exercise, _) if *of == block => Some(exercise.clone()),
                _ => None,
            });
            let exercise = found.exercise(block).unwrap();
            let planned = before.exercise(block).unwrap();
            check(&mut findings, &format!("{block} exercise"), &exercises, exercise, planned);
        }
        let slots = self.entries.values().filter_map(|entry| slot_of(&entry.change));
        for slot in slots.chain(found.sets().keys().copied()).collect::<BTreeSet<_>>() {
            let amounts = self.last_words(found, |change| match change {
                Change::Log(of, set) if *of == slot => Some(Some(set.amount)),
                Change::Clear(of) if *of == slot => Some(None),
                _ => None,
            });
            let amount = |workout: &Workout| workout.sets().get(&slot).map(|set| set.amount);
            check(&mut findings, &slot.to_string(), &amounts, &amount(found), &amount(before));
        }
        if !ends_otherwise {
            let ends = self.first_words(found, |change| match change {
                Change::Finish { at } => Some(Some(*at)),
                _ => None,
            });
            check(&mut findings, "the end", &ends, &found.ended_at(), &None);
            let is_finished = found.status() == Status::Finished;
            if is_finished == ends.is_empty() {
                findings.push(format!("{} ends, and it is {:?}", ends.len(), found.status()));
            }
        }
        self.findings.extend(findings);
    }

    fn applied(&self, found: &Workout, of: impl Fn(&Change) -> bool) -> impl Iterator<Item = &Entry> {
        let applied =
            move |(id, entry): &(&OperationId, &Entry)| of(&entry.change) && found.has_applied(**id);
        self.entries.iter().filter(applied).map(|(_, entry)| entry)
    }

    /// What the operations that may have been the last ones say. One that was named before another was sent is not the
    /// last.
    fn last_words<T>(&self, found: &Workout, says: impl Fn(&Change) -> Option<T>) -> Vec<T> {
        let all: Vec<&Entry> = self.applied(found, |change| says(change).is_some()).collect();
        let is_followed = |one: &Entry| all.iter().any(|other| one.named.is_some_and(|at| at < other.sent));
        all.iter().filter(|one| !is_followed(one)).filter_map(|one| says(&one.change)).collect()
    }

    /// The same of the first ones.
    fn first_words<T>(&self, found: &Workout, says: impl Fn(&Change) -> Option<T>) -> Vec<T> {
        let all: Vec<&Entry> = self.applied(found, |change| says(change).is_some()).collect();
        let follows = |one: &Entry| all.iter().any(|other| other.named.is_some_and(|at| at < one.sent));
        all.iter().filter(|one| !follows(one)).filter_map(|one| says(&one.change)).collect()
    }
}

/// `found` must be what one of them says, or as before if nobody says anything.
fn check<T: PartialEq + std::fmt::Debug>(
    findings: &mut Vec<String>,
    what: &str,
    said: &[T],
    found: &T,
    before: &T,
) {
    let is_right = if said.is_empty() { found == before } else { said.contains(found) };
    if !is_right {
        findings.push(format!("{what} is {found:?}, and not one of {said:?}"));
    }
}

const fn slot_of(change: &Change) -> Option<Slot> {
    match change {
        Change::Log(slot, _) | Change::Clear(slot) => Some(*slot),
        Change::Skip(..) | Change::Swap(..) | Change::AddSet(_) | Change::Finish { .. } => None,
    }
}
