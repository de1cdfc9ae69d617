//! Texts that take the place of others, in files that cannot have marks.

use std::path::Path;

use configuration::wrapped;

/// Stands for every file.
const EVERY: &str = "*";
/// Printed from a table, with comments that are wrapped anew.
const SETTINGS: &str = ".env.example";

/// A text that stands once in a file, and the one that takes its place. Without one, it goes wherever it stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    file: String,
    old: String,
    new: String,
}

impl Text {
    /// From `file: one text => another`.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (file, texts) = line.split_once(": ")?;
        let (old, new) = texts.split_once(" =>")?;
        let text = |text: &str| text.replace("\\n", "\n");
        Some(Self { file: file.to_owned(), old: text(old), new: text(new.strip_prefix(' ').unwrap_or(new)) })
    }

    /// The one file in which it has to be found, unless it may be in any.
    pub(super) fn file(&self) -> Option<&Path> {
        (self.file != EVERY).then_some(Path::new(&self.file))
    }

    /// The content of a file with the other text in it.
    pub(super) fn replaced(&self, path: &Path, content: &str) -> Result<String, String> {
        let Some(file) = self.file() else { return Ok(content.replace(&self.old, &self.new)) };
        if path != file {
            return Ok(content.to_owned());
        }
        let is_wrapped = path == Path::new(SETTINGS) && !self.old.contains('\n');
        let blocks =
            if is_wrapped { blocks(content) } else { vec![(content.to_owned(), content.to_owned())] };
        let found = blocks.iter().map(|(_, text)| text.matches(&self.old).count()).sum::<usize>();
        if found == 0 || found > 1 && !self.new.is_empty() {
            return Err(format!("`{}` stands there {found} times", self.old));
        }
        let replaced = |(lines, text): (String, String)| match text.replace(&self.old, &self.new) {
            same if same == text => lines,
            new if is_wrapped => wrapped(new.trim_start_matches("# "), "# "),
            new => new,
        };
        Ok(blocks.into_iter().map(replaced).collect())
    }
}

/// The lines of each comment, and the same as one line; every other line by itself.
fn blocks(content: &str) -> Vec<(String, String)> {
    let mut blocks: Vec<(String, String)> = Vec::new();
    for line in content.split_inclusive('\n') {
        let comment = line.strip_prefix("# ").map(str::trim_end);
        let begins = |comment: &str| {
            let is_setting = comment.split_once('=').is_some_and(|(name, _)| !name.contains(' '));
            is_setting || comment.starts_with("Accepted: ") || comment.starts_with("Default: ")
        };
        match (blocks.last_mut(), comment) {
            (Some((lines, text)), Some(comment)) if text.starts_with("# ") && !begins(comment) => {
                lines.push_str(line);
                text.push(' ');
                text.push_str(comment);
            }
            _ => blocks.push((line.to_owned(), line.trim_end().to_owned())),
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(line: &str, file: &str, content: &str) -> Result<String, String> {
        Text::parse(line).unwrap().replaced(Path::new(file), content)
    }

    #[test]
    fn a_text_stands_once_where_another_takes_its_place() {
        let line = "a.json: \"/garden\" => \"/\"";
        assert_eq!(replaced(line, "a.json", "\"/garden\"").as_deref(), Ok("\"/\""));
        assert_eq!(replaced(line, "b.json", "\"/garden\"").as_deref(), Ok("\"/garden\""));
        assert!(replaced(line, "a.json", "{}").unwrap_err().contains("stands there 0 times"));
        assert!(replaced(line, "a.json", "\"/garden\", \"/garden\"").unwrap_err().contains("2 times"));
        assert_eq!(replaced("*: rose => door", "b", "rose rose").as_deref(), Ok("door door"));
    }

    #[test]
    fn a_text_without_another_goes_wherever_it_stands() {
        assert_eq!(
            replaced("a: garden,  =>", "a", "garden, house, garden, yard").as_deref(),
            Ok("house, yard")
        );
        assert_eq!(replaced("a: garden\\n =>", "a", "garden\nhouse\n").as_deref(), Ok("house\n"));
        assert!(replaced("a: garden =>", "a", "house").is_err());
    }

    #[test]
    fn comments_of_the_settings_are_wrapped_anew() {
        let words = |count: usize| "word ".repeat(count);
        let page = |meaning: &str| {
            format!(
                "# Head\n\n{}# Accepted: a, b\n# Default: c\n# NAME=x\n\n# Other words.\n",
                wrapped(meaning, "# ")
            )
        };
        let text = page(&format!("{}in the garden {}", words(20), words(30)));
        let left = page(&words(50));
        assert!(!text.contains("in the garden word"), "{text}");
        assert_eq!(replaced(".env.example: in the garden  =>", SETTINGS, &text), Ok(left));
        let text = replaced(".env.example: a, b => b", SETTINGS, &text).unwrap();
        assert!(text.contains("# Accepted: b\n# Default"), "{text}");
    }
}
