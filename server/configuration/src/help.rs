//! Help texts for the variables: the text of `--help`, and what it shares with the documents.

use super::row::{DefaultValue, Row};
use super::{provider_rows, table};

/// Maximum line width in columns.
const WIDTH: usize = 110;

/// The last section of `--help`.
#[must_use]
pub fn variables_help() -> String {
    let mut text = String::from(
        "Environment variables, with their default or an example. The process environment wins over .env, which \
         is read in development only.\n",
    );
    let entry = |name: &str, row: &Row| format!("\n  {}\n{}", setting(name, row), explanation(row, "      "));
    for section in table::SECTIONS {
        text += &format!("\n{}:\n", section.title);
        text.extend(section.rows.iter().map(|row| entry(row.name, row)));
    }
    text += &format!("\n{}:\n", provider_rows::TITLE);
    text.extend(provider_rows::ROWS.iter().map(|row| entry(&provider_variable("<NAME>", row), row)));
    text
}

/// A line for `.env`: the variable with its default if that is a fixed text, otherwise with an example.
pub(super) fn setting(name: &str, row: &Row) -> String {
    let value = match row.default {
        DefaultValue::Text(text) => text,
        DefaultValue::ByEnvironment { otherwise, .. } => otherwise,
        DefaultValue::Rule { example, .. } | DefaultValue::Unset { example } => example,
    };
    if value.contains(' ') { format!("{name}='{value}'") } else { format!("{name}={value}") }
}

/// The explanation that accompanies a [`setting`], on lines that begin with `prefix`: meaning, accepted
/// values and, if the setting does not show it, the default.
pub(super) fn explanation(row: &Row, prefix: &str) -> String {
    let default = match row.default {
        DefaultValue::Text(_) => String::new(),
        _ => wrapped(&format!("Default: {}", plain(&default(row))), prefix),
    };
    let accepted = format!("Accepted: {}", row.accepted);
    wrapped(&plain(row.meaning), prefix) + &wrapped(&accepted, prefix) + &default
}

/// The default as Markdown.
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

fn plain(markdown: &str) -> String {
    markdown.replace('`', "")
}

/// The full variable name for a row of the provider family.
pub(super) fn provider_variable(name: &str, row: &Row) -> String {
    format!("OAUTH_{name}_{}", row.name)
}

/// Wraps text at [`WIDTH`] columns where words allow it, with `prefix` in front of each line.
#[must_use]
pub fn wrapped(text: &str, prefix: &str) -> String {
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
