//! What a person wrote about a set.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::form::FieldError;
use crate::text::line;

/// 1 to 200 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Note(String);

impl Note {
    /// In characters.
    pub const MAX: u32 = 200;

    /// Parses typed text; surrounding spaces are dropped. Nothing visible is no note.
    ///
    /// # Errors
    /// [`FieldError::TooLong`], and [`FieldError::Invalid`] for characters that would break the line or
    /// change its direction.
    pub fn parse(typed: &str) -> Result<Option<Self>, FieldError> {
        match line(typed, Self::MAX) {
            Ok(text) => Ok(Some(Self(text.to_owned()))),
            Err(FieldError::Required) => Ok(None),
            Err(error) => Err(error),
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Note> for String {
    fn from(note: Note) -> Self {
        note.0
    }
}

impl TryFrom<String> for Note {
    type Error = FieldError;

    fn try_from(text: String) -> Result<Self, FieldError> {
        Self::parse(&text)?.ok_or(FieldError::Required)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_one_line_or_nothing() {
        assert_eq!(Note::parse(" seat at 4 ").unwrap().unwrap().as_str(), "seat at 4");
        assert_eq!(Note::parse(" \u{200b} "), Ok(None));
        assert_eq!(Note::parse("a\nb"), Err(FieldError::Invalid));
        assert!(Note::parse(&"ü".repeat(200)).is_ok());
        assert_eq!(Note::parse(&"ü".repeat(201)), Err(FieldError::TooLong(200)));
    }

    #[test]
    fn a_stored_note_keeps_the_rules() {
        assert_eq!(serde_json::from_str::<Note>(r#""left shoulder""#).unwrap().as_str(), "left shoulder");
        for wrong in [r#""""#, r#"" ""#, r#""a\nb""#, "4"] {
            assert!(serde_json::from_str::<Note>(wrong).is_err(), "{wrong}");
        }
    }
}
