//! The driver's errors, without typed text.

use mongodb::error::{Error, ErrorKind, WriteFailure};

use accounts::ports::DatabaseError;

/// `DuplicateKey` in MongoDB's list of error codes.
const DUPLICATE_KEY: i32 = 11000;

/// A unique index, or `_id`, rejected the write.
pub(super) fn is_duplicate(error: &Error) -> bool {
    match &*error.kind {
        // Inserts and updates …
        ErrorKind::Write(WriteFailure::WriteError(refused)) => refused.code == DUPLICATE_KEY,
        // … and `findAndModify`.
        ErrorKind::Command(refused) => refused.code == DUPLICATE_KEY,
        _ => false,
    }
}

/// For reads: a document whose fields do not have this program's types is reported by its collection.
pub(super) fn unreadable(collection: &'static str) -> impl FnOnce(Error) -> DatabaseError {
    move |error| match &*error.kind {
        ErrorKind::Bson(_) | ErrorKind::BsonDeserialization(_) => DatabaseError::corrupt(collection),
        _ => failed(error),
    }
}

/// The server's message about a duplicate quotes the value, possibly an e-mail address, and must not be
/// logged. Every error of the driver goes through this, never through `?` alone.
pub(super) fn failed(error: Error) -> DatabaseError {
    if is_duplicate(&error) { DatabaseError::new("duplicate key") } else { DatabaseError::new(error) }
}

/// [`failed`], for results.
pub(super) trait OrFailed<T> {
    fn or_failed(self) -> Result<T, DatabaseError>;
}

impl<T> OrFailed<T> for Result<T, Error> {
    fn or_failed(self) -> Result<T, DatabaseError> {
        self.map_err(failed)
    }
}
