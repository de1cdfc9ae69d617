//! Why a session is as it is.

use crate::workout::exercise::Muscle;
use crate::workout::programme::volume::AIM_HALF_SETS;
use crate::workout::training::Equipment;

/// What a person may wonder about when looking at a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// Accessories are others than last week.
    NewBlock,
    /// Spare time went to a muscle with few sets this week.
    Added {
        muscle: Muscle,
        /// Its sets this week before anything was added, in halves.
        half_sets: u16,
    },
    /// Nothing the person can do works this muscle first.
    NoExercise {
        muscle: Muscle,
        /// What would help.
        tick: Equipment,
    },
    /// Shorter than wished: a day between hard ones.
    EasyDay,
    /// Shorter than wished: what is left is too short for a rest and a set.
    LongRest { rest_seconds: u16 },
    /// Shorter than wished: more would not help.
    Enough,
    /// The goal is to lose fat.
    FoodDecides,
}

impl Remark {
    /// Whether it says why a session is shorter than the person wished.
    #[must_use]
    pub fn explains_short(self) -> bool {
        match self {
            Self::EasyDay | Self::LongRest { .. } | Self::Enough => true,
            Self::NewBlock | Self::Added { .. } | Self::NoExercise { .. } | Self::FoodDecides => false,
        }
    }

    /// For people.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::NewBlock => {
                "New block: the main lifts stay, the other exercises change for six weeks.".to_owned()
            }
            Self::Added { muscle, half_sets } => format!(
                "Added: {} {} {} sets this week, {} is the aim.",
                muscle.label(),
                if muscle.is_plural() { "have" } else { "has" },
                halves(half_sets),
                AIM_HALF_SETS / 2,
            ),
            Self::NoExercise { muscle, tick } => format!(
                "Nothing you can do here works the {} directly. If you have more equipment, such as {}, tick it in \
                 your preferences.",
                muscle.label(),
                tick.label().to_lowercase(),
            ),
            Self::EasyDay => "Easy day: half an hour at most, at a pace that lets you talk.".to_owned(),
            Self::LongRest { rest_seconds } => {
                format!("With {} of rest between sets, another set does not fit.", rest(rest_seconds))
            }
            Self::Enough => {
                "This is shorter than you wished: more sets would not help these muscles this week."
                    .to_owned()
            }
            Self::FoodDecides => {
                "Training protects your muscle while you lose fat; what you eat decides how much you lose."
                    .to_owned()
            }
        }
    }
}

/// `6`, `6.5`
fn halves(half_sets: u16) -> String {
    if half_sets.is_multiple_of(2) { (half_sets / 2).to_string() } else { format!("{}.5", half_sets / 2) }
}

/// `10 minutes`, `90 seconds`
fn rest(seconds: u16) -> String {
    if seconds >= 120 && seconds.is_multiple_of(60) {
        format!("{} minutes", seconds / 60)
    } else {
        format!("{seconds} seconds")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_are_sentences_with_the_numbers_inside() {
        for (remark, sentence) in [
            (
                Remark::Added { muscle: Muscle::Chest, half_sets: 12 },
                "Added: chest has 6 sets this week, 10 is the aim.",
            ),
            (
                Remark::Added { muscle: Muscle::Quads, half_sets: 13 },
                "Added: quads have 6.5 sets this week, 10 is the aim.",
            ),
            (
                Remark::LongRest { rest_seconds: 600 },
                "With 10 minutes of rest between sets, another set does not fit.",
            ),
            (
                Remark::LongRest { rest_seconds: 150 },
                "With 150 seconds of rest between sets, another set does not fit.",
            ),
            (
                Remark::NoExercise { muscle: Muscle::Biceps, tick: Equipment::Dumbbell },
                "Nothing you can do here works the biceps directly. If you have more equipment, such as dumbbells, \
                 tick it in your preferences.",
            ),
        ] {
            assert_eq!(remark.sentence(), sentence);
        }
        for remark in [Remark::NewBlock, Remark::EasyDay, Remark::Enough, Remark::FoodDecides] {
            assert!(remark.sentence().ends_with('.'), "{remark:?}");
        }
    }
}
