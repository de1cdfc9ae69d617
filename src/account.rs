//! People: ids, addresses, names and passwords, parsed once at the edge.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::form::FieldError;

/// An account's id: public, made of random bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(String);

impl UserId {
    /// From 16 random bytes, written in hexadecimal.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        use fmt::Write as _;
        let mut id = String::with_capacity(32);
        for byte in bytes {
            // Writing to a String cannot fail.
            let _ = write!(id, "{byte:02x}");
        }
        Self(id)
    }

    /// As stored: 32 hexadecimal digits.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        (id.len() == 32 && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
            .then(|| Self(id.to_owned()))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An e-mail address. Two addresses that differ in case or Unicode form only are one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    address: String,
    key: String,
}

impl EmailAddress {
    /// The longest address accepted, in characters (RFC 5321 §4.5.3.1.3, less the angle brackets).
    pub const MAX: u32 = 254;

    /// Parses what a person typed; surrounding blanks are dropped.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(_typed: &str) -> Result<Self, FieldError> {
        Err(FieldError::Invalid)
    }

    /// As the person wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// What makes it unique: NFKC, lower case.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Debug for EmailAddress {
    /// Addresses do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

/// What to call a person: 1 to 80 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct DisplayName(String);

impl DisplayName {
    /// Parses what a person typed; surrounding blanks are dropped.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(_typed: &str) -> Result<Self, FieldError> {
        Err(FieldError::Invalid)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A new password that passed the policy (ASVS 5.0 §6.2): 8 to 128 characters of any kind, taken exactly as
/// typed, not among the most common ones and not made of the person's or the site's own name.
#[derive(Clone)]
pub struct NewPassword(String);

impl NewPassword {
    /// Parses a chosen password. `context` are the person's name and address.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(_typed: &str, _context: &[&str]) -> Result<Self, FieldError> {
        Err(FieldError::Invalid)
    }

    /// Exactly what was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}
