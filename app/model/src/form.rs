//! Forms that may be shown again, with errors.

use std::borrow::Cow;

use domain::form::{FieldErrors, FormFields};
use domain::workout::document::Refusal; // slim: trainer

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

impl FormState {
    /// Whether the form comes back because something is wrong with it.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.alert.is_some() || !self.errors.is_empty()
    }
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
    /// Too many accounts were made from the visitor's network.
    TooManyAccounts {
        /// Seconds until a retry makes sense.
        retry_after: u32,
    },
    /// Demo accounts are limited per network address.
    TooManyDemoAccounts {
        /// Seconds until a retry makes sense.
        retry_after: u32,
    },
    /// Too many passwords are waiting to be checked.
    Busy,
    /// Some fields have errors of their own.
    CheckFields,
    // slim: trainer
    /// The workout cannot be changed like this.
    Refused(Refusal),
    /// A form that had been sent before, with other values.
    AlreadySent,
    // slim: end
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
            Self::TooManyAccounts { retry_after } => {
                let wait = spoken(retry_after.max(1));
                return Cow::Owned(format!(
                    "Too many accounts were created from your network. Try again in {wait}."
                ));
            }
            Self::TooManyDemoAccounts { retry_after } => {
                let wait = spoken(retry_after.max(1));
                return Cow::Owned(format!(
                    "Too many demo accounts were created from your network. Try again in {wait}."
                ));
            }
            Self::Busy => {
                "Too many people are logging in at the same time. Please try again in a few seconds."
            }
            Self::CheckFields => "Please check the marked fields.",
            // slim: trainer
            Self::Refused(refusal) => refusal.label(),
            Self::AlreadySent => {
                "This form was sent before, so what is saved stayed as it is. Send it again to change it."
            } // slim: end
        })
    }
}
