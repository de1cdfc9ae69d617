//! Opens an SQLite file, with one sentence for everything that can be wrong with it.
//!
//! Two rules hold for every connection of a pool opened here:
//!
//! - **What was answered is durable.** WAL with `synchronous=FULL`: the log is synchronised with the disk before
//!   a commit returns (<https://sqlite.org/pragma.html#pragma_synchronous>). With `NORMAL` a power cut may take
//!   back the last commits, and a session that was ended would be alive again.
//! - **A connection whose transaction did not end properly is not used again.** After a full disk or an I/O error
//!   SQLite rolls back by itself. sqlx then still counts a transaction, because its own `ROLLBACK` fails, and
//!   refuses every later `BEGIN` on that connection.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _};

pub use self::unchanged::Unchanged;
use crate::fault::Mistake;

/// SQLite has one writer at a time; more connections than this would only wait for each other.
const CONNECTIONS: u32 = 8;

/// How long a statement waits for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The log is cut back to this size when a checkpoint is done with it. Without a limit a burst of writes leaves it
/// at its largest size for ever.
const LOG_LIMIT: &str = "67108864";

/// How often opening and migrating are retried while another process does the same.
const BUSY_RETRIES: u32 = 6;

/// Why a database cannot be used. Each is one sentence for the person who starts the program.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Not an address of an SQLite database.
    #[error(
        "`{url}` is not an SQLite address: write `sqlite://relative/path.db`, `sqlite:///absolute/path.db` or \
         `sqlite::memory:`"
    )]
    Url { url: String },
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
    pub fn from_sqlx(path: &Path, error: sqlx::Error) -> Self {
        let path = path.to_owned();
        match primary_code(&error) {
            // No such table or column, or a table that exists already.
            Some(1) => Self::Foreign { path, source: error.into() },
            Some(8) => Self::ReadOnly { path, source: error.into() },
            Some(26) => Self::NotADatabase { path },
            _ => Self::Failed { path, source: error.into() },
        }
    }
}

impl OpenError {
    /// What the operator has to change; `None` if it may go away by itself.
    #[must_use]
    pub fn mistake(&self) -> Option<Mistake> {
        match self {
            Self::Url { .. } => Some(Mistake::Options),
            Self::Directory { .. } | Self::ReadOnly { .. } => Some(Mistake::ReadOnly),
            Self::Exposed { .. } => Some(Mistake::Rights),
            Self::NotADatabase { .. } | Self::Foreign { .. } => Some(Mistake::Foreign),
            Self::Newer { .. } => Some(Mistake::Newer),
            Self::IsDirectory { .. } | Self::Missing { .. } => Some(Mistake::NoDatabase),
            Self::Failed { .. } => None,
        }
    }
}

/// The lower byte of SQLite's result code.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

/// Another connection holds a lock (`SQLITE_BUSY`, `SQLITE_LOCKED`).
fn is_busy(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(5 | 6))
}

/// Retries `work` for a while if another process holds the lock.
pub async fn retry_while_busy<T, F>(work: impl Fn() -> F) -> Result<T, sqlx::Error>
where
    F: Future<Output = Result<T, sqlx::Error>>,
{
    let mut pause = Duration::from_millis(20);
    for _ in 0..BUSY_RETRIES {
        match work().await {
            Err(error) if is_busy(&error) => tokio::time::sleep(pause).await,
            done => return done,
        }
        pause *= 2;
    }
    work().await
}

/// Opens the database, creating directory and file if they are missing: `sqlite://rel/path` relative to the
/// working directory, `sqlite:///abs/path`, or `sqlite::memory:` (one connection that never closes, so that
/// data stays).
///
/// Two pools may be open on one file; the session store shares this one if its address is the same.
///
/// # Errors
/// One sentence that names the path and what is wrong with it.
pub async fn open(url: &str) -> Result<SqlitePool, OpenError> {
    let bad_url = || OpenError::Url { url: url.to_owned() };
    if matches!(url, "sqlite::memory:" | "sqlite://:memory:") {
        return open_memory().await;
    }
    let encoded = url.strip_prefix("sqlite://").ok_or_else(bad_url)?;
    if encoded.is_empty() || encoded.contains(['?', '#']) {
        return Err(bad_url());
    }
    let path = percent_encoding::percent_decode_str(encoded).decode_utf8().map_err(|_| bad_url())?;
    open_file(Path::new(&*path)).await
}

