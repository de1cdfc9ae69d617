//! Errors of MongoDB.

use std::error::Error;

use mongodb::error::{ErrorKind, WriteFailure};

use super::{ClientError, Fault, Mistake};

impl ClientError for mongodb::error::Error {}

pub(super) fn fault(error: &(dyn Error + 'static)) -> Option<Fault> {
    error.downcast_ref::<mongodb::error::Error>().map(of_mongodb)
}

pub(super) fn text(error: &(dyn Error + 'static)) -> Option<String> {
    error.downcast_ref::<mongodb::error::Error>().map(mongodb_text)
}

fn of_mongodb(error: &mongodb::error::Error) -> Fault {
    match &*error.kind {
        ErrorKind::Authentication { .. } => Fault::Misconfigured(Mistake::Rights),
        ErrorKind::InvalidArgument { .. } | ErrorKind::InvalidTlsConfig { .. } => {
            Fault::Misconfigured(Mistake::Options)
        }
        ErrorKind::Bson(_) | ErrorKind::BsonDeserialization(_) | ErrorKind::BsonSerialization(_) => {
            Fault::Data
        }
        ErrorKind::Command(error) => of_mongodb_code(error.code),
        ErrorKind::Write(WriteFailure::WriteError(error)) => of_mongodb_code(error.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => of_mongodb_code(error.code),
        // The driver's list may grow.
        _ => Fault::Unreachable,
    }
}

/// <https://www.mongodb.com/docs/manual/reference/error-codes/>
fn of_mongodb_code(code: i32) -> Fault {
    match code {
        // Unauthorized, AuthenticationFailed, AtlasError
        13 | 18 | 8000 => Fault::Misconfigured(Mistake::Rights),
        // IndexOptionsConflict, IndexKeySpecsConflict, CommandNotSupportedOnView
        85 | 86 | 166 => Fault::Misconfigured(Mistake::Foreign),
        // BadValue, DocumentValidationFailure, DuplicateKey
        2 | 121 | 11_000 => Fault::Data,
        // WriteConflict
        112 => Fault::Contended,
        // OutOfDiskSpace
        14_031 => Fault::Full,
        _ => Fault::Unreachable,
    }
}

fn mongodb_text(error: &mongodb::error::Error) -> String {
    let of_server = |name: &str, code: i32| format!("the server says {name} (code {code})");
    match &*error.kind {
        ErrorKind::Command(error) => of_server(&error.code_name, error.code),
        ErrorKind::Write(WriteFailure::WriteError(error)) => {
            of_server(error.code_name.as_deref().unwrap_or("WriteError"), error.code)
        }
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => of_server(&error.code_name, error.code),
        ErrorKind::Write(_) | ErrorKind::InsertMany(_) | ErrorKind::BulkWrite(_) => {
            "a write failed".to_owned()
        }
        ErrorKind::Bson(_) | ErrorKind::BsonDeserialization(_) | ErrorKind::BsonSerialization(_) => {
            "a document has other fields than expected".to_owned()
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_told_from_a_mistake_and_from_a_single_value() {
        for (code, fault) in [
            (13, Fault::Misconfigured(Mistake::Rights)),
            (85, Fault::Misconfigured(Mistake::Foreign)),
            (14_031, Fault::Full),
            (11_000, Fault::Data),
            (112, Fault::Contended),
            (189, Fault::Unreachable),
        ] {
            assert_eq!(of_mongodb_code(code), fault, "{code}");
        }
    }
}
