//! Why a use case has no outcome.

use sessions::SessionError;

use crate::password::PasswordError;
use crate::ports::DatabaseError;

/// The use case could not be carried out. Anything people can act on is an outcome instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A store does not respond. Nothing was done, unless the use case says otherwise.
    #[error("a store does not answer")]
    Unavailable,
    /// The session was ended or replaced during the request: respond as to a visitor without one.
    #[error("the session is gone")]
    SessionGone,
    /// An unexpected error; the text is for the log.
    #[error("{0}")]
    Internal(String),
}

impl From<DatabaseError> for Error {
    fn from(error: DatabaseError) -> Self {
        // The time limit in front of the database has already logged it once; this is one request of many.
        tracing::debug!(%error, "the database failed");
        Self::Unavailable
    }
}

impl From<session_rows::StoreError> for Error {
    fn from(error: session_rows::StoreError) -> Self {
        tracing::debug!(%error, "the session store failed");
        Self::Unavailable
    }
}

impl From<SessionError> for Error {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Gone => Self::SessionGone,
            SessionError::Store(error) => error.into(),
            SessionError::Stale => {
                tracing::warn!("a session was changed by other requests too often");
                Self::Unavailable
            }
            SessionError::Corrupt | SessionError::Data(_) => Self::Internal(error.to_string()),
        }
    }
}

impl From<PasswordError> for Error {
    fn from(error: PasswordError) -> Self {
        Self::Internal(error.to_string())
    }
}