/// [`open`] for a path.
///
/// # Errors
/// As [`open`].
pub async fn open_file(path: &Path) -> Result<SqlitePool, OpenError> {
    // Absolute, so that later connections find the same file even if the working directory changes.
    let path = &std::path::absolute(path).map_err(|_| OpenError::Url { url: path.display().to_string() })?;
    prepare(path)?;
    let failed = |error| OpenError::from_sqlx(path, error);
    let options = SqliteConnectOptions::new()
        .filename(path)
        // We created the file. If it vanishes while we run, an error is better than an empty database.
        .create_if_missing(false)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", LOG_LIMIT);
    // Switching a file to WAL requires exclusive access, and SQLite does not always wait for that: two
    // processes that start at once would see "database is locked". Once switched, it stays so. Without write
    // access SQLite opens the file for reading and reports nothing until the first write: hence the
    // transaction.
    let alone = options.clone().journal_mode(SqliteJournalMode::Wal);
    retry_while_busy(|| switch_to_wal(alone.clone())).await.map_err(failed)?;
    SqlitePoolOptions::new()
        .max_connections(CONNECTIONS)
        .after_release(|connection, _| Box::pin(async move { Ok(!has_open_transaction(connection).await?) }))
        .connect_with(options)
        .await
        .map_err(failed)
}

/// Whether sqlx counts a transaction as open, although the connection has been given back.
async fn has_open_transaction(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Dropping a transaction only queues its rollback. The ping is answered after it.
    connection.ping().await?;
    Ok(connection.is_in_transaction())
}

/// For a connection that must not be closed: makes sqlx's count agree with SQLite again.
async fn end_open_transaction(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    // SQLite gets a transaction again, unknown to sqlx (an error means that it still has one) …
    let _ = sqlx::raw_sql("BEGIN").execute(&mut *connection).await;
    // … which refuses this second one, and in dropping it rolls back the first, this time with success.
    drop(connection.begin_with("BEGIN").await);
    connection.ping().await
}

async fn switch_to_wal(options: SqliteConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = options.connect().await?;
    connection.begin_with("BEGIN IMMEDIATE").await?.rollback().await?;
    connection.close().await
}

/// [`open`] for `sqlite::memory:`.
///
/// # Errors
/// As [`open`].
pub async fn open_memory() -> Result<SqlitePool, OpenError> {
    let failed = |error| OpenError::from_sqlx(Path::new(":memory:"), error);
    let options = SqliteConnectOptions::from_str("sqlite::memory:").map_err(failed)?.foreign_keys(true);
    // The data lives exactly as long as its connection.
    SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_release(|connection, _| {
            Box::pin(async move {
                if has_open_transaction(connection).await? {
                    end_open_transaction(connection).await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await
        .map_err(failed)
}

/// Whether other users of the machine may read the file; `None` where that cannot be known.
#[must_use]
pub fn is_readable_by_others(path: &Path) -> Option<bool> {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).ok()?.permissions());
        Some(mode & 0o004 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// Creates the directory (0700) and the empty file (0600): no other user of the machine may read them.
fn prepare(path: &Path) -> Result<(), OpenError> {
    // SQLite's locks belong to the process, and closing any other handle of a file drops them. So an existing
    // file is never opened here, and nothing in this process opens the new one before its first handle is
    // closed.
    static CREATING: Mutex<()> = Mutex::new(());
    let _creating = CREATING.lock().unwrap_or_else(PoisonError::into_inner);
    if path.is_dir() {
        return Err(OpenError::IsDirectory { path: path.to_owned() });
    }
    if let Some(directory) = path.parent()
        && let Err(source) = make_directory(directory)
    {
        let directory = directory.to_owned();
        return Err(OpenError::Directory { path: path.to_owned(), directory, source });
    }
    let mut new = fs::OpenOptions::new();
    new.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
    match new.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(source)
            if matches!(
                source.kind(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
            ) =>
        {
            Err(OpenError::ReadOnly { path: path.to_owned(), source: source.into() })
        }
        Err(source) => Err(OpenError::Failed { path: path.to_owned(), source: source.into() }),
    }
}

/// Creates a directory, and what is missing above it, for the owner alone. An existing one is left as it is.
///
/// # Errors
/// Those of the system.
pub fn make_directory(directory: &Path) -> io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    let mut new = fs::DirBuilder::new();
    new.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut new, 0o700);
    new.create(directory)
}

mod unchanged;

#[cfg(test)]
mod tests;
