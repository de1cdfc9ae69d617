//! The documents that name tests: each test they name exists, each file they link to too, and no id occurs twice.
//!
//! They are read as Markdown. A table whose last column is `test` names what proves each of its rows:
//!
//! - `` `module::name` ``: a test in Rust. Its modules stand in the path of its file, in this order.
//! - `` `name.spec.ts` "title" ``: a test in a browser. Where its title is templated (`${…}`), any text may stand.
//! - nothing, and a first word that says why: see [`WORDS`].
//!
//! A table whose first column is `id` says what it is about. An id stands in one row of one document.

mod absent;
mod dependencies;
mod document;
mod index;
mod logged;
mod names;
mod sources;
mod standard;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use document::Document;
use index::Index;

#[rustfmt::skip]
const DOCUMENTS: &[&str] = &[
    ".github/SECURITY.md",
    "server/INVENTORY.md",
    "server/ASVS.md",
    "server/ATTACKS.md",
    "server/AVAILABILITY.md",
    "src/workout/RULES.md", // slim: trainer
];

/// What a row without a test may begin with.
const WORDS: &[&str] = &["**design**", "**document**", "**CI**", "**deviation**"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn documents() -> Vec<Document> {
    let read = |name: &&str| {
        let path = repository().join(name);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        Document::new(name, path, &text)
    };
    DOCUMENTS.iter().map(read).collect()
}

/// Lists all faults at once: a renamed test may stand in several rows.
fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_named_test_exists() {
    let index = Index::of(&repository());
    let mut faults = Vec::new();
    for document in documents() {
        for row in document.rows.iter().filter(|row| row.header.last().is_some_and(|title| title == "test")) {
            let proof = row.cells.last().map_or("", String::as_str);
            let mut fault = |what: &str| faults.push(format!("{}:{}: {what}", document.name, row.line));
            match document::proofs(proof) {
                Ok(proofs) if proofs.is_empty() && !WORDS.iter().any(|word| proof.starts_with(word)) => {
                    fault("names no test and does not say why");
                }
                Ok(proofs) => proofs
                    .iter()
                    .filter(|proof| !index.has(proof))
                    .for_each(|proof| fault(&format!("there is no {proof:?}"))),
                Err(what) => fault(&what),
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn every_linked_file_exists() {
    let mut faults = Vec::new();
    for document in documents() {
        for (line, target) in &document.links {
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let path =
                if file.is_empty() { document.path.clone() } else { document.path.with_file_name(file) };
            let is_there = heading.is_empty()
                || fs::read_to_string(&path)
                    .is_ok_and(|text| document::headings(&text).any(|found| found == heading));
            if !path.exists() || !is_there {
                faults.push(format!("{}:{line}: there is no {target}", document.name));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn no_id_occurs_twice() {
    let mut seen = HashMap::new();
    let mut faults = Vec::new();
    for document in documents() {
        for (id, line) in document.ids() {
            let place = format!("{}:{line}", document.name);
            if let Some(first) = seen.insert(id.clone(), place.clone()) {
                faults.push(format!("{place}: {id} stands in {first} already"));
            }
        }
    }
    assert_none(&faults);
}

/// Two rows for one resource would say two things once one of them is changed.
#[test]
fn no_resource_is_bounded_twice() {
    let name = "server/AVAILABILITY.md";
    let path = repository().join(name);
    let document = Document::new(name, path.clone(), &fs::read_to_string(path).unwrap());
    let rows = document.rows.iter().filter(|row| row.header.first().is_some_and(|title| title == "resource"));
    let (mut seen, mut faults, mut all) = (HashMap::new(), Vec::new(), 0);
    for row in rows {
        all += 1;
        if let Some(first) = seen.insert(&row.cells[0], row.line) {
            faults.push(format!("{name}:{}: {} stands in line {first} already", row.line, row.cells[0]));
        }
    }
    assert!(all > 5, "{all}");
    assert_none(&faults);
}
