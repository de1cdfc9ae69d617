//! Chooses today's exercise for a movement.

use std::cmp::Reverse;

use crate::workout::exercise::{Exercise, Pattern};
use crate::workout::training::{Equipment, Goal, Level, Training};

/// Picks exercises that a person can do, each at most once.
pub(super) struct Chooser<'a> {
    training: &'a Training,
    /// Counts how often this day of the split has recurred.
    turn: usize,
    used: Vec<&'static Exercise>,
}

impl<'a> Chooser<'a> {
    pub(super) fn new(training: &'a Training, turn: usize) -> Self {
        Self { training, turn, used: Vec::new() }
    }

    pub(super) fn next(&mut self, pattern: Pattern) -> Option<&'static Exercise> {
        let mine = self.training;
        let mut pool: Vec<&'static Exercise> = Exercise::ALL
            .iter()
            .filter(|e| e.pattern == pattern && e.level <= mine.level)
            .filter(|e| e.needs.iter().all(|needed| mine.equipment.contains(needed)))
            // There is no dose for seconds on each side.
            .filter(|e| !(e.timed && e.per_side))
            .filter(|e| self.used.iter().all(|used| used.id != e.id))
            .collect();
        if mine.level == Level::Advanced {
            prefer(&mut pool, |e| e.level > Level::Beginner);
        }
        // Weights build strength and muscle better than body weight does.
        if matches!(mine.goal, Goal::Strength | Goal::Muscle) {
            prefer(&mut pool, Exercise::is_loaded);
        }
        // The hardest first and, for strength, those with a barbell; the others get their turn on later days.
        let bar = |e: &Exercise| mine.goal == Goal::Strength && e.needs.contains(&Equipment::Barbell);
        pool.sort_by_key(|e| Reverse((e.level, bar(e))));
        let chosen = *pool.get(self.turn.checked_rem(pool.len())?)?;
        self.used.push(chosen);
        Some(chosen)
    }
}

/// Keeps only the better ones, if there are any.
fn prefer(pool: &mut Vec<&'static Exercise>, better: impl Fn(&Exercise) -> bool) {
    if pool.iter().any(|e| better(e)) {
        pool.retain(|e| better(e));
    }
}
