//! Secrets that sign cookies and encrypt session data. They cannot end up in a log: `Debug` is redacted and
//! there is no `Display`.

use std::collections::BTreeSet;
use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use sessions::keys::MIN_SECRET_BYTES;

use super::reader::unquoted;
use super::table;

/// Fragments of values copied from documentation, including this project's `.env.example`, in lower case.
/// None of them occurs in random base64 or hex by chance.
const PLACEHOLDERS: [&str; 9] = [
    "changeme",
    "change-me",
    "change_me",
    "your-secret",
    "your_secret",
    "yoursecret",
    "replace-this",
    "replace-me",
    "placeholder",
];

/// Secret text, wiped from memory when dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text as is; the rules are checked where it is read.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The raw secret, for deriving keys.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }

    /// Whether it cannot be random: a well-known placeholder, or one repeated character.
    pub(super) fn is_placeholder(&self) -> bool {
        let lower = self.0.expose_secret().to_ascii_lowercase();
        PLACEHOLDERS.iter().any(|known| lower.contains(known))
            || self.expose().iter().collect::<BTreeSet<_>>().len() <= 1
    }
}

/// Not constant-time: configured secrets are only compared with one another, at start-up.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Parses `SESSION_SECRETS`. With `careful`, placeholders are rejected as well (everywhere except in
/// development).
///
/// # Errors
/// What is accepted, and which secret (by position) is not. Never any part of a secret.
pub(super) fn parse_list(text: &str, careful: bool) -> Result<Vec<Secret>, String> {
    let secrets: Vec<Secret> = text.split(',').map(|item| Secret::new(unquoted(item))).collect();
    let mut seen = BTreeSet::new();
    for (index, secret) in secrets.iter().enumerate() {
        let length = secret.expose().len();
        let problem = if length < MIN_SECRET_BYTES {
            format!("is {length} bytes long")
        } else if careful && secret.is_placeholder() {
            "is a placeholder, not a secret".to_owned()
        } else if !seen.insert(secret.expose()) {
            "is there twice".to_owned()
        } else {
            continue;
        };
        let accepted = table::SESSION_SECRETS.accepted;
        return Err(format!("{accepted}; number {} of {} {problem}", index + 1, secrets.len()));
    }
    Ok(secrets)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "canary-Zk3v9Qx7Lm2Rt8Wp4Yb6Nc1Hd5Js0Fg";

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", [Secret::new(GOOD)]), "[Secret(…)]");
    }

    #[test]
    fn several_secrets_keep_their_order() {
        let other = GOOD.replace("canary", "second");
        let list = parse_list(&format!("{other} , {GOOD}"), true).expect("good");
        assert_eq!(list, [Secret::new(other), Secret::new(GOOD)]);
    }

    #[test]
    fn the_error_says_which_and_why_but_shows_nothing() {
        for (text, careful, part) in [
            ("canary".to_owned(), false, "number 1 of 1 is 6 bytes long"),
            (format!("{GOOD},"), false, "number 2 of 2 is 0 bytes long"),
            (format!("{GOOD},{GOOD}"), false, "number 2 of 2 is there twice"),
            ("a".repeat(40), true, "number 1 of 1 is a placeholder"),
            ("your-secret-key-your-secret-key-canary".to_owned(), true, "placeholder"),
            ("ChangeMe-canary-ChangeMe-canary-canary".to_owned(), true, "placeholder"),
            (format!("{GOOD},replace-this-with-the-output-of-openssl-canary"), true, "number 2 of 2 is a pl"),
        ] {
            let error = parse_list(&text, careful).expect_err(part);
            assert!(error.contains(part) && error.contains("at least 32 bytes"), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
        assert!(parse_list(&"a".repeat(40), false).is_ok(), "development may use what it likes");
    }
}
