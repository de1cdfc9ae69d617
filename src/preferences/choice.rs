//! The closed choices of the preferences form.

use serde::{Deserialize, Serialize};

use crate::form::FieldError;

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
