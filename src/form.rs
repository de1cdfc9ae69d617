//! Form fields as they were sent, and what was wrong with them.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

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

    /// The one value of a field that must be there and must not repeat.
    ///
    /// # Errors
    /// [`FieldError::Required`] if it is absent or empty, [`FieldError::Repeated`].
    pub fn required(&self, name: &str) -> Result<&str, FieldError> {
        let value = self.one(name)?;
        if value.is_empty() { Err(FieldError::Required) } else { Ok(value) }
    }

    /// A required whole number, written in ASCII digits and nothing else: no sign, blank, point or digit of
    /// another script, whatever the number parser of the language would take.
    ///
    /// # Errors
    /// As [`required`](Self::required); [`FieldError::Invalid`] for other characters;
    /// [`FieldError::OutOfRange`] outside `range` or what `T` can hold.
    pub fn number<T: TryFrom<u32>>(&self, name: &str, range: RangeInclusive<u32>) -> Result<T, FieldError> {
        let digits = self.required(name)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(FieldError::Invalid);
        }
        // Only digits: what does not parse is too large.
        digits
            .parse()
            .ok()
            .filter(|number| range.contains(number))
            .and_then(|number| T::try_from(number).ok())
            .ok_or(FieldError::OutOfRange(*range.start(), *range.end()))
    }

    /// All fields, in the order sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
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

    fn fields(pairs: &[(&str, &str)]) -> FormFields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn repeated_fields_keep_their_order() {
        let form = fields(&[("a", "2"), ("b", "x"), ("a", "1")]);
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["2", "1"]);
        assert_eq!(form.value("a"), "2");
        assert_eq!(form.iter().collect::<Vec<_>>(), [("a", "2"), ("b", "x"), ("a", "1")]);
    }

    #[test]
    fn a_single_field_must_not_repeat_even_with_the_same_value() {
        let form = fields(&[("a", "1"), ("a", "1"), ("b", "x")]);
        assert_eq!(form.one("a"), Err(FieldError::Repeated));
        assert_eq!(form.required("a"), Err(FieldError::Repeated));
        assert_eq!(form.one("b"), Ok("x"));
    }

    #[test]
    fn an_absent_field_is_an_empty_one() {
        let form = fields(&[("empty", "")]);
        for name in ["absent", "empty"] {
            assert_eq!(form.value(name), "");
            assert_eq!(form.one(name), Ok(""));
            assert_eq!(form.required(name), Err(FieldError::Required));
            assert_eq!(form.number::<u8>(name, 0..=9), Err(FieldError::Required));
        }
    }

    #[test]
    fn numbers_stay_within_range_and_type() {
        let form = fields(&[("n", "300"), ("zeros", "007"), ("huge", "4294967296")]);
        assert_eq!(form.number::<u16>("n", 0..=300), Ok(300));
        assert_eq!(form.number::<u16>("n", 0..=299), Err(FieldError::OutOfRange(0, 299)));
        assert_eq!(form.number::<u8>("n", 0..=999), Err(FieldError::OutOfRange(0, 999)));
        assert_eq!(form.number::<u8>("zeros", 0..=9), Ok(7));
        assert_eq!(form.number::<u32>("huge", 0..=u32::MAX), Err(FieldError::OutOfRange(0, u32::MAX)));
    }

    #[test]
    fn keep_leaves_out_what_it_was_not_asked_to_keep() {
        let form = fields(&[("email", "a@example.com"), ("password", "secret"), ("csrf_token", "t")]);
        assert_eq!(form.keep(&["email"]), fields(&[("email", "a@example.com")]));
    }

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
