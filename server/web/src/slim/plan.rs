//! What is to be done to take a part out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::part::{self, Part};
use super::{DATA, FOLDER, features, files_below, manifest, markers, matching, read};

/// What is to be done for one part. Nothing is changed before everything has been found.
pub(super) struct Plan {
    /// Files and folders of the part.
    delete: Vec<PathBuf>,
    /// New contents by path, with what is said of the change.
    write: BTreeMap<PathBuf, (String, String)>,
}

impl Plan {
    pub(super) fn new(root: &Path, part: &Part) -> Result<Self, String> {
        let own = Path::new(FOLDER).join(&part.name);
        let mut delete = vec![own.clone()];
        for path in &part.delete {
            let found = matching(root, path);
            if found.is_empty() {
                return Err(format!("{}: there is no {path}", own.join(part::LIST).display()));
            }
            delete.extend(found);
        }
        let mut write = BTreeMap::new();
        let replacements = own.join(part::REPLACEMENTS);
        for file in files_below(&root.join(&replacements)) {
            let path = file.strip_prefix(root.join(&replacements)).map_err(|error| error.to_string())?;
            write.insert(path.to_owned(), (read(&file)?, "another in its place".to_owned()));
        }
        for path in files_below(root) {
            let path = path.strip_prefix(root).map_err(|error| error.to_string())?;
            if path.starts_with(DATA)
                || write.contains_key(path)
                || delete.iter().any(|gone| path.starts_with(gone))
            {
                continue;
            }
            // What is no text has no marks.
            let Ok(text) = fs::read_to_string(root.join(path)) else { continue };
            let changed =
                without(path, &text, part).map_err(|fault| format!("{}: {fault}", path.display()))?;
            if changed.trim().is_empty() && path == Path::new(FOLDER).join(part::SHARED) {
                delete.push(path.to_owned());
            } else if changed != text {
                let lines = |text: &str| text.lines().count();
                let fewer = lines(&text).saturating_sub(lines(&changed));
                write.insert(path.to_owned(), (changed, format!("{fewer} lines fewer")));
            }
        }
        part.check_substituted(&write.keys().map(PathBuf::as_path).collect::<BTreeSet<_>>())?;
        Ok(Self { delete, write })
    }

    /// Returns a line for each change.
    pub(super) fn carry_out(&self, root: &Path) -> Result<String, String> {
        let mut report = String::new();
        for path in &self.delete {
            let full = root.join(path);
            if !full.exists() {
                // Its folder is gone.
                continue;
            }
            let done = if full.is_dir() { fs::remove_dir_all(&full) } else { fs::remove_file(&full) };
            done.map_err(|error| format!("{}: {error}", path.display()))?;
            report += &format!("{}: removed\n", path.display());
        }
        for (path, (text, what)) in &self.write {
            let full = root.join(path);
            let folder = full.parent().unwrap_or(root);
            let done = fs::create_dir_all(folder).and_then(|()| fs::write(&full, text));
            done.map_err(|error| format!("{}: {error}", path.display()))?;
            report += &format!("{}: {what}\n", path.display());
        }
        Ok(report)
    }
}

/// A file without the part.
fn without(path: &Path, text: &str, part: &Part) -> Result<String, String> {
    let mut text = markers::without(text, &part.name)?;
    for feature in &part.features {
        if path.extension().is_some_and(|extension| extension == "rs") {
            text = features::without(&text, feature)?;
        } else if path.ends_with("Cargo.toml") {
            text = manifest::without(&text, feature)?;
        }
    }
    part.substituted(path, text)
}
