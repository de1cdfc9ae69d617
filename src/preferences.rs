//! How a person wants to train, and how the pages look to them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::form::{FieldError, FieldErrors, FormFields};

/// Declares a closed choice: the word used in forms, JSON and storage, and the label people read.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)+
        }
        impl $name {
            /// Every choice, in the order shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
            /// The word used in forms, JSON and storage.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
            /// What people read.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }
            /// From the word.
            ///
            /// # Errors
            /// [`FieldError::UnknownChoice`].
            pub fn parse(word: &str) -> Result<Self, FieldError> {
                Self::ALL.iter().copied().find(|c| c.word() == word).ok_or(FieldError::UnknownChoice)
            }
        }
    };
}

choice! {
    /// Units of weight.
    Units {
        /// Kilograms.
        Kg = "kg", "Kilograms";
        /// Pounds.
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
        /// More.
        Advanced = "advanced", "Advanced";
    }
}
choice! {
    /// What there is to train with; nothing means body weight.
    Equipment {
        /// A pair of dumbbells.
        Dumbbell = "dumbbell", "Dumbbells";
        /// A barbell with plates.
        Barbell = "barbell", "Barbell";
        /// A kettlebell.
        Kettlebell = "kettlebell", "Kettlebell";
        /// A resistance band.
        Band = "band", "Resistance band";
        /// The machines of a gym.
        Machine = "machine", "Machines";
        /// Something to hang from.
        PullUpBar = "pull_up_bar", "Pull-up bar";
    }
}
choice! {
    /// Colours of the pages.
    Theme {
        /// As the device is set.
        System = "system", "Same as device";
        /// Light.
        Light = "light", "Light";
        /// Dark.
        Dark = "dark", "Dark";
    }
}

/// Session-backed preferences; the field names are those of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Units of weight.
    pub units: Units,
    /// What the training is for.
    pub goal: Goal,
    /// Training experience.
    pub level: Level,
    /// 1 to 7.
    pub days_per_week: u8,
    /// 15 to 120 minutes.
    pub session_minutes: u8,
    /// Empty: body weight.
    pub equipment: BTreeSet<Equipment>,
    /// 15 to 600 seconds.
    pub rest_seconds: u16,
    /// Colours of the pages.
    pub theme: Theme,
    /// When they were saved; `None` for the defaults.
    #[serde(with = "time::serde::rfc3339::option")]
    pub updated_at: Option<OffsetDateTime>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            units: Units::Kg,
            goal: Goal::Strength,
            level: Level::Beginner,
            days_per_week: 3,
            session_minutes: 45,
            equipment: BTreeSet::new(),
            rest_seconds: 90,
            theme: Theme::System,
            updated_at: None,
        }
    }
}

impl Preferences {
    /// Parses the form.
    ///
    /// # Errors
    /// What is wrong, field by field.
    pub fn from_form(_fields: &FormFields, _now: OffsetDateTime) -> Result<Self, FieldErrors> {
        Err(FieldErrors::default())
    }

    /// The form's fields with these values.
    #[must_use]
    pub fn to_form(&self) -> FormFields {
        FormFields::default()
    }

    /// The rule at login: the newer side wins (a side never saved is the older one).
    #[must_use]
    pub fn newer(_session: Option<Self>, _account: Option<Self>) -> Option<Self> {
        None
    }
}
