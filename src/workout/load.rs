//! What a set is done with, how much of it, and what a person records about it.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use self::form::target_fields;
pub use self::format::SetFormat;
pub use self::note::Note;
use crate::form::choice::choice;
use crate::workout::exercise::{Exercise, LoadKind};
use crate::workout::exercise_id::ExerciseId;
use crate::workout::training::Units;
use crate::workout::weight::Weight;

mod form;
mod format;
mod line;
mod note;

/// What makes a set heavy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Load {
    /// The body alone.
    Body,
    /// The body and this much.
    Added(Weight),
    /// The body, with this much help. Less help is harder.
    Assisted(Weight),
    /// The bar and all its plates.
    Bar(Weight),
    /// One dumbbell or kettlebell.
    PerHand(Weight),
    /// What is set on a machine or cable.
    Stack(Weight),
    Band(Tone),
    /// The body, with the help of a band. A lighter band is harder.
    AssistedBand(Tone),
}

choice! {
    /// Strength of a band. Colours mean something else with every maker.
    Tone {
        ExtraLight = "extra_light", "Extra light";
        Light = "light", "Light";
        Medium = "medium", "Medium";
        Heavy = "heavy", "Heavy";
        ExtraHeavy = "extra_heavy", "Extra heavy";
    }
}

/// How much was done in a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// 0 to 100; of each side if the exercise has sides.
    Reps(u8),
    /// Different numbers for left and right: still one set. 0 to 100 each.
    Sides { left: u8, right: u8 },
    /// 1 to 3600; of each side if the exercise has sides.
    Seconds(u16),
}

choice! {
    /// How many more repetitions would have been possible ("reps in reserve"). People guess one too few on
    /// average, and better near their limit (Halperin 2022), so nothing finer is asked.
    Rir {
        Zero = "0", "None";
        One = "1", "1 more";
        Two = "2", "2 more";
        ThreeOrMore = "3", "3 or more";
    }
}

choice! {
    /// Whether a set counts.
    SetKind {
        /// Part of a warm-up ramp: no volume, no record.
        WarmUp = "warm_up", "Warm-up";
        Work = "work", "Work";
    }
}

/// A set that was done. Whether it was a warm-up is known from its [slot](super::document::Slot).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedSet {
    /// Recorded with each set: a swap on another device must not rename what was done before.
    pub exercise: ExerciseId,
    pub load: Load,
    pub amount: Amount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rir: Option<Rir>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    /// By the clock of the device, within the limits of [`Workout::apply`](super::document::Workout::apply).
    #[serde(with = "time::serde::rfc3339")]
    pub logged_at: OffsetDateTime,
}

impl Load {
    /// What is typed for it, if it is a weight.
    #[must_use]
    pub const fn weight(self) -> Option<Weight> {
        match self {
            Self::Added(weight)
            | Self::Assisted(weight)
            | Self::Bar(weight)
            | Self::PerHand(weight)
            | Self::Stack(weight) => Some(weight),
            Self::Body | Self::Band(_) | Self::AssistedBand(_) => None,
        }
    }

