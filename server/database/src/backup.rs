//! A copy of accounts and sessions that are kept in SQLite files, for `server backup`. Servers have programs of their own
//! for that.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use storage::sqlite::{self, Unchanged};
use storage::{DatabaseUrl, StoreUrl};

use crate::check::Kept;
use crate::existing;
use crate::stores::{OpenError, StoreSettings};

/// Why nothing was copied.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    // slim: mongodb/postgres
    #[error("DATABASE_URL={url}: this command copies SQLite files; take {instead}")]
    NotAFile { url: String, instead: &'static str },
    // slim: end
    #[error("DATABASE_URL={0}: such a database lives in the server process")]
    Memory(String),
    /// Not a database of ours.
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Copy(#[from] sqlite::BackupError),
}

/// What was copied.
#[derive(Debug, Default)]
pub struct Backup {
    /// New files with their sizes in bytes; the accounts first.
    pub files: Vec<(PathBuf, u64)>,
    /// The store of the sessions, if they are not in the copy: it is no SQLite file.
    pub without_sessions_in: Option<String>,
}

/// Copies the accounts to `path`, and sessions that have a file of their own to one next to it (`.sessions` before the
/// extension). The server may be running.
///
/// # Errors
/// See [`BackupError`]; then there is none of the new files.
pub async fn back_up(settings: &StoreSettings, path: &Path) -> Result<Backup, BackupError> {
    let accounts = file_of_accounts(&settings.database)?;
    check(settings, Kept::Accounts, "DATABASE_URL").await?;
    let mut backup = Backup::default();
    let sessions = match &settings.sessions {
        StoreUrl::SqliteFile(file) if Unchanged::since_now(accounts).is_of(file) => None,
        StoreUrl::SqliteFile(file) => {
            check(settings, Kept::Sessions, "SESSION_STORE").await?;
            Some(file.clone())
        }
        other => {
            backup.without_sessions_in = Some(other.to_string());
            None
        }
    };
    let copies = [(accounts.to_owned(), path.to_owned())]
        .into_iter()
        .chain(sessions.map(|file| (file, path_for_sessions(path))))
        .collect();
    // It takes as long as there is to copy.
    let copied = tokio::task::spawn_blocking(move || copy_all(copies)).await;
    backup.files = match copied {
        Ok(files) => files?,
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    };
    Ok(backup)
}

fn file_of_accounts(url: &DatabaseUrl) -> Result<&Path, BackupError> {
    #[cfg(any(feature = "mongodb", feature = "postgres"))]
    let no_file = |instead| Err(BackupError::NotAFile { url: url.to_string(), instead });
    match url {
        DatabaseUrl::SqliteFile(path) => Ok(path),
        DatabaseUrl::SqliteMemory => Err(BackupError::Memory(url.to_string())),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(_) => no_file("pg_dump"),
        #[cfg(feature = "mongodb")]
        DatabaseUrl::MongoDb(_) => no_file("mongodump"),
    }
}

async fn check(settings: &StoreSettings, kept: Kept, variable: &'static str) -> Result<(), OpenError> {
    existing::check(settings, kept).await.map_err(|failure| OpenError::new(variable, failure))
}

/// All or none.
fn copy_all(copies: Vec<(PathBuf, PathBuf)>) -> Result<Vec<(PathBuf, u64)>, sqlite::BackupError> {
    let mut files: Vec<(PathBuf, u64)> = Vec::new();
    for (file, copy) in copies {
        match sqlite::back_up(&file, &copy) {
            Ok(size) => files.push((copy, size)),
            Err(error) => {
                // Ours, and made a moment ago. Half a backup would pass for a whole one.
                files.iter().for_each(|(copy, _)| drop(fs::remove_file(copy)));
                return Err(error);
            }
        }
    }
    Ok(files)
}

/// `backup.db` → `backup.sessions.db`
fn path_for_sessions(path: &Path) -> PathBuf {
    let mut extension = OsString::from("sessions");
    if let Some(own) = path.extension() {
        extension.push(".");
        extension.push(own);
    }
    path.with_extension(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_have_a_name_next_to_that_of_the_accounts() {
        for (path, sessions) in [
            ("/b/backup.db", "/b/backup.sessions.db"),
            ("backup", "backup.sessions"),
            ("2026-11-30T09.00.sqlite3", "2026-11-30T09.00.sessions.sqlite3"),
        ] {
            assert_eq!(path_for_sessions(Path::new(path)), Path::new(sessions));
        }
    }
}
