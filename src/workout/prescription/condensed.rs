//! The part of a history that an open workout can still depend on.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::judged::Judged;
use crate::workout::exercise_id::ExerciseId;
use crate::workout::load::LoggedSet;
use crate::workout::performance::Performance;

/// So many performances in a row decide about a load at most: two tops, three misses.
const JUDGED: usize = 3;

/// What of a history, oldest first, says the same about the loads and the records of these exercises, and about the last
/// time that they were done: the newest performances in each range as they are, and of those before them one set of
/// each kind. So it hardly grows with the history.
#[must_use]
pub fn condensed(history: &[Performance], exercises: &BTreeSet<ExerciseId>) -> Vec<Performance> {
    let (mut done, mut judged) = (HashSet::new(), HashMap::new());
    let mut seen = HashSet::new();
    let mut kept = Vec::new();
    for whole in history.iter().rev().filter(|performance| exercises.contains(&performance.exercise)) {
        let exercise = &whole.exercise;
        let mut is_new = |set: &LoggedSet| seen.insert((exercise, set.load, set.amount, set.rir));
        let is_last = !whole.sets.is_empty() && done.insert(exercise);
        let decides = exercise.exercise().is_some_and(|known| Judged::new(whole, known).is_some()) && {
            let number = judged.entry((exercise, whole.range)).or_insert(0);
            *number += 1;
            *number <= JUDGED
        };
        let mut performance = whole.clone();
        performance.sets.retain(|set| is_new(set) || is_last || decides);
        performance.sets.shrink_to_fit();
        if !performance.sets.is_empty() {
            kept.push(performance);
        }
    }
    kept.reverse();
    kept
}
