//! The driver's errors, without what people typed.

use mongodb::error::{Error, ErrorKind, WriteFailure};

use crate::database::DatabaseError;

/// `DuplicateKey` in MongoDB's list of error codes.
const DUPLICATE_KEY: i32 = 11000;

/// A unique index, or `_id`, refused the write.
pub(super) fn is_duplicate(error: &Error) -> bool {
    match &*error.kind {
        // Inserts and updates …
        ErrorKind::Write(WriteFailure::WriteError(refused)) => refused.code == DUPLICATE_KEY,
        // … and `findAndModify`.
        ErrorKind::Command(refused) => refused.code == DUPLICATE_KEY,
        _ => false,
    }
}

/// For reads: a document whose fields have other types than this program gave them is named by its collection.
pub(super) fn unreadable(collection: &'static str) -> impl FnOnce(Error) -> DatabaseError {
    move |error| match &*error.kind {
        ErrorKind::Bson(_) | ErrorKind::BsonDeserialization(_) => DatabaseError::corrupt(collection),
        _ => error.into(),
    }
}

impl From<Error> for DatabaseError {
    fn from(error: Error) -> Self {
        // The server's sentence about a duplicate quotes the value, an e-mail address perhaps: not for logs.
        if is_duplicate(&error) { Self::new("duplicate key") } else { Self::new(error) }
    }
}
