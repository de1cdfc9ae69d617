//! Errors in the fields of a form.

use std::fmt;

/// Why a field was rejected. `code` is for programs, `Display` for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldError {
    Required,
    Invalid,
    /// Not an e-mail address.
    InvalidAddress,
    /// Has fewer characters than this.
    TooShort(u32),
    /// Has more characters than this.
    TooLong(u32),
    /// Outside these bounds.
    OutOfRange(u32, u32),
    UnknownChoice,
    CommonPassword,
    /// Composed of the name of the person or the site.
    PredictablePassword,
    /// The address already has an account.
    Taken,
    IncorrectPassword,
    /// Not the account's address.
    Mismatch,
    /// Sent more than once.
    Repeated,
    /// As many as these were accepted within a day.
    TooMany(u32),
}

impl FieldError {
    /// A stable code for programs. A malformed address is just `invalid` to them: the field name says the
    /// rest.
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
            Self::TooMany(_) => "too_many",
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => f.write_str("Please fill in this field."),
            Self::Invalid => f.write_str("Please check this value."),
            Self::InvalidAddress => f.write_str("Please enter an address like name@example.com."),
            Self::TooShort(min) => write!(f, "Use at least {min} characters."),
            Self::TooLong(max) => write!(f, "Use at most {max} characters."),
            Self::OutOfRange(min, max) => write!(f, "Choose a number from {min} to {max}."),
            Self::UnknownChoice => f.write_str("Please choose one of the options."),
            Self::CommonPassword => f.write_str("This is one of the most common passwords. Please choose another."),
            Self::PredictablePassword => f.write_str(
                "This password is easy to guess from your name, your address or this site’s name. Please choose another.",
            ),
            Self::Taken => f.write_str("This address already has an account. Log in instead."),
            Self::IncorrectPassword => f.write_str("This is not your current password."),
            Self::Mismatch => f.write_str("This is not the address of this account."),
            Self::Repeated => f.write_str("This field was sent more than once."),
            Self::TooMany(max) => write!(f, "At most {max} a day can be saved. Please try again tomorrow."),
        }
    }
}

/// Errors by field name; the first error of a field counts.
///
/// A sorted list: the browser reads forms too, and a tree of the standard library takes kilobytes of WebAssembly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(&'static str, FieldError)>);

impl FieldErrors {
    pub fn add(&mut self, field: &'static str, error: FieldError) {
        if let Err(place) = self.place(field) {
            self.0.insert(place, (field, error));
        }
    }

    /// The value, if there is one; otherwise records the error.
    pub fn check<T>(&mut self, field: &'static str, parsed: Result<T, FieldError>) -> Option<T> {
        parsed.map_err(|error| self.add(field, error)).ok()
    }

    #[must_use]
    pub fn get(&self, field: &str) -> Option<FieldError> {
        self.place(field).ok().and_then(|place| self.0.get(place)).map(|(_, error)| *error)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, FieldError)> + '_ {
        self.0.iter().copied()
    }

    /// Where a field is, or where it belongs.
    fn place(&self, field: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(one, _)| (*one).cmp(field))
    }
}

impl From<(&'static str, FieldError)> for FieldErrors {
    fn from((field, error): (&'static str, FieldError)) -> Self {
        Self(vec![(field, error)])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_first_error_of_a_field_counts() {
        let mut errors = FieldErrors::from(("email", FieldError::Taken));
        errors.add("email", FieldError::Invalid);
        assert_eq!(errors.check("name", Err::<(), _>(FieldError::TooLong(80))), None);
        assert_eq!(errors.check("fine", Ok(1)), Some(1));
        assert_eq!(errors.get("email"), Some(FieldError::Taken));
        assert_eq!(errors.get("fine"), None);
        assert_eq!(errors.get("name"), Some(FieldError::TooLong(80)));
        assert_eq!(errors.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["email", "name"]);
        assert!(!errors.is_empty());
        assert!(FieldErrors::default().is_empty());
    }

    /// A list of all variants that does not compile if one is missing.
    macro_rules! every_error {
        ($($variant:ident $(($($bound:literal),+))?;)+) => {{
            let _complete = |error: FieldError| match error {
                $(FieldError::$variant { .. } => (),)+
            };
            [$(FieldError::$variant $(($($bound),+))?),+]
        }};
    }

    #[test]
    fn every_error_has_a_sentence_of_its_own_and_all_but_two_a_word_of_their_own() {
        let all = every_error! {
            Required;
            Invalid;
            InvalidAddress;
            TooShort(8);
            TooLong(128);
            OutOfRange(1, 7);
            UnknownChoice;
            CommonPassword;
            PredictablePassword;
            Taken;
            IncorrectPassword;
            Mismatch;
            Repeated;
            TooMany(50);
        };
        let sentences: BTreeSet<_> = all.iter().map(ToString::to_string).collect();
        assert_eq!(sentences.len(), all.len());
        assert!(sentences.iter().all(|sentence| sentence.ends_with('.')));
        assert_eq!(FieldError::OutOfRange(1, 7).to_string(), "Choose a number from 1 to 7.");

        // Intended: to a program, a malformed address is like any other malformed value.
        assert_eq!(FieldError::InvalidAddress.code(), FieldError::Invalid.code());
        let others = all.iter().filter(|error| **error != FieldError::InvalidAddress);
        let codes: BTreeSet<_> = others.map(|error| error.code()).collect();
        assert_eq!(codes.len(), all.len() - 1);
    }
}
