//! How a person wants to train: the trainer's part of the preferences.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::form::choice::choice;
use crate::form::record::{AnyOf, Number, OneOf, form_record};
use crate::form::{FieldErrors, FormFields};

pub use self::details::{TrainingDetails, YesNo};

mod details;

const DAYS_PER_WEEK: RangeInclusive<u32> = 1..=7;
pub(super) const SESSION_MINUTES: RangeInclusive<u32> = 15..=120;
const REST_SECONDS: RangeInclusive<u32> = 15..=600;

form_record! {
    /// What the programme is made from.
    Training {
        units: Units = Units::Kg, OneOf(None);
        goal: Goal = Goal::Strength, OneOf(None);
        level: Level = Level::Beginner, OneOf(None);
        /// 1 to 7.
        days_per_week: u8 = 3, Number(DAYS_PER_WEEK);
        /// 15 to 120.
        session_minutes: u8 = 45, Number(SESSION_MINUTES);
        /// Empty means body weight.
        equipment: BTreeSet<Equipment> = BTreeSet::new(), AnyOf;
        /// 15 to 600.
        rest_seconds: u16 = 90, Number(REST_SECONDS);
        /// Preferences from before there was a choice have none, and always had a fixed rest.
        #[serde(default)]
        rest_mode: RestMode = RestMode::Fixed, OneOf(Some(RestMode::Fixed));
    }
}

choice! {
    /// Units of weight.
    Units {
        Kg = "kg", "Kilograms";
        Lb = "lb", "Pounds";
    }
}
choice! {
    /// What the training is for.
    Goal {
        /// Few repetitions, long rest.
        Strength = "strength", "Strength";
        /// Medium repetitions.
        Muscle = "muscle", "Muscle";
        /// Many repetitions, short rest.
        Endurance = "endurance", "Endurance";
        /// Circuits.
        FatLoss = "fat_loss", "Fat loss";
        /// Range of motion.
        Mobility = "mobility", "Mobility";
    }
}
choice! {
    /// Training experience.
    Level {
        /// Less than half a year.
        Beginner = "beginner", "Beginner";
        /// Half a year to two years.
        Intermediate = "intermediate", "Intermediate";
        /// More than two years.
        Advanced = "advanced", "Advanced";
    }
}
choice! {
    /// How long to rest between sets.
    #[derive(Default)]
    RestMode {
        /// `rest_seconds` after every set. Intervals and stretches have rests of their own.
        #[default]
        Fixed = "fixed", "Always the same";
        /// By the goal, the level and the exercise.
        Auto = "auto", "As the goal asks";
    }
}
choice! {
    /// Available equipment. None means body weight.
    Equipment {
        /// A pair of dumbbells.
        Dumbbell = "dumbbell", "Dumbbells";
        /// A barbell with plates.
        Barbell = "barbell", "Barbell";
        Kettlebell = "kettlebell", "Kettlebell";
        Band = "band", "Resistance band";
        /// The machines of a gym.
        Machine = "machine", "Machines";
        PullUpBar = "pull_up_bar", "Pull-up bar";
        /// One that can be set flat or inclined.
        Bench = "bench", "Bench";
        /// Holds a barbell at chest height, and catches it.
        Rack = "rack", "Squat rack";
        /// A pulley whose height can be set.
        Cable = "cable", "Cable station";
    }
}

impl Training {
    /// Parses its part of the form alone, where the rest does not matter.
    ///
    /// # Errors
    /// All errors at once, by field.
    pub fn from_form(fields: &FormFields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        Self::read(fields, &mut errors).ok_or(errors)
    }

    /// Its fields with these values: what `from_form` reads back.
    #[must_use]
    pub fn to_form(&self) -> FormFields {
        let mut fields = FormFields::default();
        self.write(&mut fields);
        fields
    }
}

/// Equipment that often comes together, for ticking all of it at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// The word used in forms.
    pub word: &'static str,
    pub name: &'static str,
    pub equipment: &'static [Equipment],
}

impl Preset {
    pub const ALL: &'static [Self] = &[
        Self {
            word: "gym",
            name: "Gym",
            equipment: &[
                Equipment::Dumbbell,
                Equipment::Barbell,
                Equipment::Kettlebell,
                Equipment::Machine,
                Equipment::PullUpBar,
                Equipment::Bench,
                Equipment::Rack,
                Equipment::Cable,
            ],
        },
        Self { word: "dumbbells", name: "Dumbbells at home", equipment: &[Equipment::Dumbbell] },
        Self { word: "nothing", name: "Nothing", equipment: &[] },
    ];

    /// The form with the boxes of this preset ticked, and no others. What was typed stays.
    #[must_use]
    pub fn tick(&self, fields: &FormFields) -> FormFields {
        let others = fields.iter().filter(|(name, _)| *name != "equipment");
        let mut ticked: FormFields =
            others.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        for equipment in self.equipment {
            ticked.push("equipment", equipment.word());
        }
        ticked
    }
}

#[cfg(test)]
mod tests;
