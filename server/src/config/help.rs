//! What is said about the variables to people: the text of `--help`, and what it shares with the documents.

use super::row::{DefaultValue, Row};
use super::{provider_rows, table};

/// Columns of a line of text.
const WIDTH: usize = 110;

/// For the end of `--help`.
pub(crate) fn variables_help() -> String {
    let mut text = String::from(
        "Environment variables (in development .env in the working directory is read too; the process \
         environment wins):\n",
    );
    let rows = table::rows().map(|row| (row.name.to_owned(), row));
    let provider_rows = provider_rows::ROWS.iter().map(|row| (provider_variable("<NAME>", row), row));
    for (name, row) in rows.chain(provider_rows) {
        text += &format!("\n  {name} [default: {}]\n", plain(&default(row)));
        text += &explanation(row, "      ");
    }
    text
}

/// Meaning and accepted values, on lines that begin with `prefix`.
pub(super) fn explanation(row: &Row, prefix: &str) -> String {
    let accepted = format!("Accepted: {}", row.accepted);
    wrapped(&plain(row.meaning), prefix) + &wrapped(&accepted, prefix)
}

/// The default in Markdown.
pub(super) fn default(row: &Row) -> String {
    match row.default {
        DefaultValue::Text(text) => format!("`{text}`"),
        DefaultValue::ByEnvironment { production, otherwise } => {
            format!("`{otherwise}`; in production `{production}`")
        }
        DefaultValue::Rule { rule, .. } => rule.to_owned(),
        DefaultValue::Unset { .. } => "not set".to_owned(),
    }
}

pub(super) fn plain(markdown: &str) -> String {
    markdown.replace('`', "")
}

/// The variable that a row of the open family stands for.
pub(super) fn provider_variable(name: &str, row: &Row) -> String {
    format!("OAUTH_{name}_{}", row.name)
}

/// Lines of at most [`WIDTH`] columns where words allow it, each with `prefix` in front.
pub(super) fn wrapped(text: &str, prefix: &str) -> String {
    let mut lines = String::new();
    let mut line = prefix.to_owned();
    for word in text.split_whitespace() {
        if line.len() > prefix.len() {
            if line.chars().count() + 1 + word.chars().count() > WIDTH {
                lines += &line;
                lines.push('\n');
                line.truncate(prefix.len());
            } else {
                line.push(' ');
            }
        }
        line += word;
    }
    lines + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_between_words() {
        let words = "word ".repeat(50);
        let lines = wrapped(&words, "# ");
        assert_eq!(lines.lines().count(), 3);
        assert!(lines.lines().all(|line| line.starts_with("# word") && line.ends_with("word")), "{lines}");
        assert!(lines.lines().all(|line| line.len() <= WIDTH), "{lines}");
        assert_eq!(lines.matches("word").count(), 50);
        let long = "x".repeat(200);
        assert_eq!(wrapped(&format!("a {long} b"), ""), format!("a\n{long}\nb\n"));
    }
}
