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
            Fault::Data => Self::Internal(error.to_string()),
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

    #[test]
    fn no_error_is_named_after_a_store_that_answered() {
        assert!(matches!(Error::from(SessionError::Stale), Error::Internal(_)));
    }
}
