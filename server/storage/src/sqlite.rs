//! SQLite, in this process.
//!
//! [`open_file`] opens a file, with one sentence for everything that can be wrong with it ([`OpenError`]); what can then be
//! done with it is told by [`Engine`]. Two rules hold for every database opened here:
//!
//! - **What was answered is durable.** WAL with `synchronous=FULL`: the log is synchronised with the disk before
//!   a commit returns (<https://sqlite.org/pragma.html#pragma_synchronous>). With `NORMAL` a power cut may take
//!   back the last commits, and a session that was ended would be alive again.
//! - **No transaction is left open.** After a full disk or an I/O error SQLite rolls back by itself, or not; the writer
//!   looks, and the next write finds the connection as new.

mod backup;
mod engine;
mod error;
mod file;
mod open_error;
mod readers;
mod statements;
mod unchanged;
mod writable;
mod writer;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use percent_encoding::NON_ALPHANUMERIC;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

pub use self::backup::{BackupError, back_up};
pub use self::engine::{BATCH, Engine};
pub use self::error::SqliteError;
pub use self::file::{is_readable_by_others, make_directory};
pub use self::open_error::OpenError;
pub use self::statements::{all, execute, first};
pub use self::unchanged::Unchanged;
pub use self::writable::{check_directory, check_writable};

/// The log is cut back to this size when a checkpoint is done with it. Without a limit a burst of writes leaves it
/// at its largest size for ever.
const LOG_LIMIT: u32 = 64 * 1024 * 1024;

/// More statements than accounts and sessions have together.
const STATEMENTS: usize = 128;

/// How often opening is retried while another process does the same.
const BUSY_RETRIES: u32 = 6;

/// What differs between a server and a tool or test.
#[derive(Debug, Clone, Copy)]
struct Settings {
    /// Whether a commit waits for the disk.
    synchronous: bool,
    /// How long the writer waits for the lock each time it asks.
    busy_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { synchronous: true, busy_timeout: Duration::from_secs(5) }
    }
}

/// Opens the database, creating directory and file if they are missing.
///
/// A file may be opened twice, but then two writers compete for its one write lock; see [`Unchanged::is_of`].
///
/// # Errors
/// One sentence that names the path and what is wrong with it.
pub async fn open_file(path: &Path) -> Result<Engine, OpenError> {
    open_with(path, Settings::default()).await
}

/// [`open_file`], but a power cut may take back what was answered. For tests, and for data that is easily made again.
///
/// # Errors
/// As [`open_file`].
pub async fn open_file_unsynchronised(path: &Path) -> Result<Engine, OpenError> {
    open_with(path, Settings { synchronous: false, ..Settings::default() }).await
}

/// A database in memory. Without a file there is a single connection, which all share.
///
/// # Errors
/// As [`open_file`].
pub async fn open_memory() -> Result<Engine, OpenError> {
    let path = Path::new(":memory:");
    let connection = Connection::open_in_memory().and_then(|connection| {
        set_up(&connection)?;
        Ok(connection)
    });
    let connection = connection.map_err(|error| OpenError::from_sqlite(path, error.into()))?;
    Engine::start(path, connection, Vec::new(), Vec::new()).map_err(failed_to_start(path))
}

/// Opens an existing file to look at it. The file and its log are left as they are, also by the close. If there is a
/// log (the database is in use, or its last process crashed), SQLite reads it under a reader's lock, for which it may
/// make the log's index (`-shm`); without one nothing is created or locked.
///
/// # Errors
/// As [`open_file`].
pub fn open_to_look(path: &Path) -> Result<Connection, OpenError> {
    // Even reading a database in WAL mode creates files next to it, unless it is declared unchanging. With a log it must
    // not be: what is in the log alone would be missed.
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let immutable = u8::from(!Path::new(&log).exists());
    let encoded = percent_encoding::percent_encode(path.as_os_str().as_encoded_bytes(), NON_ALPHANUMERIC);
    let uri = format!("file:{encoded}?immutable={immutable}");
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri, flags).map_err(|error| OpenError::from_sqlite(path, error.into()))
}

async fn open_with(path: &Path, settings: Settings) -> Result<Engine, OpenError> {
    // Absolute, so that later connections find the same file even if the working directory changes.
    let path = absolute(path)?;
    let opening = path.clone();
    match tokio::task::spawn_blocking(move || connect(&opening, settings)).await {
        Ok(opened) => opened,
        Err(error) => Err(OpenError::Failed { path, source: error.into() }),
    }
}

