//! What is wrong with the configuration, said once and without secrets.

use std::fmt;

/// A variable that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadVariable {
    /// Its name.
    pub name: String,
    /// Its value as it may be shown: secrets, passwords in URLs and control characters replaced. Empty: it is
    /// not set.
    pub value: String,
    /// What is accepted, and why this value is not, where that is not plain.
    pub accepted: String,
}

impl BadVariable {
    /// The only way a value gets into a message: through [`redacted`].
    #[must_use]
    pub fn new(name: &str, value: &str, accepted: impl Into<String>) -> Self {
        Self { name: name.to_owned(), value: redacted(name, value), accepted: accepted.into() }
    }
}

impl fmt::Display for BadVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value, accepted } = self;
        match value.as_str() {
            "" | "(not set)" => write!(f, "{name} is not set; accepted: {accepted}"),
            // Once more, for those made without `new`.
            value => write!(f, "{name}={}; accepted: {accepted}", redacted(name, value)),
        }
    }
}

/// Every error of one start, in one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<BadVariable>);

impl std::error::Error for ConfigErrors {}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => write!(f, "the configuration has an error:")?,
            n => write!(f, "the configuration has {n} errors:")?,
        }
        self.0.iter().try_for_each(|bad| write!(f, "\n  {bad}"))
    }
}

/// The longest value shown in a message or by `check-config`.
const SHOWN: usize = 200;

/// A variable's value as it may be shown: nothing of a secret, no user information or query of a URL, no
/// control characters, not too long.
#[must_use]
pub fn redacted(name: &str, value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    if name.contains("SECRET") || name.contains("PASSWORD") || name.contains("TOKEN") && !is_url(value) {
        return "(redacted)".to_owned();
    }
    let mut shown = String::new();
    for c in without_credentials(value).chars().take(SHOWN) {
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    if value.chars().count() > SHOWN {
        shown.push('…');
    }
    shown
}

fn is_url(value: &str) -> bool {
    value.contains("://")
}

/// Works on text that is no valid URL too, for just that is what error messages show. What could be a
/// password is cut generously: up to the *last* `@`, because a password may hold an unescaped one.
fn without_credentials(value: &str) -> String {
    let (scheme, rest) = match value.split_once("://") {
        Some((scheme, rest)) if !scheme.contains('@') => (format!("{scheme}://"), rest),
        _ => (String::new(), value),
    };
    let rest = match rest.rsplit_once('@') {
        Some((_, host)) => format!("***@{host}"),
        None => rest.to_owned(),
    };
    match rest.split_once('?') {
        Some((path, query)) if !query.is_empty() => format!("{scheme}{path}?***"),
        _ => format!("{scheme}{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_secret_is_shown() {
        for (name, value, shown) in [
            ("SESSION_SECRETS", "canary,canary", "(redacted)"),
            ("OAUTH_GOOGLE_CLIENT_SECRET", "canary", "(redacted)"),
            ("OAUTH_X_TOKEN_URL", "https://id.example/token", "https://id.example/token"),
            ("OAUTH_X_TOKEN_URL", "canary", "(redacted)"),
            ("DATABASE_URL", "postgres://me:canary@db/x", "postgres://***@db/x"),
            ("DATABASE_URL", "postgres://me:can@ary/@db/x", "postgres://***@db/x"),
            ("DATABASE_URL", "postgres://db/x?password=canary", "postgres://db/x?***"),
            ("DATABASE_URL", "me:canary@db", "***@db"),
            ("SESSION_STORE", "me:canary@x://y", "***@x://y"),
            ("SITE_ADDR", "a\r\nb\u{1b}c", "a\\r\\nb\\u{1b}c"),
            ("SITE_ADDR", "", ""),
        ] {
            assert_eq!(redacted(name, value), shown, "{name} {value}");
        }
        assert_eq!(redacted("X", &"y".repeat(300)).chars().count(), SHOWN + 1);
    }

    #[test]
    fn one_message_holds_every_error() {
        let errors = ConfigErrors(vec![
            BadVariable::new("PUBLIC_URL", "", "an origin"),
            BadVariable::new("SITE_ADDR", "x", "an address"),
        ]);
        assert_eq!(
            errors.to_string(),
            "the configuration has 2 errors:\n  PUBLIC_URL is not set; accepted: an origin\n  \
             SITE_ADDR=x; accepted: an address"
        );
    }
}
