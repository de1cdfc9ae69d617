//! The programme: which exercises, sets and rests a session has.
//!
//! A pure function of the preferences and of how many workouts came before. It knows no loads and no results, and
//! it also runs in the browser, where every kilobyte is downloaded: tables, and no text but names.
//!
//! Sessions follow one another, not the calendar: a missed day skips nothing, the session waits. A week is as many
//! sessions as the person trains days. It is planned as a whole, because what matters to a muscle is its sets per
//! week:
//!
//! 1. Each session takes the exercises of its template, as many as there is time for.
//! 2. Muscles that would get too much have sets taken away, from accessories first.
//! 3. Spare time goes to the muscles that have least.
//! 4. What time is left goes into intervals and stretching.

mod draft;
mod fill;
mod numbers;
mod remark;
mod selection;
mod template;
mod volume;
mod week;

use serde::{Deserialize, Serialize};

pub(super) use self::draft::minutes;
pub(super) use self::numbers::suitable;
pub use self::remark::Remark;
pub use self::volume::Volume as WeekVolume;
use self::week::Week;
use crate::workout::exercise::Exercise;
use crate::workout::training::Training;

/// What each warm-up movement takes, in seconds.
pub const WARM_UP_SECONDS: u16 = 40;

/// How many weeks accessories stay the same. Long enough to get better at them, short enough not to get bored.
const WEEKS_PER_BLOCK: u32 = 6;

/// How much of an exercise a set aims for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Range {
    /// Repetitions; of one side if the exercise is done on each.
    Reps { low: u8, high: u8 },
    /// Seconds of holding or moving; of one side if the exercise is done on each.
    Seconds { low: u16, high: u16 },
}

impl Range {
    /// Repetitions or seconds.
    #[must_use]
    pub fn low(self) -> u16 {
        match self {
            Self::Reps { low, .. } => low.into(),
            Self::Seconds { low, .. } => low,
        }
    }

    /// Repetitions or seconds.
    #[must_use]
    pub fn high(self) -> u16 {
        match self {
            Self::Reps { high, .. } => high.into(),
            Self::Seconds { high, .. } => high,
        }
    }
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
    /// Estimated duration in minutes, with warm-up, rests, set-up and lighter first sets; never more than the
    /// person has.
    pub minutes: u8,
    /// What a person may wonder about.
    pub remarks: Vec<Remark>,
    /// What the sessions of its week, this one included, are for each muscle.
    pub week: WeekVolume,
}

impl Session {
    /// The work sets of all blocks.
    #[must_use]
    pub fn planned_sets(&self) -> u32 {
        self.blocks.iter().map(|block| u32::from(block.sets)).sum()
    }

    /// The rest after the heaviest sets, in seconds.
    #[must_use]
    pub fn longest_rest(&self) -> u16 {
        self.blocks.iter().map(|block| block.rest_seconds).max().unwrap_or_default()
    }
}

/// The session that follows `ordinal` finished ones.
///
/// Main lifts depend on the preferences alone, accessories also on the block of six weeks.
#[must_use]
pub fn programme(training: &Training, ordinal: u32) -> Session {
    Week::around(training, ordinal).session(ordinal)
}

#[cfg(test)]
mod tests;