fn absolute(path: &Path) -> Result<PathBuf, OpenError> {
    std::path::absolute(path)
        .map_err(|source| OpenError::Failed { path: path.to_owned(), source: source.into() })
}

/// One for each thread of the runtime, which has as many as there are processors. Beyond the upper end threads take the
/// connections of others, as long as these are free; files are kept open for each.
fn readers() -> usize {
    thread::available_parallelism().map_or(2, std::num::NonZero::get).clamp(2, 64)
}

/// How many files an open database needs at most.
#[must_use]
pub fn descriptors() -> usize {
    const WRITER: usize = 1;
    // The file and its log for each connection, and the log's index once.
    2 * (WRITER + readers() + engine::SCANNERS) + 1
}

fn connect(path: &Path, settings: Settings) -> Result<Engine, OpenError> {
    file::prepare(path)?;
    let failed = |error: rusqlite::Error| OpenError::from_sqlite(path, error.into());
    let (writer, mode) = retry_while_busy(|| writer(path, settings)).map_err(failed)?;
    check_mode(path, mode)?;
    let several = |count: usize, patience: Duration| {
        let open = |_| retry_while_busy(|| reader(path, patience));
        (0..count).map(open).collect::<rusqlite::Result<Vec<_>>>().map_err(failed)
    };
    let readers = several(readers(), Duration::ZERO)?;
    let scanners = several(engine::SCANNERS, settings.busy_timeout)?;
    Engine::start(path, writer, readers, scanners).map_err(failed_to_start(path))
}

fn failed_to_start(path: &Path) -> impl FnOnce(std::io::Error) -> OpenError {
    let path = path.to_owned();
    move |source| OpenError::Failed { path, source: source.into() }
}

/// With the mode of its journal.
fn writer(path: &Path, settings: Settings) -> rusqlite::Result<(Connection, String)> {
    let connection = existing(path, settings.busy_timeout)?;
    // Switching a file to WAL requires exclusive access, and SQLite does not always wait for that: two
    // processes that start at once would see "database is locked". Once switched, it stays so. Without write
    // access SQLite opens the file for reading and reports nothing until the first write: hence the
    // transaction.
    let mode = use_log(&connection)?;
    connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?;
    let synchronous = if settings.synchronous { "FULL" } else { "OFF" };
    connection.execute_batch(&format!("PRAGMA synchronous = {synchronous}"))?;
    Ok((connection, mode))
}

/// The mode afterwards. A file system without shared memory is not an error for SQLite: the mode stays what it was.
fn use_log(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row("PRAGMA journal_mode = WAL", (), |row| row.get(0))
}

fn check_mode(path: &Path, mode: String) -> Result<(), OpenError> {
    if mode.eq_ignore_ascii_case("wal") {
        return Ok(());
    }
    Err(OpenError::NoLog { path: path.to_owned(), mode })
}

/// What is wrong with the file, the writer has found.
fn reader(path: &Path, busy_timeout: Duration) -> rusqlite::Result<Connection> {
    let connection = existing(path, busy_timeout)?;
    // Not `SQLITE_OPEN_READ_ONLY`: after a crash of another process even a reader has to recover the log.
    connection.execute_batch("PRAGMA query_only = ON")?;
    // SQLite opens the log for the first read. If there are too few descriptors, let it be known at the start.
    connection.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))?;
    Ok(connection)
}

/// We created the file. If it vanishes while we run, an error is better than an empty database.
fn existing(path: &Path, busy_timeout: Duration) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy_timeout)?;
    set_up(&connection)?;
    Ok(connection)
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // A plan is made once for each statement. Otherwise SQLite makes it anew whenever the value changes that is bound
    // to a LIMIT, which takes longer than the statement. https://sqlite.org/queryplanner-ng.html#qpstab
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // What a savepoint may have to undo is kept in memory: from 64 KiB on SQLite would write it to a temporary file,
    // and a sweep would fail where there is no directory for those, or no room in it.
    connection.execute_batch(&format!(
        "PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = {LOG_LIMIT}; PRAGMA temp_store = MEMORY"
    ))
}

/// Retries `work` for a while if another process holds the lock.
fn retry_while_busy<T>(work: impl Fn() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    let mut pause = Duration::from_millis(20);
    for _ in 0..BUSY_RETRIES {
        match work() {
            Err(error) if error::is_busy(&error) => thread::sleep(pause),
            done => return done,
        }
        pause *= 2;
    }
    work()
}

#[cfg(test)]
mod tests;
