//! What a finished workout adds to the history.

use super::{Block, Status, Term, Workout};
use crate::workout::exercise_id::ExerciseId;
use crate::workout::load::LoggedSet;
use crate::workout::performance::{Performance, Why};
use crate::workout::prescription::PlannedBlock;
use crate::workout::programme::suitable;

impl Workout {
    /// Whether it is finished and at least half of the planned sets were done. Only then does the next session
    /// of the programme follow; otherwise this one is repeated.
    #[must_use]
    pub fn counts(&self) -> bool {
        let done = self.count_work_sets();
        self.status() == Status::Finished && done > 0 && 2 * done >= self.plan.planned_sets() as usize
    }

    /// Work sets that are logged; warm-ups are none.
    #[must_use]
    pub fn count_work_sets(&self) -> usize {
        self.blocks().map(|(block, _)| self.work_sets(block).count()).sum()
    }

    /// One for each exercise of each block, in the order of the plan; empty while the workout is open. A block
    /// that was left out has one without sets, which still tells what the person chose to do there.
    #[must_use]
    pub fn performances(&self) -> Vec<Performance> {
        match self.status() {
            Status::Open => Vec::new(),
            Status::Finished => {
                self.blocks().flat_map(|(block, planned)| self.of_block(block, planned)).collect()
            }
        }
    }

    fn of_block(&self, block: Block, planned: &PlannedBlock) -> Vec<Performance> {
        let swap = self.changes.get(&block).and_then(|changes| changes.swap.as_ref());
        let current = swap.map_or(&planned.exercise, |swap| &swap.exercise);
        // What was done before a swap comes first, so that the newest performance is what the person chose.
        let mut exercises: Vec<&ExerciseId> = Vec::new();
        for (_, set) in self.work_sets(block) {
            if set.exercise != *current && !exercises.contains(&&set.exercise) {
                exercises.push(&set.exercise);
            }
        }
        let others: usize = self.work_sets(block).filter(|(_, set)| set.exercise != *current).count();
        let others = u8::try_from(others).unwrap_or(u8::MAX);
        exercises.push(current);

        let performance = |exercise: &ExerciseId| {
            let is_current = exercise == current;
            let is_planned = *exercise == planned.exercise;
            let only_today = match swap.map(|swap| swap.term) {
                Some(Term::Today) | None => !is_planned,
                Some(Term::ForGood) => !is_current,
            };
            let programmes = planned.instead_of.as_ref().unwrap_or(&planned.exercise);
            let prescription = &planned.prescription;
            let sets = if is_planned { prescription.sets() } else { prescription.sets_for_another() };
            Performance {
                exercise: exercise.clone(),
                instead_of: (programmes != exercise).then(|| programmes.clone()),
                only_today,
                session: self.plan.name.clone(),
                main: planned.main,
                day: self.day(),
                planned: if is_current { sets.saturating_sub(others).max(1) } else { sets },
                extra_sets: if is_planned { planned.prescription.extra_sets } else { 0 },
                range: exercise.exercise().map_or(planned.range, |exercise| {
                    if is_planned { planned.range } else { suitable(planned.range, exercise) }
                }),
                reps_in_reserve: planned.reps_in_reserve,
                sets: self.sets_of(block, exercise),
                // Sets that another exercise took are no misses.
                skipped: if is_current { self.skipped(block) } else { Some(Why::Busy) },
            }
        };
        exercises.into_iter().map(performance).collect()
    }

    fn sets_of(&self, block: Block, exercise: &ExerciseId) -> Vec<LoggedSet> {
        self.work_sets(block)
            .filter(|(_, set)| set.exercise == *exercise)
            .map(|(_, set)| set.clone())
            .collect()
    }
}
