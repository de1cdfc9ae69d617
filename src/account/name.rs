//! Display names.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

use crate::form::FieldError;
use crate::text::line;

/// What to call a person: 1 to 80 characters on one line, in any script. In NFC, so that a name has the same
/// length and the same form from whichever device it is typed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct DisplayName(String);

impl DisplayName {
    /// In characters.
    const MAX: u32 = 80;

    /// Parses typed text; surrounding spaces are dropped.
    ///
    /// # Errors
    /// [`FieldError::Required`] if nothing visible is left, [`FieldError::TooLong`], and
    /// [`FieldError::Invalid`] for characters that would break the line or change its direction.
    pub fn parse(typed: &str) -> Result<Self, FieldError> {
        let composed: String = typed.nfc().collect();
        line(&composed, Self::MAX).map(|name| Self(name.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_as_people_write_them() {
        for name in ["A", "Zoë O’Neill-Müller", "李小龍", "X Æ A-12", "<b>Bob</b>", "💪"] {
            assert_eq!(DisplayName::parse(&format!("  {name}\t")).unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_name_has_1_to_80_characters() {
        assert_eq!(DisplayName::parse(&"字".repeat(80)).unwrap().as_str().chars().count(), 80);
        assert_eq!(DisplayName::parse(&"字".repeat(81)), Err(FieldError::TooLong(80)));
        for nothing in ["", "   ", "\u{200b}", "\u{3164}\u{200d}"] {
            assert_eq!(DisplayName::parse(nothing), Err(FieldError::Required), "{nothing:?}");
        }
    }

    #[test]
    fn a_name_is_the_same_from_every_device() {
        let composed = DisplayName::parse("Zo\u{eb}").unwrap();
        assert_eq!(DisplayName::parse("Zoe\u{308}").unwrap(), composed);
        assert_eq!(composed.as_str(), "Zo\u{eb}");
        assert!(DisplayName::parse(&"e\u{308}".repeat(80)).is_ok(), "80 characters, however they are sent");
    }

    #[test]
    fn a_name_stays_on_its_line_and_in_its_direction() {
        for name in ["a\nb", "a\0b", "a\u{202e}b", "a\u{2067}b", "a\u{1b}[31m"] {
            assert_eq!(DisplayName::parse(name), Err(FieldError::Invalid), "{name:?}");
        }
    }
}
