//! Why a database cannot be used: one sentence for each thing that can be wrong with it.

use std::io;
use std::path::{Path, PathBuf};

use super::SqliteError;
use crate::fault::Mistake;

/// Why a database cannot be used. Each is one sentence for the person who starts the program.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory is missing and cannot be created.
    #[error("the directory `{}` for the database `{}` cannot be created: {source}", directory.display(), path.display())]
    Directory {
        path: PathBuf,
        directory: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The path is a directory.
    #[error("the database `{}` is a directory: name a file in it", path.display())]
    IsDirectory { path: PathBuf },
    /// It exists but cannot be written.
    #[error("the database `{}` is read-only for this process: {source}", path.display())]
    ReadOnly { path: PathBuf, source: Box<dyn std::error::Error + Send + Sync> },
    /// SQLite has opened it without a write-ahead log, on which durability and readers rely.
    #[error(
        "the database `{}` cannot have a write-ahead log (it stays in mode `{mode}`): put it on a local disk",
        path.display()
    )]
    NoLog { path: PathBuf, mode: String },
    /// The file is something else.
    #[error("the file `{}` is not an SQLite database", path.display())]
    NotADatabase { path: PathBuf },
    /// Written by a newer version of this program.
    #[error(
        "the database `{}` has schema version {found}, but this program knows versions up to {known} only: start \
         the newer program, or restore a backup", path.display()
    )]
    Newer {
        path: PathBuf,
        /// The file's version.
        found: i64,
        /// The newest version of this program.
        known: i64,
    },
    /// It contains a table of our name with another content.
    #[error("the database `{}` is not this program's: {source}", path.display())]
    Foreign { path: PathBuf, source: Box<dyn std::error::Error + Send + Sync> },
    /// Other users of the machine may read it.
    #[error(
        "the database `{}` can be read by every user of this machine: chmod 0600 it, and 0700 its directory",
        path.display()
    )]
    Exposed { path: PathBuf },
    /// There is none, and the command does not create one.
    #[error("there is no database `{}`", path.display())]
    Missing { path: PathBuf },
    #[error("the database `{}` cannot be opened: {source}", path.display())]
    Failed { path: PathBuf, source: Box<dyn std::error::Error + Send + Sync> },
}

impl OpenError {
    /// Maps an error of SQLite to its sentence (primary result codes, <https://sqlite.org/rescode.html>).
    #[must_use]
    pub fn from_sqlite(path: &Path, error: SqliteError) -> Self {
        let path = path.to_owned();
        match error.primary_code() {
            // No such table or column, or a table that exists already.
            Some(1) => Self::Foreign { path, source: error.into() },
            Some(8) => Self::ReadOnly { path, source: error.into() },
            Some(26) => Self::NotADatabase { path },
            _ => Self::Failed { path, source: error.into() },
        }
    }

    /// What the operator has to change; `None` if it may go away by itself.
    #[must_use]
    pub fn mistake(&self) -> Option<Mistake> {
        match self {
            Self::Directory { .. } | Self::ReadOnly { .. } | Self::NoLog { .. } => Some(Mistake::ReadOnly),
            Self::Exposed { .. } => Some(Mistake::Rights),
            Self::NotADatabase { .. } | Self::Foreign { .. } => Some(Mistake::Foreign),
            Self::Newer { .. } => Some(Mistake::Newer),
            Self::IsDirectory { .. } | Self::Missing { .. } => Some(Mistake::NoDatabase),
            Self::Failed { .. } => None,
        }
    }
}
