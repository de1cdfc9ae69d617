//! Other loads for a set within a workout: what the buttons step to, and what to offer for the next one.

use std::cmp::Ordering;

use super::ladder::Ladder;
use super::{Person, PlannedBlock};
use crate::workout::exercise::Exercise;
use crate::workout::load::{Load, LoggedSet};

/// Another load for the next set of a main lift: one step more if the last one left two repetitions more than
/// planned, one step less if it left two fewer or missed the range. An offer, never a silent change.
///
/// `None` if the load is right, or if the step would be more than 10 % up.
#[must_use]
pub fn next_set(block: &PlannedBlock, last: &LoggedSet, person: &Person) -> Option<Load> {
    if !block.main {
        return None;
    }
    let exercise = Exercise::find(last.exercise.as_str()).filter(|exercise| last.load.fits(exercise))?;
    let ladder = Ladder::new(exercise, person);
    let low = block.range.low();
    let (target, left) = (block.reps_in_reserve, last.rir.map(|rir| rir.reps()));
    let too_hard = last.amount.counted() < low || left.is_some_and(|left| left + 2 <= target);
    let too_easy = left.is_some_and(|left| left >= target + 2);
    match (too_hard, too_easy) {
        (true, _) => ladder.easier(last.load),
        (false, true) => ladder.harder(last.load).filter(|harder| {
            harder.compare(last.load) == Some(Ordering::Greater) && ladder.is_small(last.load, *harder)
        }),
        (false, false) => None,
    }
}

/// The next harder load that can be loaded: a heavier weight, less help, a stronger band. `None` if there is none.
#[must_use]
pub fn harder(exercise: &Exercise, load: Load, person: &Person) -> Option<Load> {
    Ladder::new(exercise, person).harder(load)
}

/// The next easier load that can be loaded. `None` if there is none.
#[must_use]
pub fn easier(exercise: &Exercise, load: Load, person: &Person) -> Option<Load> {
    Ladder::new(exercise, person).easier(load)
}
