//! A site is made beside the old one and put in its place when it is complete.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, io_at};
use crate::files::create_parent;

/// The next site. Only whoever holds the lock may have one.
#[derive(Debug)]
pub(crate) struct Staging {
    site: PathBuf,
    next: PathBuf,
}

impl Staging {
    /// An empty directory beside `site`. What an interrupted build left behind is removed.
    pub(crate) fn new(site: &Path) -> Result<Self, Error> {
        let next = sibling(site, "next");
        remove(&next)?;
        fs::create_dir_all(&next).map_err(io_at(&next))?;
        Ok(Self { site: site.to_path_buf(), next })
    }

    /// Where to write.
    pub(crate) fn dir(&self) -> &Path {
        &self.next
    }

    /// Takes a file over from the old site.
    pub(crate) fn keep(&self, file: &str) -> Result<(), Error> {
        let (from, to) = (self.site.join(file), self.next.join(file));
        create_parent(&to)?;
        fs::copy(&from, &to).map_err(io_at(&from))?;
        Ok(())
    }

    /// Puts the new site into its place and removes the old one.
    pub(crate) fn commit(self) -> Result<(), Error> {
        let old = sibling(&self.site, "old");
        remove(&old)?;
        let had_one = rename_if_there(&self.site, &old)?;
        if let Err(cause) = fs::rename(&self.next, &self.site) {
            // An old site is better than none.
            if had_one {
                let _ = fs::rename(&old, &self.site);
            }
            return Err(Error::Io { path: self.site.clone(), cause });
        }
        remove(&old)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After a commit there is nothing left to remove; after a failure the next build would do it, too.
        let _ = fs::remove_dir_all(&self.next);
    }
}

/// `target/site` → `target/site.<word>`: on the same file system, so that a rename is one step.
pub(crate) fn sibling(site: &Path, word: &str) -> PathBuf {
    let mut name = site.file_name().map_or_else(|| OsString::from("site"), OsString::from);
    name.push(".");
    name.push(word);
    site.with_file_name(name)
}

fn rename_if_there(from: &Path, to: &Path) -> Result<bool, Error> {
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
    fn a_commit_replaces_the_whole_site_and_leaves_nothing_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let site = dir.path().join("site");
        fs::create_dir_all(site.join("pkg")).unwrap();
        fs::write(site.join("pkg/kept"), "kept").unwrap();
        fs::write(site.join("gone"), "gone").unwrap();

        let staging = Staging::new(&site).unwrap();
        staging.keep("pkg/kept").unwrap();
        fs::write(staging.dir().join("new"), "new").unwrap();
        assert!(site.join("gone").exists(), "the old site is whole until the commit");
        staging.commit().unwrap();

        assert_eq!(crate::files::walk(dir.path()).unwrap(), ["site/new", "site/pkg/kept"]);
    }

    #[test]
    fn a_build_that_fails_leaves_the_old_site_alone() {
        let dir = tempfile::tempdir().unwrap();
        let site = dir.path().join("site");
        fs::create_dir_all(&site).unwrap();
        fs::write(site.join("old"), "old").unwrap();
        let staging = Staging::new(&site).unwrap();
        fs::write(staging.dir().join("half"), "half").unwrap();
        drop(staging);
        assert_eq!(crate::files::walk(dir.path()).unwrap(), ["site/old"]);
    }
}
