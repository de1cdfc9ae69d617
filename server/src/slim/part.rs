//! The description of a part: the file `part.txt` in its folder, a word and a value on each line.
//!
//! | word | value |
//! |---|---|
//! | `about` | what it is, for the list of parts |
//! | `delete` | a file or a folder that belongs to it alone; with `*` at its end, all that begin like it |
//! | `text` | `file: one text => another`: for files that cannot have marks; with `*` for the file, in every one |
//! | `word` | what is not found in any source without the part; for the test |
//!
//! Below `files/` in the folder are files that take the place of others.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

pub(super) const LIST: &str = "part.txt";
pub(super) const REPLACEMENTS: &str = "files";
/// Stands for every file.
const EVERY: &str = "*";

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) delete: Vec<String>,
    texts: Vec<Text>,
}

/// A text that stands once in a file, and the one that takes its place.
#[derive(Debug, PartialEq, Eq)]
struct Text {
    file: String,
    old: String,
    new: String,
}

impl Part {
    /// All that are described below a folder, by name; none if it is not there.
    pub(super) fn all(folder: &Path) -> Result<Vec<Self>, String> {
        let mut parts = Vec::new();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let list = entry.path().join(LIST);
            let text = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            parts.push(Self::parse(name, &text).map_err(|fault| format!("{}: {fault}", list.display()))?);
        }
        parts.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Ok(parts)
    }

    fn parse(name: String, text: &str) -> Result<Self, String> {
        let mut part = Self { name, ..Self::default() };
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let value = |word: &str| line.strip_prefix(word)?.strip_prefix(' ');
            if let Some(about) = value("about") {
                part.about = about.to_owned();
            } else if let Some(path) = value("delete") {
                part.delete.push(path.to_owned());
            } else if let Some(text) = value("text") {
                let read = || {
                    let (file, texts) = text.split_once(": ")?;
                    let (old, new) = texts.split_once(" => ")?;
                    Some(Text { file: file.to_owned(), old: old.to_owned(), new: new.to_owned() })
                };
                part.texts.push(read().ok_or_else(|| format!("`{line}` is no text to replace"))?);
            } else if value("word").is_none() {
                return Err(format!("`{line}` is not understood"));
            }
        }
        Ok(part)
    }

    /// The content of a file with other texts in it.
    pub(super) fn substituted(&self, path: &Path, content: String) -> Result<String, String> {
        let mut content = content;
        for Text { file, old, new } in &self.texts {
            if file == EVERY {
                content = content.replace(old.as_str(), new);
            } else if path == Path::new(file) {
                if content.matches(old.as_str()).count() != 1 {
                    return Err(format!("`{old}` does not stand there once"));
                }
                content = content.replacen(old.as_str(), new, 1);
            }
        }
        Ok(content)
    }

    /// Fails if a file was not seen in which a text has to be replaced.
    pub(super) fn check_substituted(&self, seen: &BTreeSet<&Path>) -> Result<(), String> {
        match self.texts.iter().find(|text| text.file != EVERY && !seen.contains(Path::new(&text.file))) {
            Some(missing) => Err(format!("{}: there is no {}", self.name, missing.file)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_described_in_lines() {
        let text = "about a garden\n\ndelete src/garden.rs\ndelete style/garden.css\ntext a.json: \"/garden\" => \"/\"\ntext *: rose => door\nword garden\n";
        let part = Part::parse("garden".to_owned(), text).unwrap();
        assert_eq!((part.name.as_str(), part.about.as_str()), ("garden", "a garden"));
        assert_eq!(part.delete, ["src/garden.rs", "style/garden.css"]);
        let replaced = |content: &str| part.substituted(Path::new("a.json"), content.to_owned());
        assert_eq!(replaced("{\"start\": \"/garden\"}").as_deref(), Ok("{\"start\": \"/\"}"));
        assert!(replaced("{}").unwrap_err().contains("does not stand there once"));
        let other = part.substituted(Path::new("b.json"), "{\"rose\": \"rose\"}".to_owned());
        assert_eq!(other.as_deref(), Ok("{\"door\": \"door\"}"));
        assert!(part.check_substituted(&BTreeSet::new()).unwrap_err().contains("a.json"));
        assert_eq!(part.check_substituted(&BTreeSet::from([Path::new("a.json")])), Ok(()));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for line in ["remove src/garden.rs", "delete", "text a.json: x", "aboutgardens"] {
            assert!(Part::parse("garden".to_owned(), line).unwrap_err().contains(line), "{line}");
        }
    }
}
