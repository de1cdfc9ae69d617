//! The time zone in which a workout was done.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::form::FieldError;

/// The name of a time zone, such as `Europe/Berlin`. Only its form is checked: the tables change every year,
/// and a stored name may be one of the past.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(String);

impl Zone {
    /// In bytes; the longest name of today has 32.
    const MAX: usize = 64;

    /// Where nothing better is known.
    #[must_use]
    pub fn utc() -> Self {
        Self("UTC".to_owned())
    }

    /// # Errors
    /// [`FieldError::Invalid`] for anything but 1 to 64 letters, digits, `_`, `+`, `-` and `/`.
    pub fn parse(name: &str) -> Result<Self, FieldError> {
        let fine = |b: u8| b.is_ascii_alphanumeric() || b"_+-/".contains(&b);
        if (1..=Self::MAX).contains(&name.len()) && name.bytes().all(fine) {
            Ok(Self(name.to_owned()))
        } else {
            Err(FieldError::Invalid)
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.0
    }
}

impl TryFrom<String> for Zone {
    type Error = FieldError;

    fn try_from(name: String) -> Result<Self, FieldError> {
        Self::parse(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_named_as_in_the_tz_database() {
        for name in [
            "UTC",
            "Europe/Berlin",
            "America/Argentina/ComodRivadavia",
            "Etc/GMT+12",
            "America/Port-au-Prince",
        ] {
            assert_eq!(Zone::parse(name).unwrap().as_str(), name);
        }
        for wrong in ["", "Europe Berlin", "../../etc/passwd\0", "Zürich", "<b>", &"a".repeat(65)] {
            assert_eq!(Zone::parse(wrong), Err(FieldError::Invalid), "{wrong}");
        }
        assert_eq!(Zone::parse("UTC"), Ok(Zone::utc()));
    }
}
