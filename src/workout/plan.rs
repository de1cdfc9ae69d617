//! The workout of the day: a pure function of the preferences and the day.

use self::budget::Budget;
use self::chooser::Chooser;
use self::split::Split;
use crate::workout::exercise::{Exercise, Pattern};
use crate::workout::training::{Goal, Level, SESSION_MINUTES, Training};

mod budget;
mod chooser;
mod split;

/// The amount of exercise in a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dose {
    Repetitions(u8),
    RepetitionsPerSide(u8),
    Seconds(u16),
}

impl Dose {
    /// Approximate duration of a set.
    fn seconds(self) -> u32 {
        match self {
            Self::Repetitions(n) => u32::from(n) * SECONDS_PER_REPETITION,
            Self::RepetitionsPerSide(n) => 2 * u32::from(n) * SECONDS_PER_REPETITION,
            Self::Seconds(seconds) => u32::from(seconds),
        }
    }
}

/// An exercise with its sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    pub exercise: &'static Exercise,
    pub sets: u8,
    pub dose: Dose,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workout {
    /// `Full body A`, `Upper body` …
    pub name: String,
    /// Easy movements first.
    pub warm_up: Vec<Block>,
    pub main: Vec<Block>,
    /// Estimated duration in minutes, including rests; never more than the person has.
    pub minutes: u8,
    /// Between two sets.
    pub rest_seconds: u16,
}

impl Workout {
    /// The sets of the main part, which can be ticked off.
    #[must_use]
    pub fn planned_sets(&self) -> u32 {
        self.main.iter().map(|block| u32::from(block.sets)).sum()
    }
}

/// Down and up, at a calm pace.
const SECONDS_PER_REPETITION: u32 = 4;
/// For moving to the next exercise and getting ready.
const SECONDS_TO_SET_UP: u32 = 20;
/// Duration of a warm-up movement.
const WARM_UP_SECONDS: u16 = 40;
/// More sets of one exercise bring no benefit.
const MAX_SETS: u8 = 6;
const MAX_BLOCKS: usize = 20;

/// Today's workout. `day` counts days since 1970-01-01 (UTC); the split rotates with it.
#[must_use]
pub fn workout_of_the_day(training: &Training, day: i64) -> Workout {
    let split = Split::of_the_day(training, day);
    let minutes = u32::from(training.session_minutes).clamp(*SESSION_MINUTES.start(), *SESSION_MINUTES.end());
    let mut chooser = Chooser::new(training, split.turn);

    // 2 movements for a quarter of an hour, 5 for an hour or more.
    let mut warm_up: Vec<&'static Exercise> =
        (0..(minutes / 15 + 1).min(5)).filter_map(|_| chooser.next(Pattern::WarmUp)).collect();
    // Gentle movements come first, as in the catalogue, whatever order they were chosen in.
    warm_up.sort_by_key(|chosen| Exercise::ALL.iter().position(|e| e.id == chosen.id));
    let warm_up: Vec<Block> = warm_up
        .into_iter()
        .map(|exercise| Block { exercise, sets: 1, dose: Dose::Seconds(WARM_UP_SECONDS) })
        .collect();
    let warm_up_seconds: u32 = warm_up.iter().map(|block| block.dose.seconds()).sum();

    let mut plan = Budget::new(minutes * 60 - warm_up_seconds, training.rest_seconds);
    let mut candidates =
        split.patterns().filter_map(|pattern| chooser.next(pattern)).map(|e| (e, dose(training, e)));

    // Breadth before depth: first one set of as many movements as there is time for, then the sets that the
    // goal asks for. Longer sessions then add movements and sets alternately.
    let wanted = base_sets(training);
    for (exercise, dose) in candidates.by_ref().take((minutes as usize / 8).clamp(2, 8)) {
        if !plan.add(exercise, dose, 1) {
            break;
        }
    }
    plan.grow(wanted);
    for (blocks, sets) in [(8, wanted + 1), (12, MAX_SETS), (MAX_BLOCKS, MAX_SETS)] {
        while plan.blocks.len() < blocks {
            let Some((exercise, dose)) = candidates.next() else { break };
            if !plan.add(exercise, dose, wanted) {
                break;
            }
        }
        plan.grow(sets);
    }

    let seconds = warm_up_seconds + plan.seconds();
    Workout {
        name: split.name.to_owned(),
        warm_up,
        main: plan.blocks,
        minutes: u8::try_from(seconds.div_ceil(60)).unwrap_or(u8::MAX),
        rest_seconds: training.rest_seconds,
    }
}

/// How many sets of an exercise the goal asks for.
fn base_sets(training: &Training) -> u8 {
    let [beginner, intermediate, advanced] = match training.goal {
        Goal::Strength => [3, 4, 5],
        Goal::Muscle => [3, 3, 4],
        Goal::Endurance | Goal::FatLoss => [2, 3, 4],
        Goal::Mobility => [2, 2, 3],
    };
    match training.level {
        Level::Beginner => beginner,
        Level::Intermediate => intermediate,
        Level::Advanced => advanced,
    }
}

/// The amount per set: few repetitions for strength, a medium number for muscle, many for endurance.
fn dose(training: &Training, exercise: &Exercise) -> Dose {
    let ([beginner, intermediate, advanced], seconds) = match training.goal {
        Goal::Strength => ([6, 5, 4], 30),
        Goal::Muscle => ([10, 10, 8], 40),
        Goal::Endurance => ([15, 18, 20], 50),
        Goal::FatLoss => ([12, 12, 15], 40),
        Goal::Mobility => ([8, 8, 10], 45),
    };
    let (repetitions, longer): (u8, u16) = match training.level {
        Level::Beginner => (beginner, 0),
        Level::Intermediate => (intermediate, 10),
        Level::Advanced => (advanced, 20),
    };
    if exercise.timed {
        return Dose::Seconds(seconds + longer);
    }
    // Sets with few repetitions only make sense with a weight, and not for the trunk or the joints.
    let repetitions = match exercise.pattern {
        Pattern::Core | Pattern::Conditioning => repetitions.max(10),
        Pattern::Mobility => 8,
        _ if !exercise.is_loaded() && exercise.level < Level::Advanced => repetitions.max(8),
        _ => repetitions,
    };
    if exercise.per_side { Dose::RepetitionsPerSide(repetitions) } else { Dose::Repetitions(repetitions) }
}

#[cfg(test)]
mod tests;
