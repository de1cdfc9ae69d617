//! Configuration errors, each reported once and without secrets.

use std::fmt;

use storage::redacted;

/// An unusable variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadVariable {
    pub(super) name: String,
    /// The displayable value, with secrets, passwords in URLs and control characters replaced. Empty if
    /// unset.
    pub(super) value: String,
    /// What is accepted and, where it is not obvious, why this value is not.
    pub(super) accepted: String,
}

impl BadVariable {
    /// Takes the raw value and stores it [`redacted`].
    pub(super) fn new(name: &str, value: &str, accepted: impl Into<String>) -> Self {
        Self { name: name.to_owned(), value: redacted(name, value), accepted: accepted.into() }
    }
}

impl fmt::Display for BadVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value, accepted } = self;
        match value.as_str() {
            "" | "(not set)" => write!(f, "{name} is not set; accepted: {accepted}"),
            // Redacted again in case the error was not created by `new`.
            value => write!(f, "{name}={}; accepted: {accepted}", redacted(name, value)),
        }
    }
}

/// All configuration errors of one start, in one message.
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

#[cfg(test)]
mod tests {
    use super::*;

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
