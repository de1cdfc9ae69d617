//! Why a login at a provider fails.

use std::fmt;

/// What went wrong, for the log. Neither a code nor a token, a nonce or anything about a person is ever part
/// of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// The person declined at the provider.
    #[error("denied by the person")]
    Denied,
    /// The provider, or the site that sent the browser back, violated the protocol.
    #[error("failed: {0}")]
    Failed(&'static str),
    /// The same, where an operator needs both values to see what to configure.
    #[error("failed: {what}: expected {expected}, found {found}")]
    Mismatch { what: &'static str, expected: Shown, found: Shown },
    /// The provider does not respond, or reports that it is temporarily unavailable.
    #[error("unavailable: {0}")]
    Unavailable(&'static str),
}

impl OAuthError {
    pub(crate) fn mismatch(
        what: &'static str,
        expected: impl fmt::Display,
        found: impl fmt::Display,
    ) -> Self {
        Self::Mismatch { what, expected: Shown::new(expected), found: Shown::new(found) }
    }
}

/// A value as the log may show it: bounded, and without characters that could pose as other lines or change
/// the direction of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown(String);

/// Enough for a long URL.
const LONGEST: usize = 200;

impl Shown {
    pub(crate) fn new(value: impl fmt::Display) -> Self {
        let value = value.to_string();
        let mut shown = String::new();
        for character in value.chars() {
            if shown.len() >= LONGEST {
                shown.push('…');
                break;
            }
            match character {
                '"' | '\'' => shown.push(character),
                '`' => shown.push('\''),
                _ => shown.extend(character.escape_debug()),
            }
        }
        Self(shown)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_on_one_line_of_bounded_length() {
        assert_eq!(Shown::new("https://as.example/a").to_string(), "`https://as.example/a`");
        assert_eq!(Shown::new("a\nb`\u{1b}[31m\u{202e}").to_string(), "`a\\nb'\\u{1b}[31m\\u{202e}`");
        let long = Shown::new("ü".repeat(10_000)).to_string();
        assert!(long.len() < 220 && long.ends_with("…`"), "{long}");
    }

    #[test]
    fn a_mismatch_says_both_values() {
        let error =
            OAuthError::mismatch("ID token: another issuer", "https://a.example", "https://b.example");
        assert_eq!(
            error.to_string(),
            "failed: ID token: another issuer: expected `https://a.example`, found `https://b.example`"
        );
    }
}