    /// The word used in forms and exports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Added(_) => "added",
            Self::Assisted(_) => "assisted",
            Self::Bar(_) => "bar",
            Self::PerHand(_) => "per_hand",
            Self::Stack(_) => "stack",
            Self::Band(_) => "band",
            Self::AssistedBand(_) => "assisted_band",
        }
    }

    /// Whether a set of this exercise can have this load.
    #[must_use]
    pub const fn fits(self, exercise: &Exercise) -> bool {
        match (exercise.load, self) {
            (LoadKind::Body | LoadKind::Assisted | LoadKind::AssistedBand, Self::Body)
            | (LoadKind::Assisted, Self::Assisted(_) | Self::Added(_))
            | (LoadKind::Bar, Self::Bar(_))
            | (LoadKind::PerHand | LoadKind::Kettlebell, Self::PerHand(_))
            | (LoadKind::Stack, Self::Stack(_))
            | (LoadKind::Band, Self::Band(_))
            | (LoadKind::AssistedBand, Self::AssistedBand(_) | Self::Added(_)) => true,
            (LoadKind::Body, Self::Added(_)) => exercise.weighted,
            (
                LoadKind::Body
                | LoadKind::Bar
                | LoadKind::PerHand
                | LoadKind::Kettlebell
                | LoadKind::Stack
                | LoadKind::Band
                | LoadKind::Assisted
                | LoadKind::AssistedBand,
                _,
            ) => false,
        }
    }

    /// Which load is harder, whatever the units. `None` if they are of different kinds: a machine's 50 kg
    /// say nothing about a barbell's. Help, body weight and added weight are one kind, but the help of a band
    /// cannot be compared with that of a machine.
    #[must_use]
    pub fn compare(self, other: Self) -> Option<Ordering> {
        /// More help than any machine gives: compared only with other bands, and with no help at all.
        const BAND: i64 = i64::MIN / 2;
        /// The kind, and a number that grows with the load.
        fn rank(load: Load) -> (u8, i64) {
            match load {
                Load::AssistedBand(tone) => (0, BAND - tone as i64),
                Load::Body => (0, 0),
                Load::Added(weight) => (0, weight.exact()),
                Load::Assisted(weight) => (0, -weight.exact()),
                Load::Bar(weight) => (1, weight.exact()),
                Load::PerHand(weight) => (2, weight.exact()),
                Load::Stack(weight) => (3, weight.exact()),
                Load::Band(tone) => (4, tone as i64),
            }
        }
        if let (Self::Assisted(_), Self::AssistedBand(_)) | (Self::AssistedBand(_), Self::Assisted(_)) =
            (self, other)
        {
            return None;
        }
        let ((kind, one), (other_kind, two)) = (rank(self), rank(other));
        (kind == other_kind).then(|| one.cmp(&two))
    }

    /// In words, for a person who prefers `unit`: `62.5 kg`, `body weight + 10 kg`, `medium band`.
    #[must_use]
    pub fn for_reader(self, unit: Units) -> String {
        match self {
            Self::Body => "body weight".to_owned(),
            Self::Added(weight) => format!("body weight + {}", weight.for_reader(unit)),
            Self::Assisted(weight) => format!("{} of help", weight.for_reader(unit)),
            Self::Bar(weight) | Self::PerHand(weight) | Self::Stack(weight) => weight.for_reader(unit),
            Self::Band(tone) => tone.band(),
            Self::AssistedBand(tone) => match tone {
                Tone::ExtraLight | Tone::ExtraHeavy => format!("help from an {}", tone.band()),
                Tone::Light | Tone::Medium | Tone::Heavy => format!("help from a {}", tone.band()),
            },
        }
    }
}

impl Tone {
    /// `medium band`.
    pub(super) fn band(self) -> String {
        format!("{} band", self.label().to_lowercase())
    }
}

impl Amount {
    pub const MAX_REPS: u8 = 100;
    /// An hour.
    pub const MAX_SECONDS: u16 = 3_600;

    /// Whether it is within the limits.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        match self {
            Self::Reps(reps) => reps <= Self::MAX_REPS,
            Self::Sides { left, right } => left <= Self::MAX_REPS && right <= Self::MAX_REPS,
            Self::Seconds(seconds) => 1 <= seconds && seconds <= Self::MAX_SECONDS,
        }
    }

    /// Whether a set of this exercise is measured like this.
    #[must_use]
    pub const fn fits(self, exercise: &Exercise) -> bool {
        match self {
            Self::Reps(_) => !exercise.timed,
            Self::Sides { .. } => !exercise.timed && exercise.per_side,
            Self::Seconds(_) => exercise.timed,
        }
    }

    /// What counts: repetitions (of the weaker side) or seconds.
    #[must_use]
    pub fn counted(self) -> u16 {
        match self {
            Self::Reps(reps) => reps.into(),
            Self::Sides { left, right } => left.min(right).into(),
            Self::Seconds(seconds) => seconds,
        }
    }

    /// In words: `10`, `10 left, 8 right`, `45 seconds`.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Reps(reps) => reps.to_string(),
            Self::Sides { left, right } => format!("{left} left, {right} right"),
            Self::Seconds(1) => "1 second".to_owned(),
            Self::Seconds(seconds) => format!("{seconds} seconds"),
        }
    }
}

impl Rir {
    /// 0 to 3, where 3 may be more.
    #[must_use]
    pub const fn reps(self) -> u8 {
        match self {
            Self::Zero => 0,
            Self::One => 1,
            Self::Two => 2,
            Self::ThreeOrMore => 3,
        }
    }
}

#[cfg(test)]
mod tests;
