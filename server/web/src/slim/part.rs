//! The description of a part: the file `part.txt` in its folder, a word and a value on each line.
//!
//! | word | value |
//! |---|---|
//! | `about` | what it is, for the list of parts |
//! | `delete` | a file or a folder that belongs to it alone; with `*` at its end, all that begin like it |
//! | `text` | `file: one text => another`: for files that cannot have marks; with `*` for the file, in every one. See [`Text`] |
//! | `feature` | a cargo feature that is the part, in every package that has it |
//! | `word` | what is not found in any source without the part; for the test |
//!
//! A file or a text that several parts need is in the list `shared.txt` beside the folders, on a line that has a mark.
//! It belongs to the part with which that line goes.
//!
//! Below `files/` in the folder are files that take the place of others.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::markers;
use super::texts::Text;

pub(super) const LIST: &str = "part.txt";
pub(super) const REPLACEMENTS: &str = "files";
pub(super) const SHARED: &str = "shared.txt";

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) delete: Vec<String>,
    pub(super) features: Vec<String>,
    texts: Vec<Text>,
}

impl Part {
    /// All that are described below a folder, by name; none if it is not there.
    pub(super) fn all(folder: &Path) -> Result<Vec<Self>, String> {
        let mut parts = Vec::new();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                parts.push(Self::read(folder, &entry.file_name().to_string_lossy())?);
            }
        }
        parts.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Ok(parts)
    }

    pub(super) fn read(folder: &Path, name: &str) -> Result<Self, String> {
        let list = folder.join(name).join(LIST);
        let text = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
        let shared = fs::read_to_string(folder.join(SHARED)).unwrap_or_default();
        let gone = no_longer_shared(&shared, name).map_err(|fault| format!("{SHARED}: {fault}"))?;
        Self::parse(name.to_owned(), &(text + &gone)).map_err(|fault| format!("{}: {fault}", list.display()))
    }

    fn parse(name: String, text: &str) -> Result<Self, String> {
        let mut part = Self { name, ..Self::default() };
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let line = line.split(" # slim: ").next().unwrap_or(line);
            let value = |word: &str| line.strip_prefix(word)?.strip_prefix(' ');
            if let Some(about) = value("about") {
                part.about = about.to_owned();
            } else if let Some(path) = value("delete") {
                part.delete.push(path.to_owned());
            } else if let Some(feature) = value("feature") {
                part.features.push(feature.to_owned());
            } else if let Some(text) = value("text") {
                part.texts.push(Text::parse(text).ok_or_else(|| format!("`{line}` is no text to replace"))?);
            } else if value("word").is_none() {
                return Err(format!("`{line}` is not understood"));
            }
        }
        Ok(part)
    }

    /// The content of a file with other texts in it.
    pub(super) fn substituted(&self, path: &Path, content: String) -> Result<String, String> {
        self.texts.iter().try_fold(content, |content, text| text.replaced(path, &content))
    }

    /// Fails if a file was not seen in which a text has to be replaced.
    pub(super) fn check_substituted(&self, seen: &BTreeSet<&Path>) -> Result<(), String> {
        match self.texts.iter().filter_map(Text::file).find(|file| !seen.contains(file)) {
            Some(missing) => Err(format!("{}: there is no {}", self.name, missing.display())),
            None => Ok(()),
        }
    }
}

/// The lines of a list that go with this part.
fn no_longer_shared(list: &str, name: &str) -> Result<String, String> {
    let left = markers::without(list, name)?;
    let stays = |line: &str| {
        let value = |line: &'_ str| line.split(" # slim: ").next().map(str::to_owned);
        left.lines().any(|left| value(left) == value(line))
    };
    Ok(list.lines().filter(|line| !stays(line)).fold("\n".to_owned(), |gone, line| gone + line + "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_described_in_lines() {
        let text = "about a garden\n\ndelete src/garden.rs\ndelete style/garden.css\ntext a.json: \"/garden\" => \"/\"\ntext *: rose => door\nfeature garden\nword garden\n";
        let part = Part::parse("garden".to_owned(), text).unwrap();
        assert_eq!((part.name.as_str(), part.about.as_str()), ("garden", "a garden"));
        assert_eq!(part.delete, ["src/garden.rs", "style/garden.css"]);
        assert_eq!(part.features, ["garden"]);
        let replaced = |content: &str| part.substituted(Path::new("a.json"), content.to_owned());
        assert_eq!(replaced("{\"start\": \"/garden\"}").as_deref(), Ok("{\"start\": \"/\"}"));
        assert!(replaced("{}").unwrap_err().contains("stands there 0 times"));
        let other = part.substituted(Path::new("b.json"), "{\"rose\": \"rose\"}".to_owned());
        assert_eq!(other.as_deref(), Ok("{\"door\": \"door\"}"));
        assert!(part.check_substituted(&BTreeSet::new()).unwrap_err().contains("a.json"));
        assert_eq!(part.check_substituted(&BTreeSet::from([Path::new("a.json")])), Ok(()));
    }

    #[test]
    fn what_is_shared_goes_with_the_part_that_its_line_goes_with() {
        let list = "delete fence # slim: garden/orchard\ndelete path # slim: garden&orchard\ntext a: b => c # slim: yard\n";
        assert_eq!(no_longer_shared(list, "garden").as_deref(), Ok("\ndelete path # slim: garden&orchard\n"));
        assert_eq!(no_longer_shared(list, "house").as_deref(), Ok("\n"));
        let left = markers::without(list, "garden").unwrap();
        let gone = no_longer_shared(&left, "orchard").unwrap();
        assert_eq!(Part::parse("orchard".to_owned(), &gone).unwrap().delete, ["fence"]);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for line in ["remove src/garden.rs", "delete", "text a.json: x", "aboutgardens"] {
            assert!(Part::parse("garden".to_owned(), line).unwrap_err().contains(line), "{line}");
        }
    }
}
