//! What use cases lead to, as a word that is counted.

use crate::{Confirmed, Error, LoggedIn, OAuthSignIn, Registered};

/// An outcome of a use case.
pub(crate) trait Outcome {
    fn word(&self) -> &'static str;
}

impl Outcome for LoggedIn {
    fn word(&self) -> &'static str {
        match self {
            Self::Done => "success",
            Self::InvalidCredentials => "wrong",
            Self::Throttled { .. } => "throttled",
            Self::Superseded => "superseded",
        }
    }
}

impl Outcome for OAuthSignIn {
    fn word(&self) -> &'static str {
        match self {
            Self::Done => "success",
            Self::EmailTaken => "email_taken",
            Self::NoEmail => "no_email",
            Self::NoName => "no_name",
            Self::Throttled | Self::TooManySessions => "throttled",
            Self::Deleted => "deleted",
            Self::Superseded => "superseded",
        }
    }
}

impl Outcome for Registered {
    fn word(&self) -> &'static str {
        match self {
            Self::SignedIn => "success",
            Self::LogInFirst => "superseded",
            Self::EmailTaken => "email_taken",
            Self::Throttled { .. } => "throttled",
        }
    }
}

impl Outcome for Confirmed {
    fn word(&self) -> &'static str {
        match self {
            Self::Done => "success",
            Self::Wrong(_) => "wrong",
            Self::Throttled { .. } => "throttled",
        }
    }
}

impl<T: Outcome> Outcome for Result<T, Error> {
    fn word(&self) -> &'static str {
        match self {
            Ok(outcome) => outcome.word(),
            Err(Error::Busy) => "busy",
            Err(Error::Unavailable) => "unavailable",
            Err(Error::SessionGone) => "session_gone",
            Err(Error::Internal(_)) => "error",
        }
    }
}
