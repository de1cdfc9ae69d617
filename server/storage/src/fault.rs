//! What an error of a store means to the person who operates it.
//!
//! An outage ends by itself; an operator's mistake does not, and waiting for it to end is the wrong thing to do. A
//! single row that cannot be read is neither: the store answers. All three begin as an error of some client library,
//! and are told apart here, for every store.

use std::error::Error;
use std::fmt;

use mongodb::error::{ErrorKind as MongoKind, WriteFailure};
use redis::ErrorKind as RedisKind;

use crate::postgres::PostgresError;
use crate::remote::RemoteError;
use crate::sqlite::{OpenError, SqliteError};

/// Why an operation failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Unavailable, slow or overloaded: it may work again by itself.
    Unreachable,
    /// No room on the disk or in memory: it reads, and does not write.
    Full,
    /// It will not work until somebody changes something.
    Misconfigured(Mistake),
    /// The store works. It holds a value that this program cannot read, or has rejected a single one.
    Data,
}

/// What somebody has to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// User, password or privileges.
    Rights,
    /// A table, collection or key of our name that is something else, or a damaged file.
    Foreign,
    /// Written by a newer version of this program.
    Newer,
    /// The file was replaced or removed while it was in use.
    Replaced,
    /// The file or the server cannot be written.
    ReadOnly,
    /// There is no such database.
    NoDatabase,
    /// The URL asks for something that is not understood.
    Options,
}

impl Mistake {
    /// What to do, as the second half of a sentence.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::Rights => "check user, password and privileges",
            Self::Foreign => {
                "what has our names in it is not this program's, or damaged: give the program a database \
                 (in Redis: a prefix) of its own, or restore a backup"
            }
            Self::Newer => "start the newer program, or restore a backup",
            Self::Replaced => {
                "stop the server, move the database away together with its -wal and -shm, put the copy in its \
                 place, and start the server"
            }
            Self::ReadOnly => {
                "check owner and mode of the file and its directory, and how the disk is mounted"
            }
            Self::NoDatabase => "create the database, or correct its name in the URL",
            Self::Options => "correct the options of the URL",
        }
    }
}

impl fmt::Display for Fault {
    /// What is the matter, as the second half of a sentence that begins with the store's name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "does not answer",
            Self::Full => "is full",
            Self::Misconfigured(_) => "cannot be used until somebody changes something",
            Self::Data => "answers, but holds or rejects a value that it should not",
        })
    }
}

/// A failure as it may be logged: its kind, and a text without values. The client library's own error is not kept,
/// so that none of its texts can be printed by accident.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct StoreFailure {
    fault: Fault,
    text: String,
}

impl StoreFailure {
    #[must_use]
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        Self { fault: Fault::of(error), text: text_without_values(error) }
    }

    /// A mistake that no client library reports. `text` contains neither credentials nor values.
    #[must_use]
    pub fn mistake(mistake: Mistake, text: String) -> Self {
        Self { fault: Fault::Misconfigured(mistake), text }
    }

    /// A stored value that this program would never have written. Says where, never what.
    #[must_use]
    pub fn unreadable(place: &str) -> Self {
        Self { fault: Fault::Data, text: format!("{place} holds a value that cannot be read") }
    }

    #[must_use]
    pub fn fault(&self) -> Fault {
        self.fault
    }
}

/// Errors of the client libraries: what `?` may turn into the error of a store. A closed list, because whatever is on
/// it must be known to this module, by kind and by what of its text may be logged.
pub trait ClientError: Error + Send + Sync + 'static {}

impl ClientError for sqlx::Error {}
impl ClientError for PostgresError {}
impl ClientError for mongodb::error::Error {}
impl ClientError for rusqlite::Error {}
impl ClientError for SqliteError {}

impl Fault {
    /// Of an error, or of what caused it.
    #[must_use]
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(fault) = known(error) {
                return fault;
            }
            cause = error.source();
        }
        Self::Unreachable
    }
}

