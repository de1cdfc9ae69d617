//! The workout of the day: a pure function of the preferences and the day.

use std::cmp::Reverse;
use std::fmt;

use self::split::Split;
use crate::workout::exercise::{Exercise, Pattern};
use crate::workout::training::{Equipment, Goal, Level, SESSION_MINUTES, Training};

mod split;

/// How much of an exercise makes a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dose {
    /// That many repetitions.
    Repetitions(u8),
    /// That many repetitions on each side.
    RepetitionsPerSide(u8),
    /// That long.
    Seconds(u16),
}

impl Dose {
    /// About how long a set takes, in seconds.
    #[must_use]
    pub fn seconds(self) -> u32 {
        match self {
            Self::Repetitions(n) => u32::from(n) * SECONDS_PER_REPETITION,
            Self::RepetitionsPerSide(n) => 2 * u32::from(n) * SECONDS_PER_REPETITION,
            Self::Seconds(seconds) => u32::from(seconds),
        }
    }
}

impl fmt::Display for Dose {
    /// `8 repetitions`, `8 repetitions per side`, `40 seconds`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repetitions(n) => write!(f, "{n} repetitions"),
            Self::RepetitionsPerSide(n) => write!(f, "{n} repetitions per side"),
            Self::Seconds(n) => write!(f, "{n} seconds"),
        }
    }
}

/// One block of a workout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// What to do.
    pub exercise: &'static Exercise,
    /// How often.
    pub sets: u8,
    /// How much in a set.
    pub dose: Dose,
}

/// A workout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workout {
    /// `Full body A`, `Upper body` …
    pub name: String,
    /// Easy movements first.
    pub warm_up: Vec<Block>,
    /// The work.
    pub main: Vec<Block>,
    /// Estimated time in minutes, rests included; never more than the person has.
    pub minutes: u8,
    /// Seconds between sets.
    pub rest_seconds: u16,
}

impl Workout {
    /// Sets of the main part: what there is to tick off.
    #[must_use]
    pub fn sets(&self) -> u16 {
        self.main.iter().map(|block| u16::from(block.sets)).sum()
    }
}

/// A calm pace, down and up.
const SECONDS_PER_REPETITION: u32 = 4;
/// Getting to the place of an exercise and ready for it.
const SECONDS_TO_SET_UP: u32 = 20;
/// One movement of the warm-up.
const WARM_UP_SECONDS: u16 = 40;
/// Beyond these, more of the same does nobody any good.
const MAX_SETS: u8 = 6;
const MAX_BLOCKS: usize = 20;

/// Today's workout. `day` counts days since 1970-01-01 (UTC); the split rotates with it.
#[must_use]
pub fn workout_of_the_day(training: &Training, day: i64) -> Workout {
    let split = Split::of_the_day(training, day);
    let minutes = u32::from(training.session_minutes).clamp(*SESSION_MINUTES.start(), *SESSION_MINUTES.end());
    let mut chooser = Chooser { training, turn: split.turn, used: Vec::with_capacity(MAX_BLOCKS + 5) };

    // 2 movements in a quarter of an hour, 5 from an hour on.
    let mut warm_up: Vec<&'static Exercise> =
        (0..(minutes / 15 + 1).min(5)).filter_map(|_| chooser.next(Pattern::WarmUp)).collect();
    // Whatever was chosen, the gentle movements come first, as in the catalogue.
    warm_up.sort_by_key(|chosen| Exercise::ALL.iter().position(|e| e.id == chosen.id));
    let warm_up: Vec<Block> = warm_up
        .into_iter()
        .map(|exercise| Block { exercise, sets: 1, dose: Dose::Seconds(WARM_UP_SECONDS) })
        .collect();
    let warm_up_seconds: u32 = warm_up.iter().map(|block| block.dose.seconds()).sum();

    let mut plan = Plan::new(minutes * 60 - warm_up_seconds, training.rest_seconds);
    let mut candidates =
        split.patterns().filter_map(|pattern| chooser.next(pattern)).map(|e| (e, dose(training, e)));

    // Breadth before depth: first one set of as many movements as the time is good for, then the sets that
    // the goal asks for; in longer sessions more movements and more sets in turn.
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

/// Blocks within a budget of seconds.
struct Plan {
    blocks: Vec<Block>,
    budget: u32,
    /// What is left. Every set pays for the rest after it; the last one has none, so that one rest is
    /// credited beforehand.
    left: u32,
    rest: u32,
}

impl Plan {
    fn new(budget: u32, rest_seconds: u16) -> Self {
        let rest = u32::from(rest_seconds);
        Self { blocks: Vec::with_capacity(MAX_BLOCKS), budget, left: budget + rest, rest }
    }

    /// Adds a block if there is time for it.
    fn add(&mut self, exercise: &'static Exercise, dose: Dose, sets: u8) -> bool {
        let fits = self.pay(SECONDS_TO_SET_UP + u32::from(sets) * (dose.seconds() + self.rest));
        if fits {
            self.blocks.push(Block { exercise, sets, dose });
        }
        fits
    }

    /// Adds sets, one to each block in turn, until all have `sets` or the time is used up.
    fn grow(&mut self, sets: u8) {
        for sets in 2..=sets {
            for i in 0..self.blocks.len() {
                let block = self.blocks[i];
                if block.sets < sets && self.pay(block.dose.seconds() + self.rest) {
                    self.blocks[i].sets += 1;
                }
            }
        }
    }

    fn pay(&mut self, seconds: u32) -> bool {
        match self.left.checked_sub(seconds) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    fn seconds(&self) -> u32 {
        // Without a block nothing was paid, and the rest is still credited.
        self.budget.saturating_sub(self.left)
    }
}

/// Picks exercises that a person can do, none of them twice.
struct Chooser<'a> {
    training: &'a Training,
    /// Moves on every time the same day of the split comes round.
    turn: usize,
    used: Vec<&'static Exercise>,
}

impl Chooser<'_> {
    fn next(&mut self, pattern: Pattern) -> Option<&'static Exercise> {
        let mine = self.training;
        let mut pool: Vec<&'static Exercise> = Exercise::ALL
            .iter()
            .filter(|e| e.pattern == pattern && e.level <= mine.level)
            .filter(|e| e.needs.iter().all(|needed| mine.equipment.contains(needed)))
            .filter(|e| self.used.iter().all(|used| used.id != e.id))
            .collect();
        if mine.level == Level::Advanced {
            prefer(&mut pool, |e| e.level > Level::Beginner);
        }
        // Weight is what makes one stronger; who has it should use it.
        if matches!(mine.goal, Goal::Strength | Goal::Muscle) {
            prefer(&mut pool, Exercise::is_loaded);
        }
        // The hardest first, and for strength the heaviest; the others have their turn on other days.
        let bar = |e: &Exercise| mine.goal == Goal::Strength && e.needs.contains(&Equipment::Barbell);
        pool.sort_by_key(|e| Reverse((e.level, bar(e))));
        let chosen = *pool.get(self.turn.checked_rem(pool.len())?)?;
        self.used.push(chosen);
        Some(chosen)
    }
}

/// Keeps the better ones, if there are any.
fn prefer(pool: &mut Vec<&'static Exercise>, better: impl Fn(&Exercise) -> bool) {
    if pool.iter().any(|e| better(e)) {
        pool.retain(|e| better(e));
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

/// How much makes a set: few repetitions for strength, medium ones for muscle, many for endurance.
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
    // Heavy sets of few repetitions need a weight, and trunk and joints are not trained by heavy sets.
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
