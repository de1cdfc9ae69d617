//! Records: what a person has never done before with an exercise.
//!
//! They are derived from the sets at each request, so a corrected or deleted set takes its record along.

use std::cmp::Ordering;

use time::Date;

use crate::workout::exercise_id::ExerciseId;
use crate::workout::load::{Amount, Load, LoggedSet};
use crate::workout::one_rep_max::{OneRepMax, one_rep_max};
use crate::workout::performance::Performance;
use crate::workout::training::Units;
use crate::workout::weight::Weight;

/// A set that was strictly better than all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Record {
    /// Never done with so much, or with so little help.
    Heaviest(Load),
    /// The best estimate, or the heaviest single.
    OneRepMax(OneRepMax),
    /// Never so many at this load or a heavier one.
    Most { load: Load, amount: Amount },
}

/// The records among `sets`, the work sets of one exercise in one workout, each with the index of its set.
/// `earlier` are the performances before that workout; those of other exercises are skipped.
///
/// There are none in the first workout with an exercise: everything would be one.
#[must_use]
pub fn records(
    earlier: &[Performance],
    sets: &[LoggedSet],
    body_weight: Option<Weight>,
) -> Vec<(usize, Record)> {
    let Some(exercise) = sets.first().map(|set| &set.exercise) else { return Vec::new() };
    let mut before: Vec<&LoggedSet> = sets_of(earlier, exercise).map(|(_, set)| set).collect();
    if before.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (i, set) in sets.iter().enumerate().filter(|(_, set)| set.amount.counted() > 0) {
        found.extend(of_set(&before, set, body_weight).map(|record| (i, record)));
        before.push(set);
    }
    found
}

fn of_set(
    before: &[&LoggedSet],
    set: &LoggedSet,
    body_weight: Option<Weight>,
) -> impl Iterator<Item = Record> {
    let order = |other: &&&LoggedSet| set.load.compare(other.load);
    let heaviest = before.iter().all(|other| order(&other) == Some(Ordering::Greater));

    let estimate = |set: &LoggedSet| one_rep_max(set.load, set.amount, set.rir, body_weight);
    let best = before.iter().filter_map(|other| estimate(other)).map(|found| found.weight.exact()).max();
    let better = estimate(set).filter(|found| best.is_some_and(|best| found.weight.exact() > best));

    let at_load = before.iter().any(|other| order(&other) == Some(Ordering::Equal));
    let beaten = before
        .iter()
        .filter(|other| matches!(order(other), Some(Ordering::Less | Ordering::Equal)))
        .all(|other| other.amount.counted() < set.amount.counted());

    [
        heaviest.then_some(Record::Heaviest(set.load)),
        better.map(Record::OneRepMax),
        (at_load && beaten).then_some(Record::Most { load: set.load, amount: set.amount }),
    ]
    .into_iter()
    .flatten()
}

/// The best one-repetition maximum of each day on which there is one, for a chart, in the order of the history.
#[must_use]
pub fn one_rep_max_by_day(
    history: &[Performance],
    exercise: &ExerciseId,
    body_weight: Option<Weight>,
) -> Vec<(Date, OneRepMax)> {
    let mut days: Vec<(Date, OneRepMax)> = Vec::new();
    for (day, set) in sets_of(history, exercise) {
        let Some(found) = one_rep_max(set.load, set.amount, set.rir, body_weight) else { continue };
        match days.last_mut() {
            Some((last, best)) if *last == day => {
                if found.weight.exact() > best.weight.exact() {
                    *best = found;
                }
            }
            Some(_) | None => days.push((day, found)),
        }
    }
    days
}

/// The sets of an exercise in which something was done.
fn sets_of<'a>(
    history: &'a [Performance],
    exercise: &'a ExerciseId,
) -> impl Iterator<Item = (Date, &'a LoggedSet)> {
    let own = history.iter().filter(move |performance| performance.exercise == *exercise);
    own.flat_map(|performance| performance.sets.iter().map(|set| (performance.day, set)))
        .filter(|(_, set)| set.amount.counted() > 0)
}

impl Record {
    /// For a person who prefers `unit`.
    #[must_use]
    pub fn sentence(&self, unit: Units) -> String {
        match *self {
            Self::Heaviest(Load::Assisted(help)) => format!("Least help yet: {}.", help.for_reader(unit)),
            Self::Heaviest(Load::AssistedBand(tone)) => format!("Least help yet: {}.", tone.band()),
            Self::Heaviest(Load::Body) => "Without help for the first time.".to_owned(),
            Self::Heaviest(Load::Band(tone)) => {
                format!("Strongest band yet: {}.", tone.label().to_lowercase())
            }
            Self::Heaviest(load @ (Load::Added(_) | Load::Bar(_) | Load::PerHand(_) | Load::Stack(_))) => {
                format!("Heaviest yet: {}.", load.for_reader(unit))
            }
            Self::OneRepMax(OneRepMax { weight, measured: true }) => {
                format!("Heaviest single yet: {}.", weight.for_reader(unit))
            }
            Self::OneRepMax(OneRepMax { weight, measured: false }) => {
                format!("Best estimated one-repetition maximum: {}.", weight.for_reader(unit))
            }
            Self::Most { load, amount } => {
                let what = match amount {
                    Amount::Reps(_) | Amount::Sides { .. } => "Most repetitions",
                    Amount::Seconds(_) => "Longest",
                };
                let number = match amount {
                    Amount::Reps(_) | Amount::Sides { .. } => amount.counted().to_string(),
                    Amount::Seconds(_) => amount.words(),
                };
                match load {
                    Load::Body => format!("{what} yet: {number}."),
                    Load::Added(_)
                    | Load::Assisted(_)
                    | Load::Bar(_)
                    | Load::PerHand(_)
                    | Load::Stack(_)
                    | Load::Band(_)
                    | Load::AssistedBand(_) => format!("{what} with {}: {number}.", load.for_reader(unit)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
