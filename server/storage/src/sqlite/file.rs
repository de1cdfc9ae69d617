//! The file and its directory, which no other user of the machine may read.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::OpenError;

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
pub(super) fn prepare(path: &Path) -> Result<(), OpenError> {
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
