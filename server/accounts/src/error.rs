//! Why a use case has no outcome.

use sessions::SessionError;

use crate::password::PasswordError;
use storage::fault::Fault;

use crate::ports::DatabaseError;

/// The use case could not be carried out. Anything people can act on is an outcome instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A store does not respond. Nothing was done, unless the use case says otherwise.
    #[error("a store does not answer")]
    Unavailable,
    /// Too many passwords are waiting to be checked. Nothing was done.
    #[error("too many passwords are waiting")]
    Busy,
    /// The session was ended or replaced during the request: respond as to a visitor without one.
    #[error("the session is gone")]
    SessionGone,
    /// An unexpected error; the text is for the log.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// A store that answers is not called unavailable.
    fn of(fault: Fault, error: &dyn std::error::Error) -> Self {
        match fault {
            Fault::Unreachable | Fault::Full | Fault::Misconfigured(_) => Self::Unavailable,
            Fault::Data | Fault::Contended => Self::Internal(error.to_string()),
        }
    }
}

impl From<DatabaseError> for Error {
    fn from(error: DatabaseError) -> Self {
        // The time limit in front of the database has already logged it once; this is one request of many.
        tracing::debug!(%error, "the database failed");
        Self::of(error.fault(), &error)
    }
}

impl From<session_rows::StoreError> for Error {
    fn from(error: session_rows::StoreError) -> Self {
        tracing::debug!(%error, "the session store failed");
        Self::of(Fault::of(&error), &error)
    }
}

impl From<SessionError> for Error {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Gone => Self::SessionGone,
            SessionError::Store(error) => error.into(),
            // The store answers, so this is not an outage.
            SessionError::Stale | SessionError::Corrupt(_) | SessionError::Data(_) => {
                Self::Internal(error.to_string())
            }
        }
    }
}

impl From<PasswordError> for Error {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => {
                tracing::warn!("too many passwords are waiting to be checked");
                Self::Busy
            }
            PasswordError::Failed(_) => Self::Internal(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use session_rows::StoreError;
    use sessions::seal::OpenError;
    use storage::fault::{Mistake, StoreFailure};

    #[test]
    fn no_error_is_named_after_a_store_that_answered() {
        let answered = || {
            [
                StoreFailure::unreadable("users.email"),
                StoreFailure::rejected("an account with this id exists"),
                StoreFailure::contended("overtaken again and again"),
            ]
        };
        let sessions = [
            SessionError::Stale,
            SessionError::Corrupt(OpenError::Forged),
            SessionError::Data("not a JSON object".to_owned()),
        ];
        let of_session_store = || answered().map(|failure| SessionError::Store(StoreError::new(failure)));
        let all = (answered().map(|failure| Error::from(DatabaseError::described(failure))).into_iter())
            .chain(answered().map(|failure| Error::from(StoreError::new(failure))))
            .chain(sessions.into_iter().chain(of_session_store()).map(Error::from));
        for error in all {
            assert!(matches!(error, Error::Internal(_)), "{error:?}");
        }
    }

    #[test]
    fn a_store_that_does_not_work_is_unavailable_whatever_the_matter_is() {
        let mistake = StoreFailure::mistake(Mistake::Rights, "no".to_owned());
        assert!(matches!(Error::from(DatabaseError::described(mistake.clone())), Error::Unavailable));
        assert!(matches!(Error::from(StoreError::new(mistake)), Error::Unavailable));
        let lost = || std::io::Error::other("the connection was reset");
        assert!(matches!(Error::from(DatabaseError::new(lost())), Error::Unavailable));
        assert!(matches!(Error::from(SessionError::Store(StoreError::new(lost()))), Error::Unavailable));
    }
}
