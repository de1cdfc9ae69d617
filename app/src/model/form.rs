//! Forms that may come back with errors.

use std::borrow::Cow;

use domain::form::{FieldErrors, FormFields};

use crate::wording::spoken;

/// What a form shows: values, what is wrong with them, and what is wrong with the form as a whole.
#[derive(Debug, Clone, Default)]
pub struct FormState {
    /// Never a password.
    pub values: FormFields,
    /// By field name.
    pub errors: FieldErrors,
    pub alert: Option<Alert>,
}

/// What is wrong with a form as a whole, said above it with `role=alert`. What a redirect has to say is a
/// [`Notice`](super::Notice).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alert {
    /// Any failed login, whatever the reason: the answer must not tell whether the account exists.
    InvalidCredentials,
    TooManyAttempts {
        /// Seconds until the next attempt makes sense.
        retry_after: u32,
    },
    /// The shared demo account refuses this.
    DemoAccount,
    /// Some fields have errors of their own.
    CheckFields,
}

impl Alert {
    /// What people read.
    #[must_use]
    pub fn sentence(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::InvalidCredentials => "Email or password is incorrect.",
            Self::TooManyAttempts { retry_after } => {
                let wait = spoken(retry_after.max(1));
                return Cow::Owned(format!("Too many failed attempts. Try again in {wait}."));
            }
            Self::DemoAccount => "This demo account is shared with others, so it can’t be changed that way.",
            Self::CheckFields => "Please check the marked fields.",
        })
    }
}
