//! Links of documents whose text is a name in the code: the file that is linked has it.
//!
//! `` [`Player`](app/src/islands/player.rs) `` says that `Player` is declared there. A text that is part of the path names a
//! package or a module.

use std::fs;

use super::{assert_none, repository};

#[rustfmt::skip]
const DOCUMENTS: &[&str] = &[
    "README.md",
    "app/README.md",
    "end2end/README.md",
    "frontend/README.md",
    "frontend/bundle/README.md",
    "server/README.md",
    "server/ASVS.md",
    "server/ATTACKS.md",
    "server/AVAILABILITY.md",
    "server/CONTRACT.md",
    "server/INVENTORY.md",
    "server/deploy/README.md",
    "server/oauth/README.md",
    "server/sessions/README.md",
    "server/tests/README.md",
];

/// What declares a name.
const DECLARATIONS: &[&str] =
    &["fn ", "struct ", "enum ", "trait ", "const ", "static ", "type ", "macro_rules! "];

/// Name and file of every such link in a line.
fn links(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split("[`").skip(1).filter_map(|rest| {
        let (text, rest) = rest.split_once("`](")?;
        let (target, _) = rest.split_once(')')?;
        let file = target.split('#').next().filter(|file| file.ends_with(".rs") && !file.contains(':'))?;
        let name = text.rsplit("::").next().filter(|name| is_name(name))?;
        Some((name, file))
    })
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn is_declared(name: &str, source: &str) -> bool {
    source.lines().any(|line| {
        DECLARATIONS.iter().any(|declaration| {
            let found = line.split_once(declaration).and_then(|(_, rest)| rest.strip_prefix(name));
            found.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        })
    })
}

#[test]
fn every_name_that_is_linked_stands_in_its_file() {
    let (mut faults, mut found) = (Vec::new(), 0);
    for document in DOCUMENTS {
        let path = repository().join(document);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{document}: {error}"));
        for (number, line) in (1..).zip(text.lines()) {
            for (name, file) in links(line) {
                found += 1;
                let is_part =
                    file.trim_end_matches(".rs").split('/').any(|part| part.replace('-', "_") == name);
                let source = fs::read_to_string(path.with_file_name(file)).unwrap_or_default();
                if source.is_empty() || (!is_part && !is_declared(name, &source)) {
                    faults.push(format!("{document}:{number}: {file} does not declare {name}"));
                }
            }
        }
    }
    assert_none(&faults);
    assert!(found > 20, "only {found} names are linked");
}

#[test]
fn a_name_is_declared_by_its_whole() {
    let source = "#[island]\npub fn SetRow(children: Children) -> impl IntoView {\npub(crate) const WAKE: &str = \"\";\n";
    for (name, is_there) in [("SetRow", true), ("WAKE", true), ("Set", false), ("children", false)] {
        assert_eq!(is_declared(name, source), is_there, "{name}");
    }
    let line = "[`a::B`](src/b.rs#L3), [`c`](d.md), [the `e`](e.rs), [`f g`](f.rs), [`H`](https://h.rs)";
    assert_eq!(links(line).collect::<Vec<_>>(), [("B", "src/b.rs")]);
}
