//! The workout of the day: a pure function of preferences and day.

use crate::preferences::Preferences;
use crate::workout::exercise::Exercise;

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

/// Today's workout. `day` counts days since 1970-01-01 (UTC); the split rotates with it.
#[must_use]
pub fn workout_of_the_day(_preferences: &Preferences, _day: i64) -> Workout {
    Workout { name: "Full body".to_owned(), warm_up: vec![], main: vec![], minutes: 0, rest_seconds: 0 }
}
