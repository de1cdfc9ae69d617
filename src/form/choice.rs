//! Closed choices: a select or a group of check boxes in a form.

use crate::form::FieldError;

/// A fixed set of words.
pub(crate) trait Choice: Copy + 'static {
    fn all() -> &'static [Self];

    fn word(self) -> &'static str;

    fn parse(word: &str) -> Result<Self, FieldError> {
        Self::all().iter().copied().find(|c| c.word() == word).ok_or(FieldError::UnknownChoice)
    }
}

/// Declares a closed choice: the word used in forms, JSON and storage, and the label people read.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize,
        )]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)+
        }
        impl $name {
            /// All choices, in display order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
            /// The word used in forms, JSON and storage.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
            /// The text people read.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }
        }
        impl $crate::form::choice::Choice for $name {
            fn all() -> &'static [Self] {
                Self::ALL
            }
            fn word(self) -> &'static str {
                $name::word(self)
            }
        }
    };
}

pub(crate) use choice;
