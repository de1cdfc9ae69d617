//! Naming an exercise in stored results.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::form::FieldError;
use crate::workout::exercise::Exercise;

/// The `id` of an exercise. Results keep it for years, so it need not be in the catalogue of today.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExerciseId(String);

impl ExerciseId {
    /// In bytes.
    pub const MAX: usize = 40;

    /// Checks the form of an id: 1 to 40 of `a` to `z`, `0` to `9` and `_`.
    ///
    /// # Errors
    /// [`FieldError::Invalid`].
    pub fn parse(id: &str) -> Result<Self, FieldError> {
        let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if (1..=Self::MAX).contains(&id.len()) && id.bytes().all(fine) {
            Ok(Self(id.to_owned()))
        } else {
            Err(FieldError::Invalid)
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The exercise, if today's catalogue has it.
    #[must_use]
    pub fn exercise(&self) -> Option<&'static Exercise> {
        Exercise::find(&self.0)
    }

    /// What to call it: its name, or the id if today's catalogue lacks it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.exercise().map_or(&self.0, |exercise| exercise.name)
    }
}

impl From<&Exercise> for ExerciseId {
    fn from(exercise: &Exercise) -> Self {
        Self(exercise.id.to_owned())
    }
}

impl From<ExerciseId> for String {
    fn from(id: ExerciseId) -> Self {
        id.0
    }
}

impl TryFrom<String> for ExerciseId {
    type Error = FieldError;

    fn try_from(id: String) -> Result<Self, FieldError> {
        Self::parse(&id)
    }
}

impl fmt::Display for ExerciseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exercise_can_be_named() {
        for exercise in Exercise::ALL {
            let id = ExerciseId::parse(exercise.id).unwrap();
            assert_eq!(id, ExerciseId::from(exercise));
            assert_eq!((id.exercise(), id.name()), (Some(exercise), exercise.name));
        }
    }

    #[test]
    fn an_exercise_that_is_gone_keeps_its_id() {
        let id: ExerciseId = serde_json::from_str(r#""bosu_curl_9""#).unwrap();
        assert_eq!((id.exercise(), id.name()), (None, "bosu_curl_9"));
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""bosu_curl_9""#);
    }

    #[test]
    fn an_id_is_short_and_plain() {
        for wrong in ["", "Deadlift", "a b", "a-b", "é", "<b>", &"a".repeat(41)] {
            assert_eq!(ExerciseId::parse(wrong), Err(FieldError::Invalid), "{wrong}");
        }
        assert!(ExerciseId::parse(&"a".repeat(40)).is_ok());
    }
}
