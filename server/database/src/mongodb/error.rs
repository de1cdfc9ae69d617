//! The driver's errors.

use mongodb::bson::{Document, deserialize_from_document};
use mongodb::error::{Error, ErrorKind, WriteFailure};
use serde::de::DeserializeOwned;

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

/// A document as this program knows it; fields it does not know are ignored. One that it cannot read is left out and
/// logged: it must not hide the others.
pub(super) fn read<T: DeserializeOwned>(collection: &'static str, document: Document) -> Option<T> {
    deserialize_from_document(document)
        .inspect_err(|_| tracing::warn!(collection, "a stored document cannot be read"))
        .ok()
}

/// As `?` does it.
pub(super) fn failed(error: Error) -> DatabaseError {
    error.into()
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
