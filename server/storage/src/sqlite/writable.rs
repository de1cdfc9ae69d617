//! Whether a file could be opened for writing, or be created, without doing either.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{OpenError, absolute};

/// What [`open_file`](super::open_file) would say about the path, its directory and their rights.
///
/// # Errors
/// As [`open_file`](super::open_file).
pub fn check_writable(path: &Path) -> Result<(), OpenError> {
    let path = &absolute(path)?;
    if path.is_dir() {
        return Err(OpenError::IsDirectory { path: path.clone() });
    }
    let read_only = |source: io::Error| OpenError::ReadOnly { path: path.clone(), source: source.into() };
    if path.exists() {
        may_write(path).map_err(read_only)?;
    }
    match path.parent() {
        // SQLite keeps its log next to the file, and opens that for every connection.
        Some(directory) if !["-wal", "-shm"].iter().all(|end| next_to(path, end).exists()) => {
            check_directory(directory).map_err(|source| match directory.is_dir() {
                true => read_only(source),
                false => OpenError::Directory { path: path.clone(), directory: directory.to_owned(), source },
            })
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether a file could be created in the directory, once [`make_directory`](super::make_directory) has made
/// what is missing of it.
///
/// # Errors
/// Those of the system.
pub fn check_directory(directory: &Path) -> io::Result<()> {
    let directory = std::path::absolute(directory)?;
    let Some(nearest) = directory.ancestors().find(|directory| directory.exists()) else {
        return Err(io::ErrorKind::NotFound.into());
    };
    if nearest.is_dir() { may_write(nearest) } else { Err(io::ErrorKind::NotADirectory.into()) }
}

fn next_to(path: &Path, end: &str) -> PathBuf {
    PathBuf::from(format!("{}{end}", path.display()))
}

/// By the kernel's own rules, which know more than the mode: owner and groups, capabilities, and how the disk
/// is mounted.
#[cfg(unix)]
fn may_write(path: &Path) -> io::Result<()> {
    use rustix::fs::{Access, access};
    let as_well = if fs::metadata(path)?.is_dir() { Access::EXEC_OK } else { Access::READ_OK };
    access(path, Access::WRITE_OK | as_well).map_err(io::Error::from)
}

#[cfg(not(unix))]
fn may_write(path: &Path) -> io::Result<()> {
    if fs::metadata(path)?.permissions().readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_looked_for_in_the_nearest_directory_and_not_made() {
        let directory = tempfile::tempdir().unwrap();
        check_writable(&directory.path().join("data/of/test.db")).unwrap();
        check_directory(&directory.path().join("data/of")).unwrap();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_in_the_way_and_a_directory_in_place_of_the_file_are_named() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        fs::write(&file, "").unwrap();
        check_writable(&file).unwrap();
        let error = check_writable(&file.join("below/test.db")).unwrap_err();
        assert!(matches!(error, OpenError::Directory { .. }), "{error}");
        let error = check_writable(directory.path()).unwrap_err();
        assert!(matches!(error, OpenError::IsDirectory { .. }), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn without_the_right_to_write_the_file_or_its_directory_it_is_read_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("test.db");
        fs::write(&file, "").unwrap();
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        set(&file, 0o400);
        if fs::OpenOptions::new().write(true).open(&file).is_ok() {
            // The superuser may write everything; the test of the command line runs as another user.
            return;
        }
        assert!(matches!(check_writable(&file), Err(OpenError::ReadOnly { .. })));
        set(&file, 0o600);
        set(directory.path(), 0o500);
        assert!(matches!(check_writable(&file), Err(OpenError::ReadOnly { .. })), "no room for the log");
        let missing = directory.path().join("missing/test.db");
        assert!(matches!(check_writable(&missing), Err(OpenError::Directory { .. })));
        set(directory.path(), 0o700);
    }
}
