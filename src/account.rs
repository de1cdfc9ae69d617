//! People: ids, addresses, names and passwords, parsed once at the edge.

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::email::EmailAddress;
pub use self::name::DisplayName;
pub use self::password::{NewPassword, composed_password};

mod email;
mod name;
mod password;

/// An account's public id, made of random bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(String);

impl UserId {
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(hex::encode(bytes))
    }

    /// As stored: 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        (id.len() == 32 && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
            .then(|| Self(id.to_owned()))
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_32_hexadecimal_digits() {
        let id = UserId::from_random([0xab; 16]);
        assert_eq!(id.as_str(), "ab".repeat(16));
        assert_eq!(id.to_string(), id.as_str());
        assert_eq!(UserId::parse(id.as_str()), Some(id));
    }

    #[test]
    fn nothing_else_is_an_id() {
        let short = "0".repeat(31);
        for id in
            ["", "x", &short, &"0".repeat(33), &"AB".repeat(16), &format!("{short}g"), &format!("{short} ")]
        {
            assert_eq!(UserId::parse(id), None, "{id:?}");
        }
    }
}
