//! The tests that the repository has.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use super::document::Proof;

/// Folders of what was built, installed or is being written.
const PASSED_OVER: &[&str] = &["target", "node_modules", ".git", "test-results"];

/// Functions that a macro makes tests of, once for each store, stand in these lists.
const LISTS: &[&str] = &[
    "server/sessions/contract/src/list.rs",
    "server/tests/it/database.rs",
    "server/tests/it/instances.rs",
    "server/tests/it/outage.rs",
    "server/tests/it/stores.rs",
    "server/tests/it/stores/at_rest.rs",
];

#[derive(Default)]
pub(super) struct Index {
    /// By the name of the function, the paths of the files that have it.
    rust: HashMap<String, Vec<Vec<String>>>,
    /// By the name of the file, its titles, each as the texts between its templated parts.
    browser: HashMap<String, Vec<Vec<String>>>,
}

impl Index {
    pub(super) fn of(repository: &Path) -> Self {
        let read = |name: &&str| fs::read_to_string(repository.join(name)).unwrap();
        let lists = LISTS.iter().map(read).collect::<Vec<_>>().join("\n");
        let listed = lists.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let mut index = Self::default();
        visit(repository, &mut |folders, name, path| {
            if let Some(stem) = name.strip_suffix(".rs") {
                let modules: Vec<String> = folders.iter().cloned().chain([stem.replace('-', "_")]).collect();
                for function in tests_of(&fs::read_to_string(path).unwrap(), &listed) {
                    index.rust.entry(function).or_default().push(modules.clone());
                }
            } else if name.ends_with(".spec.ts") {
                index.browser.insert(name.to_owned(), titles_of(&fs::read_to_string(path).unwrap()));
            }
        });
        index
    }

    pub(super) fn has(&self, proof: &Proof<'_>) -> bool {
        match proof {
            Proof::Rust(path) => {
                let Some((modules, function)) = path.rsplit_once("::") else { return false };
                let is_there = |found: &Vec<String>| {
                    let mut found = found.iter();
                    modules.split("::").all(|module| found.any(|folder| folder == module))
                };
                self.rust.get(function).is_some_and(|paths| paths.iter().any(is_there))
            }
            Proof::Browser { file, title } => {
                self.browser.get(*file).is_some_and(|titles| titles.iter().any(|parts| fits(parts, title)))
            }
        }
    }
}

/// Calls `file` with the folders (as modules are spelled), the name and the path of every file of the repository.
pub(super) fn visit(repository: &Path, file: &mut impl FnMut(&[String], &str, &Path)) {
    visit_folder(repository, &mut Vec::new(), file);
}

fn visit_folder(folder: &Path, folders: &mut Vec<String>, file: &mut impl FnMut(&[String], &str, &Path)) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (name, path) = (entry.file_name().into_string().unwrap(), entry.path());
        if !path.is_dir() {
            file(folders, &name, &path);
        } else if !PASSED_OVER.contains(&name.as_str()) {
            folders.push(name.replace('-', "_"));
            visit_folder(&path, folders, file);
            folders.pop();
        }
    }
}

/// The names of the functions with a test attribute, and of those that are listed.
fn tests_of(source: &str, listed: &HashSet<&str>) -> Vec<String> {
    let (mut tests, mut has_attribute) = (Vec::new(), false);
    for line in source.lines().map(str::trim_start) {
        has_attribute |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        let declared = ["pub(super) ", "pub(crate) ", "pub "]
            .iter()
            .find_map(|word| line.strip_prefix(word))
            .unwrap_or(line);
        let declared = declared.strip_prefix("async ").unwrap_or(declared);
        if let Some((name, _)) = declared.strip_prefix("fn ").and_then(|rest| rest.split_once(['(', '<'])) {
            if has_attribute || listed.contains(name) {
                tests.push(name.to_owned());
            }
            has_attribute = false;
        }
    }
    tests
}

/// The titles of the tests in a file of TypeScript.
fn titles_of(source: &str) -> Vec<Vec<String>> {
    let calls = source.split("test(").skip(1).map(str::trim_start);
    calls.filter_map(|call| title(call.chars().next()?, call.get(1..)?)).collect()
}

/// A title up to its quotation mark, split at its templated parts.
fn title(quote: char, rest: &str) -> Option<Vec<String>> {
    if !['\'', '"', '`'].contains(&quote) {
        return None;
    }
    let (mut parts, mut chars) = (vec![String::new()], rest.chars());
    while let Some(c) = chars.next() {
        let part = parts.last_mut()?;
        match c {
            '\\' => part.extend(chars.next()),
            '$' if quote == '`' && chars.as_str().starts_with('{') => {
                chars.by_ref().find(|c| *c == '}');
                parts.push(String::new());
            }
            c if c == quote => return Some(parts),
            c => part.push(c),
        }
    }
    None
}

/// Whether a title consists of these parts, with any text between them.
fn fits(parts: &[String], title: &str) -> bool {
    let [first, between @ .., last] = parts else {
        return parts.iter().any(|whole| whole == title);
    };
    let Some(mut rest) = title.strip_prefix(first.as_str()) else { return false };
    for part in between {
        let Some((_, after)) = rest.split_once(part.as_str()) else { return false };
        rest = after;
    }
    rest.ends_with(last.as_str())
}

#[test]
fn functions_are_tests_by_attribute_or_list() {
    let source = "#[test]\nfn one() {}\nfn two() {}\n    #[tokio::test(flavor = \"x\")]\n    async fn three() {}\npub async fn four(rows: Rows) {}\n";
    assert_eq!(tests_of(source, &HashSet::from(["four"])), ["one", "three", "four"]);
}

#[test]
fn titles_are_compared_around_their_templated_parts() {
    let source = "test('it\\'s kept', async () => {});\ntest(\n  `${path} leads to ${JSON.stringify(other)} or so`, x);\ntest(name, x);";
    let titles = titles_of(source);
    let has = |title: &str| titles.iter().any(|parts| fits(parts, title));
    assert!(has("it's kept"));
    assert!(has("/history leads to … or so"));
    for wrong in ["it's", "/history leads to …", "leads elsewhere or so", "name"] {
        assert!(!has(wrong), "{wrong}");
    }
}
