//! The watched files, as they were when last looked at.
//!
//! What the operating system reports only says when to look: editors save by renaming, and save what has not changed.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Directories with sources. Of the workspace itself only the files are watched.
pub(crate) const DIRECTORIES: [&str; 7] = [".cargo", "app", "frontend", "public", "server", "src", "style"];

#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    modified: Option<SystemTime>,
    length: u64,
    /// Of the contents, which are read only if one of the above differs.
    hash: u64,
}

#[derive(Debug)]
pub(crate) struct Sources {
    workspace: PathBuf,
    files: BTreeMap<String, Seen>,
}

impl Sources {
    pub(crate) fn new(workspace: &Path) -> Self {
        let mut sources = Self { workspace: workspace.to_path_buf(), files: BTreeMap::new() };
        sources.changes();
        sources
    }

    /// The files with other contents than at the last call, new and deleted ones included, sorted. Relative to the
    /// workspace, with `/` between the parts.
    pub(crate) fn changes(&mut self) -> Vec<String> {
        let mut found = BTreeMap::new();
        for (path, metadata) in files(&self.workspace) {
            let seen = Seen { modified: metadata.modified().ok(), length: metadata.len(), hash: 0 };
            let hash = match self.files.get(&path) {
                Some(old) if (old.modified, old.length) == (seen.modified, seen.length) => old.hash,
                _ => match fs::read(self.workspace.join(&path)) {
                    Ok(contents) => hash(&contents),
                    // Deleted meanwhile.
                    Err(_) => continue,
                },
            };
            found.insert(path, Seen { hash, ..seen });
        }
        let changed = |(path, seen): &(&String, &Seen)| {
            self.files.get(*path).is_none_or(|old| (old.length, old.hash) != (seen.length, seen.hash))
        };
        let mut changes: Vec<String> = found.iter().filter(changed).map(|(path, _)| path.clone()).collect();
        changes.extend(self.files.keys().filter(|path| !found.contains_key(*path)).cloned());
        changes.sort();
        self.files = found;
        changes
    }
}

fn hash(contents: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    contents.hash(&mut hasher);
    hasher.finish()
}

fn files(workspace: &Path) -> Vec<(String, Metadata)> {
    let mut found = Vec::new();
    for (name, metadata) in entries(workspace) {
        if metadata.is_file() {
            found.push((name, metadata));
        }
    }
    let mut directories: Vec<String> = DIRECTORIES.map(str::to_owned).to_vec();
    while let Some(directory) = directories.pop() {
        for (name, metadata) in entries(&workspace.join(&directory)) {
            let path = format!("{directory}/{name}");
            if metadata.is_dir() {
                directories.push(path);
            } else {
                found.push((path, metadata));
            }
        }
    }
    found
}

/// Those that may be sources. None if there is no such directory.
fn entries(directory: &Path) -> impl Iterator<Item = (String, Metadata)> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        // Not the entry's own: follows symbolic links.
        let metadata = fs::metadata(entry.path()).ok()?;
        (!is_ignored(&name)).then_some((name, metadata))
    })
}

/// What builds and editors leave behind: results, backups, swap files, locks, probes.
fn is_ignored(name: &str) -> bool {
    let hidden = name.starts_with('.') && !matches!(name, ".env" | ".cargo" | ".well-known");
    let results = matches!(name, "target" | "node_modules" | "data");
    // Vim creates a file of this name to find out whether it can.
    let of_editor = name == "4913" || name.ends_with('~') || name.ends_with(".tmp") || name.starts_with('#');
    hidden || results || of_editor
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]
mod tests {
    use super::*;

    fn write(root: &Path, path: &str, contents: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    #[test]
    fn new_changed_and_deleted_files_are_changes_once() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        for path in ["style/a.css", "src/deep/b.rs", "Cargo.toml"] {
            write(root, path, "1");
        }
        let mut sources = Sources::new(root);
        assert_eq!(sources.changes(), Vec::<String>::new());
        write(root, "style/a.css", "22");
        write(root, "src/c.rs", "1");
        fs::remove_file(root.join("src/deep/b.rs")).unwrap();
        write(root, "Cargo.toml", "22");
        assert_eq!(sources.changes(), ["Cargo.toml", "src/c.rs", "src/deep/b.rs", "style/a.css"]);
        assert_eq!(sources.changes(), Vec::<String>::new());
    }

    #[test]
    fn saving_without_a_change_and_saving_by_renaming_are_understood() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        write(root, "src/lib.rs", "same");
        let mut sources = Sources::new(root);
        let later = SystemTime::now() + std::time::Duration::from_secs(60);
        fs::File::options().write(true).open(root.join("src/lib.rs")).unwrap().set_modified(later).unwrap();
        assert_eq!(sources.changes(), Vec::<String>::new());
        write(root, "src/.lib.rs.swp", "other");
        fs::rename(root.join("src/.lib.rs.swp"), root.join("src/lib.rs")).unwrap();
        assert_eq!(sources.changes(), ["src/lib.rs"]);
    }

    #[test]
    fn what_editors_and_builds_write_is_no_change() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        write(root, "src/lib.rs", "");
        let mut sources = Sources::new(root);
        for path in [
            "src/lib.rs~",
            "src/.lib.rs.swp",
            "src/.#lib.rs",
            "src/#lib.rs#",
            "src/4913",
            "src/lib.rs.tmp",
            "target/debug/x",
            "data/app.db",
            "server/baseline/target/x", // slim: mongodb&postgres&redis
            "end2end/node_modules/x",
            ".git/index",
        ] {
            write(root, path, "x");
        }
        assert_eq!(sources.changes(), Vec::<String>::new());
    }
}
