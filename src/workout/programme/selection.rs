//! Chooses the exercise for a place in a session.

use crate::workout::exercise::{Exercise, LoadKind, Muscle, Pattern, Role};
use crate::workout::programme::template::Movement;
use crate::workout::training::{Equipment, Goal, Level, Training};

type Found = Vec<&'static Exercise>;

/// What a person can do.
pub(super) struct Pool<'a> {
    training: &'a Training,
    possible: Found,
}

impl<'a> Pool<'a> {
    pub(super) fn new(training: &'a Training) -> Self {
        let mine = |e: &&Exercise| {
            e.level <= training.level && e.needs.iter().all(|needed| training.equipment.contains(needed))
        };
        Self { training, possible: Exercise::ALL.iter().filter(mine).collect() }
    }

    /// The exercise of a main lift. `occurrence` counts the earlier sessions of the week with the same movement:
    /// beginners practise one lift, others get a second one where there is one as good.
    pub(super) fn main(
        &self,
        movement: Movement,
        occurrence: usize,
        used: &[&'static Exercise],
    ) -> Option<&'static Exercise> {
        let mut found = self.unused(movement, used);
        prefer(&mut found, |e| e.role == Role::Main);
        let best = found.iter().map(|e| self.rank(e)).min()?;
        found.retain(|e| self.rank(e) == best);
        let first = *found.first()?;
        // The easier ones are no second lift: without weights they are what a person comes from.
        found.retain(|e| {
            e.id == first.id
                || e.level >= first.level && (e.load != LoadKind::Body || e.level > Level::Beginner)
        });
        let turn = match self.training.level {
            Level::Beginner => 0,
            Level::Intermediate | Level::Advanced => occurrence,
        };
        found.get(turn.checked_rem(found.len())?).copied()
    }

    /// The exercise of an accessory: another one each `turn`, and rather none of the week's main lifts.
    pub(super) fn accessory(
        &self,
        movement: Movement,
        turn: usize,
        used: &[&'static Exercise],
        mains: &[&'static Exercise],
    ) -> Option<&'static Exercise> {
        let mut found = self.unused(movement, used);
        if let Movement::Of(pattern) = movement {
            prefer(&mut found, |e| e.role == Role::Main);
            if let Some(muscle) = upper_muscle(pattern) {
                prefer(&mut found, |e| e.primary == muscle);
            }
        }
        prefer(&mut found, |e| !contains(mains, e));
        let best = found.iter().map(|e| self.tier(e)).min()?;
        found.retain(|e| self.tier(e) == best);
        match movement {
            Movement::Small(_, muscle) => {
                prefer(&mut found, |e| e.primary == muscle && e.role == Role::Accessory);
            }
            Movement::For(_) => prefer(&mut found, |e| e.pattern == Pattern::Arms),
            Movement::Of(_) => {}
        }
        if self.training.level > Level::Beginner {
            let hard = |e: &Exercise| e.load != LoadKind::Body || e.level > Level::Beginner;
            prefer(&mut found, |e| hard(e) || !e.pattern.builds_muscle());
        }
        found.get(turn.checked_rem(found.len())?).copied()
    }

    /// Whether anything would do, were it not used already.
    pub(super) fn has(&self, movement: Movement) -> bool {
        self.possible.iter().any(|e| fits(movement, e))
    }

    /// The equipment that would make something possible for a muscle.
    pub(super) fn missing_for(&self, muscle: Muscle) -> Option<Equipment> {
        let Training { level, equipment, .. } = self.training;
        Equipment::ALL.iter().copied().find(|extra| {
            Exercise::ALL.iter().any(|e| {
                let owned = |needed: &Equipment| needed == extra || equipment.contains(needed);
                fits(Movement::For(muscle), e) && e.level <= *level && e.needs.iter().all(owned)
            })
        })
    }

    fn unused(&self, movement: Movement, used: &[&'static Exercise]) -> Found {
        let fitting = |e: &&Exercise| fits(movement, e) && !contains(used, e);
        self.possible.iter().copied().filter(fitting).collect()
    }

    /// How well an exercise suits a main lift; less is better. For strength whatever takes most weight, for
    /// muscle any weight, for the others no barbell, which is slow to load between short rests.
    fn rank(&self, exercise: &Exercise) -> u8 {
        let tier = self.tier(exercise);
        let bar = exercise.load == LoadKind::Bar;
        match self.training.goal {
            Goal::Strength => 2 * tier + u8::from(tier == 0 && !bar && !is_weighted_pull_up(exercise)),
            Goal::Muscle => tier,
            Goal::Endurance | Goal::FatLoss | Goal::Mobility => u8::from(bar),
        }
    }

    /// The same for accessories: any weight before bands before the body, where weight matters.
    fn tier(&self, exercise: &Exercise) -> u8 {
        match self.training.goal {
            Goal::Strength | Goal::Muscle => match exercise.load {
                LoadKind::Bar
                | LoadKind::PerHand
                | LoadKind::Kettlebell
                | LoadKind::Stack
                | LoadKind::Assisted
                | LoadKind::AssistedBand => 0,
                LoadKind::Band => 1,
                LoadKind::Body if is_weighted_pull_up(exercise) => 0,
                LoadKind::Body => 2,
            },
            Goal::Endurance | Goal::FatLoss | Goal::Mobility => 0,
        }
    }
}

/// Pull-ups and chin-ups: heavy enough from the start, and heavier with a belt.
fn is_weighted_pull_up(exercise: &Exercise) -> bool {
    exercise.weighted && exercise.needs.contains(&Equipment::PullUpBar)
}

fn fits(movement: Movement, exercise: &Exercise) -> bool {
    match movement {
        // In place of a small one, another of the pattern is better than nothing.
        Movement::Of(pattern) | Movement::Small(pattern, _) => exercise.pattern == pattern,
        Movement::For(muscle) => exercise.pattern.builds_muscle() && exercise.primary == muscle,
    }
}

/// What a pushing or pulling movement is there for. Those of the legs have two muscles as good.
fn upper_muscle(pattern: Pattern) -> Option<Muscle> {
    match pattern {
        Pattern::PushHorizontal => Some(Muscle::Chest),
        Pattern::PushVertical => Some(Muscle::Delts),
        Pattern::PullHorizontal | Pattern::PullVertical => Some(Muscle::Back),
        Pattern::Squat
        | Pattern::Hinge
        | Pattern::Lunge
        | Pattern::Arms
        | Pattern::Calves
        | Pattern::Core
        | Pattern::Conditioning
        | Pattern::Mobility
        | Pattern::WarmUp => None,
    }
}

fn contains(list: &[&'static Exercise], exercise: &Exercise) -> bool {
    list.iter().any(|other| other.id == exercise.id)
}

/// Keeps only the better ones, if there are any.
fn prefer(found: &mut Found, better: impl Fn(&Exercise) -> bool) {
    if found.iter().any(|e| better(e)) {
        found.retain(|e| better(e));
    }
}
