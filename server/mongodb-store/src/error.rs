//! What can go wrong.

use tower_sessions_core::session_store;

/// An operation of this store failed.
#[derive(thiserror::Error, Debug)]
#[non_exhaustive]
pub enum MongoDBStoreError {
    /// The driver or the server says no: away, too slow, a step-down in the middle, a missing privilege.
    #[error(transparent)]
    MongoDB(#[from] mongodb::error::Error),

    /// A document of this store lacks a field or has one of another type. It is left alone.
    #[error("malformed session document: {0}")]
    Malformed(#[from] mongodb::bson::error::Error),

    /// A document of this store holds a value that this version does not know.
    #[error("malformed session document: unknown {0}")]
    Unknown(&'static str),

    /// A record could not be turned into bytes.
    #[error("the session cannot be encoded: {0}")]
    Encode(#[source] serde_json::Error),

    /// Stored bytes are no record.
    #[error("the session cannot be decoded: {0}")]
    Decode(#[source] serde_json::Error),

    /// `SessionStore::save` was called for a session that has been ended or has expired: nothing was written.
    #[error("the session has ended: nothing was saved")]
    Ended,

    /// Every new id was taken; a generator of random numbers that repeats itself.
    #[error("no free session id was found")]
    NoFreeId,
}

impl From<MongoDBStoreError> for session_store::Error {
    fn from(error: MongoDBStoreError) -> Self {
        match error {
            MongoDBStoreError::Encode(error) => Self::Encode(error.to_string()),
            MongoDBStoreError::Decode(error) => Self::Decode(error.to_string()),
            MongoDBStoreError::Malformed(_) | MongoDBStoreError::Unknown(_) => {
                Self::Decode(error.to_string())
            }
            MongoDBStoreError::MongoDB(_) | MongoDBStoreError::Ended | MongoDBStoreError::NoFreeId => {
                Self::Backend(error.to_string())
            }
        }
    }
}

/// What an operation of this store hands back.
pub type Result<T> = std::result::Result<T, MongoDBStoreError>;
