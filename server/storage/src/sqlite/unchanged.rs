//! A file that is replaced or removed while the program runs.
//!
//! SQLite would not notice: open connections keep writing to the old file, which has no name any more and is gone
//! when the last of them closes. So the name is looked up before every operation, and the answer is an error until
//! it leads to that file again.
//!
//! To start the program again is no remedy. The log of the old file lies next to the new one, and the next
//! connection would recover it into a database that it does not belong to
//! (<https://sqlite.org/howtocorrupt.html>, 1.4 and 2.4). It has to be moved away with its file ([`Mistake::advice`]).

use std::fs;
use std::path::{Path, PathBuf};

use crate::fault::{Mistake, StoreFailure};
use crate::intercept::{Cause, Intercept, Operation};

/// Lets an operation through while the path still leads to the file that was opened.
#[derive(Debug, Clone)]
pub struct Unchanged {
    path: PathBuf,
    opened: Option<FileId>,
}

impl Unchanged {
    /// For a file that has just been opened.
    #[must_use]
    pub fn since_now(path: &Path) -> Self {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Self { opened: file_id(&path), path }
    }

    /// Whether this path leads to the file too.
    #[must_use]
    pub fn is_of(&self, path: &Path) -> bool {
        match (self.opened, file_id(path)) {
            (Some(opened), Some(other)) => opened == other,
            // Without numbers, by name. If there is no such file, neither is there a canonical name.
            _ => match (fs::canonicalize(&self.path), fs::canonicalize(path)) {
                (Ok(opened), Ok(other)) => opened == other,
                _ => false,
            },
        }
    }

    fn check(&self) -> Result<(), StoreFailure> {
        if file_id(&self.path) == self.opened {
            return Ok(());
        }
        let text =
            format!("the database `{}` was replaced or removed while it was in use", self.path.display());
        Err(StoreFailure::mistake(Mistake::Replaced, text))
    }
}

impl Intercept for Unchanged {
    async fn around<T: Send, E: std::error::Error + Send + 'static>(
        &self,
        _: Operation,
        failed: fn(Cause) -> E,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        self.check().map_err(|failure| failed(Box::new(failure)))?;
        call.await
    }
}

/// Device and number of a file: what a name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileId(u64, u64);

/// `None` if there is no such file, and where the system has no such numbers.
fn file_id(path: &Path) -> Option<FileId> {
    let metadata = fs::metadata(path).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Some(FileId(metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Fault;

    #[test]
    fn a_file_that_was_replaced_or_removed_is_told_from_the_one_opened() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("test.db");
        fs::write(&path, "one").unwrap();
        let unchanged = Unchanged::since_now(&path);
        fs::write(&path, "one, written").unwrap();
        unchanged.check().unwrap();
        let other = directory.path().join("backup.db");
        fs::write(&other, "two").unwrap();
        fs::rename(&other, &path).unwrap();
        let mistake = unchanged.check().unwrap_err();
        assert_eq!(Fault::of(&mistake), Fault::Misconfigured(Mistake::Replaced));
        fs::remove_file(&path).unwrap();
        unchanged.check().unwrap_err();
    }

    #[test]
    fn a_file_is_known_by_any_of_its_names() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("test.db");
        fs::write(&path, "one").unwrap();
        fs::create_dir(directory.path().join("below")).unwrap();
        let unchanged = Unchanged::since_now(&path);
        assert!(unchanged.is_of(&directory.path().join("./below/../test.db")));
        #[cfg(unix)]
        {
            let link = directory.path().join("link.db");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            assert!(unchanged.is_of(&link));
        }
        let other = directory.path().join("other.db");
        assert!(!unchanged.is_of(&other), "there is none");
        fs::write(&other, "one").unwrap();
        assert!(!unchanged.is_of(&other));
    }
}
