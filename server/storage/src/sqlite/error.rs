//! An error of SQLite as the rest of the program sees it.

use crate::fault::Fault;

/// Unlike the library's own error it can be given to every caller whose work was in one transaction, and it quotes
/// neither values nor statements, so that it may be logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SqliteError {
    #[error("{text} (code {code})")]
    Sql {
        /// The extended result code (<https://sqlite.org/rescode.html>).
        code: i32,
        text: String,
    },
    #[error("column {column} holds a value that cannot be read")]
    Value { column: String },
    #[error("a result has no column {column}")]
    Column { column: String },
    /// Another operation of the same transaction made SQLite roll back all of it.
    #[error("rolled back together with another operation, which failed")]
    RolledBack {
        /// What its failure means for this one: a disk that is full is full for all.
        cause: Fault,
    },
    #[error("an operation panicked")]
    Panicked,
    #[error("the database has been closed")]
    Closed,
    /// The library was used in a wrong way.
    #[error("{0}")]
    Usage(String),
}

impl SqliteError {
    /// The lower byte of SQLite's result code.
    #[must_use]
    pub fn primary_code(&self) -> Option<i32> {
        match self {
            Self::Sql { code, .. } => Some(code & 0xff),
            _ => None,
        }
    }

    pub(super) fn rolled_back(cause: Fault) -> Self {
        let cause = match cause {
            // A value of the other operation. This one may succeed the next time.
            Fault::Data | Fault::Contended => Fault::Unreachable,
            Fault::Unreachable | Fault::Full | Fault::Misconfigured(_) => cause,
        };
        Self::RolledBack { cause }
    }

    fn value(column: impl ToString) -> Self {
        Self::Value { column: column.to_string() }
    }
}

impl From<&rusqlite::Error> for SqliteError {
    fn from(error: &rusqlite::Error) -> Self {
        use rusqlite::Error;
        match error {
            Error::SqliteFailure(error, text) => Self::Sql {
                code: error.extended_code,
                text: text.clone().unwrap_or_else(|| error.to_string()),
            },
            Error::SqlInputError { error, msg, .. } => {
                Self::Sql { code: error.extended_code, text: msg.clone() }
            }
            Error::InvalidColumnType(_, name, _) => Self::value(name),
            Error::FromSqlConversionFailure(index, ..)
            | Error::IntegralValueOutOfRange(index, _)
            | Error::Utf8Error(index, _) => Self::value(index),
            Error::InvalidColumnName(name) => Self::Column { column: name.clone() },
            Error::InvalidColumnIndex(index) => Self::Column { column: index.to_string() },
            // Its cause may quote the value.
            Error::ToSqlConversionFailure(_) => Self::Usage("a value cannot be stored".to_owned()),
            error => Self::Usage(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for SqliteError {
    fn from(error: rusqlite::Error) -> Self {
        Self::from(&error)
    }
}

/// Another connection holds a lock (`SQLITE_BUSY`, `SQLITE_LOCKED`).
pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
    matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn neither_a_value_nor_a_statement_is_quoted() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (email TEXT UNIQUE, n INTEGER) STRICT").unwrap();
        connection.execute_batch("INSERT INTO t VALUES ('ann@example.com', 70000)").unwrap();
        let errors = [
            connection.execute("INSERT INTO t (email) VALUES (?)", ["ann@example.com"]).unwrap_err(),
            connection.execute("INSERT INTO t (n) VALUES (?)", ["ann@example.com"]).unwrap_err(),
            connection.query_row("SELECT email FROM t", [], |row| row.get::<_, i64>(0)).unwrap_err(),
            connection.query_row("SELECT n FROM t", [], |row| row.get::<_, u16>(0)).unwrap_err(),
            connection.query_row("SELECT 'ann@' FROM nowhere", [], |row| row.get::<_, i64>(0)).unwrap_err(),
        ];
        for error in errors {
            let text = SqliteError::from(&error).to_string();
            for part in ["ann@", "70000", "SELECT"] {
                assert!(!text.contains(part), "{text}");
            }
        }
    }
}
