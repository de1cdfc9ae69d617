//! Source and site files: walking a directory, naming by content, writing.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Profile;
use crate::builder::error::{Error, io_at};

/// A file of the site before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutputFile {
    /// Relative to the site, with `/` between its parts.
    pub(crate) path: String,
    pub(crate) contents: Vec<u8>,
}

impl OutputFile {
    /// A file of the bundle itself: `pkg/<stem>.<extension>`, in a release `pkg/<stem>.<hash>.<extension>`.
    pub(crate) fn asset(profile: Profile, stem: &str, extension: &str, contents: Vec<u8>) -> Self {
        let path = match profile {
            Profile::Development => format!("pkg/{stem}.{extension}"),
            Profile::Release => format!("pkg/{stem}.{}.{extension}", content_hash(&contents)),
        };
        Self { path, contents }
    }

    /// The URL path.
    pub(crate) fn url(&self) -> String {
        format!("/{}", self.path)
    }

    /// Writes the file below `site`.
    pub(crate) fn write(&self, site: &Path) -> Result<(), Error> {
        let path = site.join(&self.path);
        create_parent(&path)?;
        fs::write(&path, &self.contents).map_err(io_at(&path))
    }
}

/// The first 16 hexadecimal digits of the SHA-256. It only has to tell versions of one file apart, so 64 bits are
/// enough: all of them come from our own sources.
pub(crate) fn content_hash(contents: &[u8]) -> String {
    hex::encode(&Sha256::digest(contents)[..8])
}

/// Creates the directory of `path`.
pub(crate) fn create_parent(path: &Path) -> Result<(), Error> {
    match path.parent() {
        Some(parent) => fs::create_dir_all(parent).map_err(io_at(parent)),
        None => Ok(()),
    }
}

/// Every file below `root`, relative to it with `/` between the parts, sorted; none if `root` does not exist.
/// Files that editors and file managers leave behind are skipped.
pub(crate) fn walk(root: &Path) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    if root.is_dir() {
        walk_into(root, "", &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn walk_into(dir: &Path, prefix: &str, found: &mut Vec<String>) -> Result<(), Error> {
    for entry in fs::read_dir(dir).map_err(io_at(dir))? {
        let entry = entry.map_err(io_at(dir))?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            let cause = std::io::Error::new(std::io::ErrorKind::InvalidData, "the name is not UTF-8");
            return Err(Error::Io { path: entry.path(), cause });
        };
        if is_editor_file(name) {
            continue;
        }
        let path = entry.path();
        let relative = format!("{prefix}{name}");
        // Not the entry's own metadata: `fs::metadata` follows symbolic links.
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => walk_into(&path, &format!("{relative}/"), found)?,
            Ok(_) => found.push(relative),
            Err(cause) => return Err(Error::Io { path, cause }),
        }
    }
    Ok(())
}

/// Backup, swap and lock files come and go: they must not make a bundle stale, and do not belong in a site.
fn is_editor_file(name: &str) -> bool {
    name == ".DS_Store"
        || name.ends_with('~')
        || name.starts_with(".#")
        || (name.starts_with('.') && (name.ends_with(".swp") || name.ends_with(".swo")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_hash_never_changes() {
        // The first 16 digits of the well-known SHA-256 of "abc" (FIPS 180-2, B.1).
        assert_eq!(content_hash(b"abc"), "ba7816bf8f01cfea");
        assert_ne!(content_hash(b"abc"), content_hash(b"abd"));
    }

    #[test]
    fn only_a_release_puts_the_hash_into_the_name() {
        let plain = OutputFile::asset(Profile::Development, "main", "css", b"abc".to_vec());
        assert_eq!(plain.url(), "/pkg/main.css");
        let hashed = OutputFile::asset(Profile::Release, "main", "css", b"abc".to_vec());
        assert_eq!(hashed.url(), "/pkg/main.ba7816bf8f01cfea.css");
    }

    #[test]
    fn a_walk_is_sorted_and_finds_hidden_directories_but_no_editor_files() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.txt", "a/z.txt", ".well-known/security.txt", ".a.swp", "b.txt~", ".DS_Store"] {
            OutputFile { path: name.to_owned(), contents: Vec::new() }.write(dir.path()).unwrap();
        }
        assert_eq!(walk(dir.path()).unwrap(), [".well-known/security.txt", "a/z.txt", "b.txt"]);
        assert!(walk(&dir.path().join("nowhere")).unwrap().is_empty());
    }
}
