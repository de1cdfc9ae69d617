//! A new site is built next to the old one and replaces it once it is complete.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::builder::error::{Error, io_at};
use crate::builder::files::create_parent;

/// The new site while it is being built. The build lock must be held.
#[derive(Debug)]
pub(crate) struct StagingDir {
    site: PathBuf,
    next: PathBuf,
}

impl StagingDir {
    /// An empty directory next to `site`. Leftovers of an interrupted build are removed.
    pub(crate) fn create(site: &Path) -> Result<Self, Error> {
        let next = sibling(site, "next");
        remove(&next)?;
        fs::create_dir_all(&next).map_err(io_at(&next))?;
        Ok(Self { site: site.to_path_buf(), next })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.next
    }

    /// Copies a file that is still fresh from the old site.
    pub(crate) fn copy_from_site(&self, file: &str) -> Result<(), Error> {
        let (from, to) = (self.site.join(file), self.next.join(file));
        create_parent(&to)?;
        fs::copy(&from, &to).map_err(io_at(&from))?;
        Ok(())
    }

    /// Replaces the old site with the new one.
    pub(crate) fn commit(self) -> Result<(), Error> {
        let old = sibling(&self.site, "old");
        remove(&old)?;
        let had_old = rename_if_present(&self.site, &old)?;
        if let Err(cause) = fs::rename(&self.next, &self.site) {
            // An old site is better than none.
            if had_old {
                let _ = fs::rename(&old, &self.site);
            }
            return Err(Error::Io { path: self.site.clone(), cause });
        }
        remove(&old)
    }
}

impl Drop for StagingDir {
    fn drop(&mut self) {
        // After a commit there is nothing to remove; if this fails, the next build removes it.
        let _ = fs::remove_dir_all(&self.next);
    }
}

/// `target/site` → `target/site.<suffix>`: in the same directory, hence on the same file system, so that a rename
/// is atomic.
pub(crate) fn sibling(site: &Path, suffix: &str) -> PathBuf {
    let mut name = site.file_name().map_or_else(|| OsString::from("site"), OsString::from);
    name.push(".");
    name.push(suffix);
    site.with_file_name(name)
}

fn rename_if_present(from: &Path, to: &Path) -> Result<bool, Error> {
    match fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(Error::Io { path: from.to_path_buf(), cause }),
    }
}

fn remove(dir: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(dir) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            Err(Error::Io { path: dir.to_path_buf(), cause })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_replaces_the_whole_site_and_leaves_nothing_else_behind() {
        let dir = tempfile::tempdir().unwrap();
        let site = dir.path().join("site");
        fs::create_dir_all(site.join("pkg")).unwrap();
        fs::write(site.join("pkg/kept"), "kept").unwrap();
        fs::write(site.join("gone"), "gone").unwrap();

        let staging = StagingDir::create(&site).unwrap();
        staging.copy_from_site("pkg/kept").unwrap();
        fs::write(staging.path().join("new"), "new").unwrap();
        assert!(site.join("gone").exists(), "the old site is whole until the commit");
        staging.commit().unwrap();

        assert_eq!(crate::builder::files::walk(dir.path()).unwrap(), ["site/new", "site/pkg/kept"]);
    }

    #[test]
    fn a_build_that_fails_leaves_the_old_site_alone() {
        let dir = tempfile::tempdir().unwrap();
        let site = dir.path().join("site");
        fs::create_dir_all(&site).unwrap();
        fs::write(site.join("old"), "old").unwrap();
        let staging = StagingDir::create(&site).unwrap();
        fs::write(staging.path().join("half"), "half").unwrap();
        drop(staging);
        assert_eq!(crate::builder::files::walk(dir.path()).unwrap(), ["site/old"]);
    }
}
