//! Looks at the configured stores without creating or changing anything, for `check-config`.

#[cfg(feature = "mongodb")]
mod mongodb;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;

use std::path::Path;

use rusqlite::Connection;

use storage::fault::{Fault, StoreFailure};
use storage::{StoreUrl, sqlite};

use crate::codec;
use crate::stores::{OpenError, StoreSettings};

const SESSIONS: &str = "SELECT key, replaced, revision, created_at, last_activity, expires_at, live_until, owner, \
                        handle, data FROM user_sessions WHERE 1 = 0";

/// What the start would find.
#[derive(Debug, Default)]
pub struct Findings {
    /// Stores that cannot be used until somebody changes something: what, and under which variable.
    pub errors: Vec<OpenError>,
    /// Stores that do not answer, are full or cannot be written, which may pass.
    pub warnings: Vec<String>,
}

/// Why the store cannot be used; otherwise, what is remarkable about it.
type Looked = Result<Option<&'static str>, StoreFailure>;

impl Findings {
    fn add(&mut self, variable: &'static str, looked: Looked) {
        let failure = match looked {
            Ok(remark) => {
                self.warnings.extend(remark.map(|remark| format!("{variable}: {remark}")));
                return;
            }
            Err(failure) => failure,
        };
        match failure.fault() {
            Fault::Misconfigured(_) => self.errors.push(OpenError::new(variable, failure)),
            fault @ (Fault::Unreachable | Fault::Full | Fault::Data | Fault::Contended) => {
                self.warnings.push(format!("{variable}: the store {fault}: {failure}"));
            }
        }
    }
}

/// What a store is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Accounts,
    Sessions,
}

impl Kept {
    /// A table, and a statement that reads every column which the program cannot do without.
    fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::Accounts => ("users", codec::COLUMNS),
            Self::Sessions => ("user_sessions", SESSIONS),
        }
    }
}

/// Looks at both stores, whatever is wrong with the first.
pub async fn check(settings: &StoreSettings) -> Findings {
    let url = StoreUrl::from(&settings.database);
    let accounts = look(&url, Kept::Accounts, settings);
    let sessions = look(&settings.sessions, Kept::Sessions, settings);
    let (accounts, sessions) = tokio::join!(accounts, sessions);
    // One database with one fault is one finding.
    let same = settings.sessions_in_database() && accounts == sessions;
    let mut findings = Findings::default();
    findings.add("DATABASE_URL", accounts);
    if !same {
        findings.add("SESSION_STORE", sessions);
    }
    findings
}

async fn look(url: &StoreUrl, kept: Kept, settings: &StoreSettings) -> Looked {
    match url {
        StoreUrl::Memory | StoreUrl::SqliteMemory => return Ok(None),
        StoreUrl::SqliteFile(path) => file(path, kept, settings.require_private_files)?,
        #[cfg(feature = "postgres")]
        StoreUrl::Postgres(url) => return postgres::look(url, kept, settings).await,
        #[cfg(feature = "redis")]
        StoreUrl::Redis(url) => return redis::look(url, settings).await,
        #[cfg(feature = "mongodb")]
        StoreUrl::MongoDb(url) => mongodb::look(url, kept, settings).await?,
    }
    Ok(None)
}

pub(crate) fn failed(error: impl std::error::Error + 'static) -> StoreFailure {
    StoreFailure::of(&error)
}

/// A file that does not exist yet is created by the start.
fn file(path: &Path, kept: Kept, private: bool) -> Result<(), StoreFailure> {
    sqlite::check_writable(path).map_err(failed)?;
    if !path.exists() {
        return Ok(());
    }
    if private && sqlite::is_readable_by_others(path) == Some(true) {
        return Err(failed(sqlite::OpenError::Exposed { path: path.to_owned() }));
    }
    let connection = sqlite::open_to_look(path).map_err(failed)?;
    let found = tables(&connection, kept)
        .map_err(|error| failed(sqlite::OpenError::from_sqlite(path, error.into())))?;
    let known = crate::sqlite::migrate::known();
    if found > known {
        return Err(failed(sqlite::OpenError::Newer { path: path.to_owned(), found, known }));
    }
    Ok(())
}

/// Whether an existing file has this table.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn has_table(path: &Path, table: &str) -> Result<bool, sqlite::OpenError> {
    let connection = sqlite::open_to_look(path)?;
    exists(&connection, table).map_err(|error| sqlite::OpenError::from_sqlite(path, error.into()))
}

/// Returns the version of the accounts' schema; 0 if there is none, or none is asked for.
fn tables(connection: &Connection, kept: Kept) -> rusqlite::Result<i64> {
    let (table, columns) = kept.table();
    if exists(connection, table)? {
        sqlite::first(connection, columns, (), |_| ())?;
    }
    let version = "SELECT coalesce(max(version), 0) FROM account_schema";
    match kept == Kept::Accounts && exists(connection, "account_schema")? {
        true => connection.query_row(version, (), |row| row.get(0)),
        false => Ok(0),
    }
}

fn exists(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    let select = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)";
    connection.query_row(select, (table,), |row| row.get(0))
}
