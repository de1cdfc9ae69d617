//! Form fields as they were sent, and what was wrong with them.

use std::collections::BTreeMap;
use std::fmt;

/// The fields of one form in the order sent. Keys may repeat (a group of check boxes).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormFields(Vec<(String, String)>);

impl FormFields {
    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value to show for a field: the first one, or nothing.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The one value of a field that must not repeat. Absent counts as empty.
    ///
    /// # Errors
    /// [`FieldError::Repeated`] if it was sent more than once.
    pub fn one(&self, name: &str) -> Result<&str, FieldError> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        let first = values.next().map_or("", |(_, value)| value.as_str());
        if values.next().is_some() { Err(FieldError::Repeated) } else { Ok(first) }
    }

    /// Adds a field.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Only the named fields: what a form may show again. Passwords and tokens are left out by naming the
    /// others.
    #[must_use]
    pub fn keep(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(key, _)| names.contains(&key.as_str())).cloned().collect())
    }
}

impl FromIterator<(String, String)> for FormFields {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

/// Why a field was refused. `code` is for programs, `Display` for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldError {
    /// Nothing was given.
    Required,
    /// Not of the form expected.
    Invalid,
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
            Self::Invalid => "invalid",
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
