//! Errors of SQLite.

use std::error::Error;

use super::{ClientError, Fault, Mistake};
use crate::sqlite::{OpenError, SqliteError};

impl ClientError for rusqlite::Error {}
impl ClientError for SqliteError {}

pub(super) fn fault(error: &(dyn Error + 'static)) -> Option<Fault> {
    if let Some(error) = error.downcast_ref::<SqliteError>() {
        Some(of_sqlite(error))
    } else if let Some(error) = error.downcast_ref::<rusqlite::Error>() {
        Some(of_sqlite(&error.into()))
    } else {
        error.downcast_ref::<OpenError>()?.mistake().map(Fault::Misconfigured)
    }
}

pub(super) fn text(error: &(dyn Error + 'static)) -> Option<String> {
    error.downcast_ref::<rusqlite::Error>().map(|error| SqliteError::from(error).to_string())
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
pub(super) fn of_sqlite_code(code: i32) -> Fault {
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
