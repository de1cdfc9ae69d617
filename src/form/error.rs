//! What was wrong with the fields of a form.

use std::collections::BTreeMap;
use std::fmt;

/// Why a field was refused. `code` is for programs, `Display` for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldError {
    /// Nothing was given.
    Required,
    /// Not of the form expected.
    Invalid,
    /// Not an e-mail address.
    InvalidAddress,
    /// Too few characters.
    TooShort(u32),
    /// Too many characters.
    TooLong(u32),
    /// Not within these bounds.
    OutOfRange(u32, u32),
    /// Not one of the choices.
    UnknownChoice,
    /// Among the most common passwords.
    CommonPassword,
    /// Made of this application's or the person's own name.
    PredictablePassword,
    /// The address has an account.
    Taken,
    /// Not the current password.
    IncorrectPassword,
    /// Not the account's address.
    Mismatch,
    /// Sent more than once.
    Repeated,
}

impl FieldError {
    /// A stable word for programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Invalid | Self::InvalidAddress => "invalid",
            Self::TooShort(_) => "too_short",
            Self::TooLong(_) => "too_long",
            Self::OutOfRange(..) => "out_of_range",
            Self::UnknownChoice => "unknown_choice",
            Self::CommonPassword => "common_password",
            Self::PredictablePassword => "predictable_password",
            Self::Taken => "taken",
            Self::IncorrectPassword => "incorrect_password",
            Self::Mismatch => "mismatch",
            Self::Repeated => "repeated",
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => f.write_str("Please fill in this field."),
            Self::Invalid => f.write_str("Please check this value."),
            Self::InvalidAddress => f.write_str("Enter an address like name@example.com."),
            Self::TooShort(min) => write!(f, "Use at least {min} characters."),
            Self::TooLong(max) => write!(f, "Use at most {max} characters."),
            Self::OutOfRange(min, max) => write!(f, "Choose a number from {min} to {max}."),
            Self::UnknownChoice => f.write_str("Please choose one of the options."),
            Self::CommonPassword => f.write_str("This password is among the most used ones. Choose another."),
            Self::PredictablePassword => f.write_str(
                "This password is easy to guess from your name, address or this site. Choose another.",
            ),
            Self::Taken => f.write_str("This address already has an account. Log in instead."),
            Self::IncorrectPassword => f.write_str("This is not your current password."),
            Self::Mismatch => f.write_str("This is not the address of this account."),
            Self::Repeated => f.write_str("This field was sent more than once."),
        }
    }
}

/// Errors by field name; the first one of a field counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(BTreeMap<&'static str, FieldError>);

impl FieldErrors {
    /// Notes an error.
    pub fn add(&mut self, field: &'static str, error: FieldError) {
        self.0.entry(field).or_insert(error);
    }

    /// Keeps a value, or notes why there is none.
    pub fn check<T>(&mut self, field: &'static str, parsed: Result<T, FieldError>) -> Option<T> {
        parsed.map_err(|error| self.add(field, error)).ok()
    }

    /// The error of a field.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<FieldError> {
        self.0.get(field).copied()
    }

    /// What to say beside a field.
    #[must_use]
    pub fn message(&self, field: &str) -> Option<String> {
        self.get(field).map(|error| error.to_string())
    }

    /// Nothing was wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, by field name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, FieldError)> + '_ {
        self.0.iter().map(|(field, error)| (*field, *error))
    }
}

impl From<(&'static str, FieldError)> for FieldErrors {
    fn from((field, error): (&'static str, FieldError)) -> Self {
        Self(BTreeMap::from([(field, error)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_of_a_field_counts() {
        let mut errors = FieldErrors::from(("email", FieldError::Taken));
        errors.add("email", FieldError::Invalid);
        assert_eq!(errors.check("name", Err::<(), _>(FieldError::TooLong(80))), None);
        assert_eq!(errors.check("fine", Ok(1)), Some(1));
        assert_eq!(errors.get("email"), Some(FieldError::Taken));
        assert_eq!(errors.get("fine"), None);
        assert_eq!(errors.message("name").as_deref(), Some("Use at most 80 characters."));
        assert_eq!(errors.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["email", "name"]);
        assert!(!errors.is_empty());
        assert!(FieldErrors::default().is_empty());
    }

    #[test]
    fn every_error_has_a_word_and_a_sentence_of_its_own() {
        let all = [
            FieldError::Required,
            FieldError::Invalid,
            FieldError::TooShort(8),
            FieldError::TooLong(128),
            FieldError::OutOfRange(1, 7),
            FieldError::UnknownChoice,
            FieldError::CommonPassword,
            FieldError::PredictablePassword,
            FieldError::Taken,
            FieldError::IncorrectPassword,
            FieldError::Mismatch,
            FieldError::Repeated,
        ];
        let codes: std::collections::BTreeSet<_> = all.iter().map(|e| e.code()).collect();
        let sentences: std::collections::BTreeSet<_> = all.iter().map(ToString::to_string).collect();
        assert_eq!((codes.len(), sentences.len()), (all.len(), all.len()));
        assert!(sentences.iter().all(|sentence| sentence.ends_with('.')));
        assert_eq!(FieldError::OutOfRange(1, 7).to_string(), "Choose a number from 1 to 7.");
    }
}
