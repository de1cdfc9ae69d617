//! A copy of a database that may be in use.
//!
//! `VACUUM INTO` reads one moment of the database in one transaction, however much is written meanwhile, and takes no
//! lock that a writer waits for. The backup interface of SQLite begins anew with every commit of another process, and
//! under load may never end (<https://sqlite.org/backup.html>).

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{OpenError, SqliteError, absolute, open_to_look};

/// Another process locks readers out for moments only: recovery, the last close.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why there is no copy. Nothing is left of it, and nothing that existed was changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("`{}` exists already: name a new file", path.display())]
    Exists { path: PathBuf },
    #[error(
        "`{}` exists: another backup is writing it, or one was broken off; if none is running, remove it",
        path.display()
    )]
    Unfinished { path: PathBuf },
    #[error("`{}` cannot be written: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    /// SQLite takes the name as text.
    #[error("the path `{}` is not UTF-8", path.display())]
    NotText { path: PathBuf },
    #[error("the database `{}` cannot be copied: {source}", path.display())]
    Copy { path: PathBuf, source: SqliteError },
    #[error("the copy of `{}` is damaged, and so is probably the database: {finding}", path.display())]
    Damaged { path: PathBuf, finding: String },
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Copies the database to a new file, readable by its owner alone, and returns its size in bytes. The file appears under
/// its name when it is complete, checked and on the disk; until then it has `.partial` behind it.
///
/// # Errors
/// See [`BackupError`].
pub fn back_up(database: &Path, copy: &Path) -> Result<u64, BackupError> {
    let (database, copy) = (absolute(database)?, absolute(copy)?);
    if copy.symlink_metadata().is_ok() {
        return Err(BackupError::Exists { path: copy });
    }
    let partial = Partial::create(&copy)?;
    partial.fill(&database)?;
    partial.check(&database)?;
    partial.finish(&copy)
}

/// The copy while it is written; removed unless it is finished.
struct Partial {
    path: PathBuf,
}

impl Partial {
    /// The name excludes a second backup to the same file.
    fn create(copy: &Path) -> Result<Self, BackupError> {
        let mut path = copy.as_os_str().to_owned();
        path.push(".partial");
        let path = PathBuf::from(path);
        let mut new = OpenOptions::new();
        new.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
        match new.open(&path) {
            Ok(_) => Ok(Self { path }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(BackupError::Unfinished { path })
            }
            Err(source) => Err(BackupError::Write { path, source }),
        }
    }

    /// SQLite accepts a file that exists if it is empty.
    fn fill(&self, database: &Path) -> Result<(), BackupError> {
        let Some(target) = self.path.to_str() else {
            return Err(BackupError::NotText { path: self.path.clone() });
        };
        // Not read-only: without a server that has the log open, even a reader has to open it for writing. And not
        // `query_only`, which would forbid to write the copy.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let copied = Connection::open_with_flags(database, flags).and_then(|connection| {
            connection.busy_timeout(PATIENCE)?;
            connection.execute("VACUUM INTO ?", (target,))
        });
        copied
            .map(drop)
            .map_err(|error| BackupError::Copy { path: database.to_owned(), source: error.into() })
    }

    /// `VACUUM` copies row by row and finds much damage by itself, but not all.
    fn check(&self, database: &Path) -> Result<(), BackupError> {
        let failed =
            |error: rusqlite::Error| BackupError::Copy { path: self.path.clone(), source: error.into() };
        let finding: String = open_to_look(&self.path)?
            .query_row("PRAGMA quick_check(1)", (), |row| row.get(0))
            .map_err(failed)?;
        if finding == "ok" {
            return Ok(());
        }
        Err(BackupError::Damaged { path: database.to_owned(), finding })
    }

    fn finish(self, copy: &Path) -> Result<u64, BackupError> {
        self.publish(copy).map_err(|source| BackupError::Write { path: copy.to_owned(), source })
    }

    /// SQLite does not synchronise what `VACUUM INTO` writes.
    fn publish(&self, copy: &Path) -> io::Result<u64> {
        let file = File::open(&self.path)?;
        file.sync_all()?;
        let size = file.metadata()?.len();
        // Not `rename`, which would replace what has come to stand there in the meantime.
        fs::hard_link(&self.path, copy)?;
        // The new name is on the disk when the directory is.
        #[cfg(unix)]
        if let Some(directory) = copy.parent() {
            File::open(directory)?.sync_all()?;
        }
        Ok(size)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // If it was finished, the file has its own name by now.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests;
