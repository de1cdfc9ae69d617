//! Forms that may be redisplayed with errors.

use std::borrow::Cow;

use domain::form::{FieldErrors, FormFields};

use crate::wording::spoken;

/// What a form shows: its values, their errors, and an error of the form as a whole.
#[derive(Debug, Clone, Default)]
pub struct FormState {
    /// Never a password.
    pub values: FormFields,
    /// By field name.
    pub errors: FieldErrors,
    pub alert: Option<Alert>,
}

/// An error of a form as a whole, shown above it with `role=alert`. The message of a redirect is a
/// [`Notice`](super::Notice).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alert {
    /// Any failed login, whatever the reason: the response must not reveal whether the account exists.
    InvalidCredentials,
    TooManyAttempts {
        /// Seconds until a retry makes sense.
        retry_after: u32,
    },
    /// Not allowed for the shared demo account.
    DemoAccount,
    /// Some fields have errors of their own.
    CheckFields,
}

impl Alert {
    /// The text people read.
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
