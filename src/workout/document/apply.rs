//! Applying operations.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime, UtcOffset};

use super::{
    Block, Change, MAX_BYTES, MAX_OPERATIONS, MAX_SETS, Operation, Slot, Status, Swap, Workout, size,
};
use crate::form::choice::choice;
use crate::workout::exercise::Exercise;
use crate::workout::exercise_id::ExerciseId;
use crate::workout::load::LoggedSet;

/// How far a device's clock may be off before its times are corrected.
const CLOCK_TOLERANCE: Duration = Duration::minutes(5);

/// What became of an operation. In every case but [`Refused`](Self::Refused) the client may forget it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Applied,
    /// It had been applied before.
    Duplicate,
    /// It cannot be applied; the document is unchanged. Sent again, it is judged again.
    Refused(Refusal),
    /// There is no such workout any more: it was discarded or deleted. It does not come back.
    Gone,
}

choice! {
    /// Why an operation is refused: a word for programs and a sentence for people.
    Refusal {
        NoSuchBlock = "no_such_block", "This workout has no such exercise.";
        UnknownExercise = "unknown_exercise", "This exercise is unknown.";
        DoesNotFit = "does_not_fit", "This exercise is not recorded like this.";
        OutOfRange = "out_of_range", "This number is out of range.";
        TooManySets = "too_many_sets", "A workout has at most 200 sets, and an exercise 20.";
        TooManyOperations = "too_many_operations", "This workout has been changed too often.";
        TooLarge = "too_large", "This workout is full. Shorter notes make room.";
        NothingLogged = "nothing_logged", "Nothing is logged yet. Discard the workout instead.";
        ImpossibleTimes = "impossible_times", "It must end after it starts, within a day, and not in the future.";
    }
}

/// Applies an operation to a workout that may be gone.
pub fn apply(workout: Option<&mut Workout>, operation: Operation, now: OffsetDateTime) -> Outcome {
    workout.map_or(Outcome::Gone, |workout| workout.apply(operation, now))
}

impl Workout {
    /// Applies an operation that arrived at `now`. It runs on the server alone: the browser has the rows of the page,
    /// and shows there what a set or its removal makes of them until the answer comes.
    ///
    /// The time of a set is moved into the span from five minutes before the start to five minutes after now:
    /// device clocks may be hours off. Finished workouts are changed like open ones: late sets belong to them,
    /// and so do corrections.
    pub fn apply(&mut self, operation: Operation, now: OffsetDateTime) -> Outcome {
        if self.applied.contains(&operation.id) {
            return Outcome::Duplicate;
        }
        // A full workout can still be finished.
        let ends = matches!(operation.change, Change::Finish { .. }) && self.status() == Status::Open;
        if !ends && self.applied.len() >= MAX_OPERATIONS {
            return Outcome::Refused(Refusal::TooManyOperations);
        }
        if !ends && !self.has_room(&operation.change) {
            return Outcome::Refused(Refusal::TooLarge);
        }
        match self.change(operation.change, now) {
            Ok(()) => {
                self.applied.insert(operation.id);
                self.end_with_last_set(now);
                self.touched_at = self.touched_at.max(now.truncate_to_millisecond());
                Outcome::Applied
            }
            Err(refusal) => Outcome::Refused(refusal),
        }
    }

    /// All or nothing.
    fn change(&mut self, change: Change, now: OffsetDateTime) -> Result<(), Refusal> {
        match change {
            Change::Log(slot, set) => self.log(slot, set, now),
            Change::Clear(slot) => {
                self.check(slot.block())?;
                self.sets.remove(&slot);
                Ok(())
            }
            Change::Skip(block, why) => {
                self.check(block)?;
                self.changes.entry(block).or_default().skipped = why;
                Ok(())
            }
            Change::Swap(block, exercise, term) => {
                self.check(block)?;
                known(&exercise)?;
                let planned = self.planned(block).map(|planned| &planned.exercise);
                let swap = (planned != Some(&exercise)).then_some(Swap { exercise, term });
                self.changes.entry(block).or_default().swap = swap;
                Ok(())
            }
            Change::AddSet(block) => {
                self.check(block)?;
                if self.rows(block) >= Slot::MAX_SET {
                    return Err(Refusal::TooManySets);
                }
                self.changes.entry(block).or_default().added_sets += 1;
                Ok(())
            }
            Change::Finish { at } => {
                if self.sets.is_empty() {
                    return Err(Refusal::NothingLogged);
                }
                if self.status() == Status::Open {
                    self.ended_at = Some(at.min(now).max(self.started_at).truncate_to_millisecond());
                }
                Ok(())
            }
        }
    }

    fn log(&mut self, slot: Slot, mut set: LoggedSet, now: OffsetDateTime) -> Result<(), Refusal> {
        self.check(slot.block())?;
        let exercise = known(&set.exercise)?;
        if !set.load.fits(exercise) || !set.amount.fits(exercise) {
            return Err(Refusal::DoesNotFit);
        }
        if !set.amount.is_valid() {
            return Err(Refusal::OutOfRange);
        }
        if !self.sets.contains_key(&slot) && self.sets.len() >= MAX_SETS {
            return Err(Refusal::TooManySets);
        }
        let latest = now.saturating_add(CLOCK_TOLERANCE);
        let earliest = self.started_at.saturating_sub(CLOCK_TOLERANCE).min(latest);
        set.logged_at =
            set.logged_at.clamp(earliest, latest).truncate_to_millisecond().to_offset(UtcOffset::UTC);
        self.sets.insert(slot, set);
        Ok(())
    }

    /// Whether the document stays within its limit, or at least gets no longer.
    fn has_room(&self, change: &Change) -> bool {
        let (slot, added) = match change {
            Change::Log(slot, set) => (Some(slot), size::of_set(set)),
            Change::Clear(slot) => (Some(slot), 0),
            // Blocks are counted with all that can be changed about them.
            Change::Skip(..) | Change::Swap(..) | Change::AddSet(_) | Change::Finish { .. } => (None, 0),
        };
        let removed = slot.and_then(|slot| self.sets.get(slot)).map_or(0, size::of_set);
        let before = self.most_bytes();
        let after = before + size::OPERATION + added - removed;
        after <= MAX_BYTES || after <= before
    }

    fn check(&self, block: Block) -> Result<(), Refusal> {
        self.planned(block).map(|_| ()).ok_or(Refusal::NoSuchBlock)
    }
}

fn known(id: &ExerciseId) -> Result<&'static Exercise, Refusal> {
    id.exercise().ok_or(Refusal::UnknownExercise)
}