fn known(error: &(dyn Error + 'static)) -> Option<Fault> {
    if let Some(error) = error.downcast_ref::<sqlx::Error>() {
        Some(of_sqlx(error))
    } else if let Some(error) = error.downcast_ref::<SqliteError>() {
        Some(of_sqlite(error))
    } else if let Some(error) = error.downcast_ref::<rusqlite::Error>() {
        Some(of_sqlite(&error.into()))
    } else if let Some(error) = error.downcast_ref::<redis::RedisError>() {
        Some(of_redis(error))
    } else if let Some(error) = error.downcast_ref::<mongodb::error::Error>() {
        Some(of_mongodb(error))
    } else if let Some(error) = error.downcast_ref::<PostgresError>() {
        Some(match error {
            PostgresError::Newer { .. } => Fault::Misconfigured(Mistake::Newer),
            PostgresError::Sql(error) => of_sqlx(error),
        })
    } else if let Some(error) = error.downcast_ref::<OpenError>() {
        error.mistake().map(Fault::Misconfigured)
    } else if error.is::<RemoteError>() {
        Some(Fault::Misconfigured(Mistake::Options))
    } else {
        error.downcast_ref::<StoreFailure>().map(StoreFailure::fault)
    }
}

fn of_sqlx(error: &sqlx::Error) -> Fault {
    match error {
        sqlx::Error::Database(error) => of_sqlstate(&error.code().unwrap_or_default()),
        sqlx::Error::Configuration(_) | sqlx::Error::Tls(_) => Fault::Misconfigured(Mistake::Options),
        sqlx::Error::ColumnNotFound(_) => Fault::Misconfigured(Mistake::Foreign),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Fault::Data,
        _ => Fault::Unreachable,
    }
}

fn of_sqlite(error: &SqliteError) -> Fault {
    match error {
        SqliteError::Sql { code, .. } => of_sqlite_code(*code),
        SqliteError::Column { .. } => Fault::Misconfigured(Mistake::Foreign),
        // The store works; a value, most likely, was too much for what was done with it.
        SqliteError::Value { .. } | SqliteError::Panicked => Fault::Data,
        SqliteError::RolledBack { cause } => *cause,
        SqliteError::Closed | SqliteError::Usage(_) => Fault::Unreachable,
    }
}

/// <https://sqlite.org/rescode.html>
fn of_sqlite_code(code: i32) -> Fault {
    match code & 0xff {
        // SQLITE_ERROR: no such table, no such column.
        1 | 11 | 26 => Fault::Misconfigured(Mistake::Foreign),
        3 | 23 => Fault::Misconfigured(Mistake::Rights),
        // SQLITE_READONLY_DBMOVED
        8 if code == 1032 => Fault::Misconfigured(Mistake::Replaced),
        8 => Fault::Misconfigured(Mistake::ReadOnly),
        13 => Fault::Full,
        18 | 19 | 20 | 25 => Fault::Data,
        // SQLITE_CANTOPEN (14) too: the file was there at the start, so it is descriptors or memory that are missing.
        _ => Fault::Unreachable,
    }
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn of_sqlstate(code: &str) -> Fault {
    match code {
        "42501" => Fault::Misconfigured(Mistake::Rights),
        "3D000" => Fault::Misconfigured(Mistake::NoDatabase),
        // A primary that was demoted: the next connection leads to the new one.
        "25006" => Fault::Unreachable,
        "53100" => Fault::Full,
        code => match code.get(..2) {
            Some("28") => Fault::Misconfigured(Mistake::Rights),
            Some("42" | "3F") => Fault::Misconfigured(Mistake::Foreign),
            Some("22" | "23") => Fault::Data,
            _ => Fault::Unreachable,
        },
    }
}

fn of_redis(error: &redis::RedisError) -> Fault {
    match (error.kind(), error.code()) {
        (RedisKind::AuthenticationFailed, _) | (_, Some("NOAUTH" | "WRONGPASS" | "NOPERM")) => {
            Fault::Misconfigured(Mistake::Rights)
        }
        (RedisKind::InvalidClientConfig, _) => Fault::Misconfigured(Mistake::Options),
        (RedisKind::UnexpectedReturnType | RedisKind::Parse, _) | (_, Some("WRONGTYPE")) => {
            Fault::Misconfigured(Mistake::Foreign)
        }
        // MISCONF: a snapshot could not be written to disk.
        (_, Some("OOM" | "MISCONF")) => Fault::Full,
        // An error inside a script has the code of the script's error only in its text.
        _ => of_redis_script(&error.to_string()),
    }
}

fn of_redis_script(text: &str) -> Fault {
    if text.contains("OOM command not allowed") || text.contains("MISCONF ") {
        Fault::Full
    } else if text.contains("WRONGTYPE ") {
        Fault::Misconfigured(Mistake::Foreign)
    } else if text.contains("NOPERM ") || text.contains("ACL failure in script") {
        Fault::Misconfigured(Mistake::Rights)
    } else {
        Fault::Unreachable
    }
}

fn of_mongodb(error: &mongodb::error::Error) -> Fault {
    match &*error.kind {
        MongoKind::Authentication { .. } => Fault::Misconfigured(Mistake::Rights),
        MongoKind::InvalidArgument { .. } | MongoKind::InvalidTlsConfig { .. } => {
            Fault::Misconfigured(Mistake::Options)
        }
        MongoKind::Bson(_) | MongoKind::BsonDeserialization(_) | MongoKind::BsonSerialization(_) => {
            Fault::Data
        }
        MongoKind::Command(error) => of_mongodb_code(error.code),
        MongoKind::Write(WriteFailure::WriteError(error)) => of_mongodb_code(error.code),
        MongoKind::Write(WriteFailure::WriteConcernError(error)) => of_mongodb_code(error.code),
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
        // OutOfDiskSpace
        14_031 => Fault::Full,
        _ => Fault::Unreachable,
    }
}

/// The text of an error for the log: without the values of the statement, which servers quote in some of their
/// messages (a duplicate key, a rejected value, a command that is not allowed).
fn text_without_values(error: &(dyn Error + 'static)) -> String {
    if let Some(error) = error.downcast_ref::<sqlx::Error>() {
        return sqlx_text(error);
    }
    if let Some(PostgresError::Sql(error)) = error.downcast_ref::<PostgresError>() {
        return sqlx_text(error);
    }
    if let Some(error) = error.downcast_ref::<rusqlite::Error>() {
        return SqliteError::from(error).to_string();
    }
    match error.downcast_ref::<mongodb::error::Error>() {
        Some(error) => mongodb_text(error),
        None => error.to_string(),
    }
}

fn sqlx_text(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            if of_sqlstate(&code) != Fault::Data {
                return format!("{} (code {code})", error.message());
            }
            match error.constraint() {
                Some(constraint) => format!("SQLSTATE {code}, constraint {constraint}"),
                None => format!("SQLSTATE {code}"),
            }
        }
        // What is wrong with the value may quote it.
        sqlx::Error::ColumnDecode { index, .. } => {
            format!("column {index} holds a value that cannot be read")
        }
        sqlx::Error::Decode(_) => "a value cannot be read".to_owned(),
        error => error.to_string(),
    }
}

fn mongodb_text(error: &mongodb::error::Error) -> String {
    let of_server = |name: &str, code: i32| format!("the server says {name} (code {code})");
    match &*error.kind {
        MongoKind::Command(error) => of_server(&error.code_name, error.code),
        MongoKind::Write(WriteFailure::WriteError(error)) => {
            of_server(error.code_name.as_deref().unwrap_or("WriteError"), error.code)
        }
        MongoKind::Write(WriteFailure::WriteConcernError(error)) => of_server(&error.code_name, error.code),
        MongoKind::Write(_) | MongoKind::InsertMany(_) | MongoKind::BulkWrite(_) => {
            "a write failed".to_owned()
        }
        MongoKind::Bson(_) | MongoKind::BsonDeserialization(_) | MongoKind::BsonSerialization(_) => {
            "a document has other fields than expected".to_owned()
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
