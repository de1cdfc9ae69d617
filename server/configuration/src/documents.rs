//! Generates `.env.example` and the table in `CONFIGURATION.md`, and fails if the files differ. To update
//! them: `UPDATE_DOCS=1 cargo test -p configuration`.

use std::fs;
use std::path::Path;

use super::help::{default, explanation, provider_variable, setting, wrapped};
use super::provider_rows as providers;
use super::row::Row;
use super::table;

const INTRODUCTION: &str = "\
# Settings. Copy this file to `.env` and uncomment what you want to change; every line shows the default or an
# example. Nothing needs to be set for development.
#
# `.env` is read in development only, from the directory the server is started in; the process environment
# wins over it. Production and demo are configured by the environment alone, APP_ENV included. An empty value
# counts as not set. Put values with spaces or $ in 'single quotes'.
# `cargo run -- check-config` prints what is in effect, or every error.
#
# Printed from server/configuration/src/table.rs: change that, then UPDATE_DOCS=1 cargo test -p configuration
";

/// A provider in the example file.
struct Example {
    text: &'static str,
    name: &'static str,
    rows: &'static [Row],
    /// Whether the rows are explained for this provider.
    explained: bool,
}

const EXAMPLES: [Example; 5] = [
    Example {
        text: "Google: register <PUBLIC_URL>/auth/google/callback there.",
        name: "GOOGLE",
        rows: &[providers::CLIENT_ID, providers::CLIENT_SECRET],
        explained: false,
    },
    Example {
        text: "GitHub: register <PUBLIC_URL>/auth/github/callback there.",
        name: "GITHUB",
        rows: &[providers::CLIENT_ID, providers::CLIENT_SECRET],
        explained: false,
    },
    Example {
        text: "Any OpenID Connect provider, here under /auth/company.",
        name: "COMPANY",
        rows: &[providers::ISSUER, providers::CLIENT_ID, providers::CLIENT_SECRET],
        explained: false,
    },
    Example {
        text: "Any plain OAuth 2.0 provider, here under /auth/my-club.",
        name: "MY_CLUB",
        rows: &[
            providers::AUTH_URL,
            providers::TOKEN_URL,
            providers::USERINFO_URL,
            providers::CLIENT_ID,
            providers::CLIENT_SECRET,
        ],
        explained: false,
    },
    Example {
        text: "Optional for all of them, the fields for plain OAuth 2.0 only.",
        name: "MY_CLUB",
        rows: &[
            providers::LABEL,
            providers::SCOPES,
            providers::CLIENT_AUTH,
            providers::SUBJECT_FIELD,
            providers::EMAIL_FIELD,
            providers::EMAIL_VERIFIED_FIELD,
            providers::NAME_FIELD,
        ],
        explained: true,
    },
];

fn example_file() -> String {
    let mut text = INTRODUCTION.to_owned();
    for section in table::SECTIONS {
        text += &heading(section.title);
        for row in section.rows {
            text.push('\n');
            text += &explanation(row, "# ");
            text += &format!("# {}\n", setting(row.name, row));
        }
    }
    text += &heading(providers::TITLE);
    for example in EXAMPLES {
        text.push('\n');
        text += &wrapped(example.text, "# ");
        for row in example.rows {
            if example.explained {
                text += "#\n";
                text += &explanation(row, "# ");
            }
            text += &format!("# {}\n", setting(&provider_variable(example.name, row), row));
        }
    }
    text
}

fn heading(title: &str) -> String {
    format!("\n{:-<109}\n", format!("# ---- {title} "))
}

fn page_table() -> String {
    let rows = table::rows().map(|row| (row.name.to_owned(), row));
    let provider_rows = providers::ROWS.iter().map(|row| (provider_variable("<NAME>", row), row));
    let mut text = "| variable | default | accepted | meaning |\n|---|---|---|---|\n".to_owned();
    for (name, row) in rows.chain(provider_rows) {
        let accepted = escaped(row.accepted);
        text += &format!("| `{name}` | {} | {accepted} | {} |\n", default(row), row.meaning);
    }
    text
}

/// Escapes plain text for a Markdown table.
fn escaped(text: &str) -> String {
    let escape = |c: char| ['\\', c].into_iter().skip(usize::from(!"|*`<".contains(c)));
    text.chars().flat_map(escape).collect()
}

/// The page with its table replaced.
fn page(old: &str) -> String {
    const BEGIN: &str = "<!-- variables:begin -->\n";
    const END: &str = "<!-- variables:end -->\n";
    let (before, rest) = old.split_once(BEGIN).expect("the begin mark");
    let (_, after) = rest.split_once(END).expect("the end mark");
    [before, BEGIN, &page_table(), END, after].concat()
}

fn compare(file: &str, print: impl Fn(&str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let found = fs::read_to_string(&path).expect(file);
    let printed = print(&found);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, printed).expect(file);
    } else {
        assert!(found == printed, "{file} is out of date: UPDATE_DOCS=1 cargo test -p configuration");
    }
}

#[test]
fn the_example_file_is_the_table() {
    compare("../../.env.example", |_| example_file());
}

#[test]
fn the_page_has_the_table() {
    compare("../CONFIGURATION.md", page);
}

#[test]
fn the_example_file_has_every_setting_of_a_provider() {
    for row in providers::ROWS {
        let is_shown = |example: &Example| example.rows.iter().any(|shown| shown.name == row.name);
        assert!(EXAMPLES.iter().any(is_shown), "{}", row.name);
    }
}
