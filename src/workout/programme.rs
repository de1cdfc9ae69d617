//! The programme: which exercises, sets and rests a session has.
//!
//! A pure function of the preferences and of how many workouts came before; it knows no loads and no results.

use crate::workout::exercise::{Exercise, Muscle};

/// What each warm-up movement takes, in seconds.
pub const WARM_UP_SECONDS: u16 = 40;

/// How much of an exercise a set aims for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Repetitions; of one side if the exercise is done on each.
    Reps { low: u8, high: u8 },
    /// Seconds of holding or moving; of one side if the exercise is done on each.
    Seconds { low: u16, high: u16 },
}

/// An exercise in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment {
    pub exercise: &'static Exercise,
    /// A main lift: it stays the same from week to week.
    pub main: bool,
    /// Work sets, at least one.
    pub sets: u8,
    pub range: Range,
    /// How many more repetitions would have been possible at the end of a set.
    pub reps_in_reserve: u8,
    /// After each set.
    pub rest_seconds: u16,
}

/// A planned session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// `Full body A`, `Upper body B` …
    pub name: &'static str,
    /// How many workouts came before it.
    pub ordinal: u32,
    /// Easy movements of [`WARM_UP_SECONDS`] each.
    pub warm_up: Vec<&'static Exercise>,
    /// In the order of the session.
    pub blocks: Vec<Assignment>,
    /// Estimated duration in minutes, with rests, set-up and lighter first sets.
    pub minutes: u8,
    /// What a person may wonder about.
    pub remarks: Vec<Remark>,
}

impl Session {
    /// The work sets of all blocks.
    #[must_use]
    pub fn planned_sets(&self) -> u32 {
        self.blocks.iter().map(|block| u32::from(block.sets)).sum()
    }
}

/// Why a session is as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// Spare time went to a muscle with few sets this week.
    Added {
        muscle: Muscle,
        /// Its sets this week before the addition, in halves.
        half_sets: u8,
    },
}
