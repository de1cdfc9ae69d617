//! Dependencies are what `deny.toml` allows. cargo-deny says the same of the same file, with a tool that has to be
//! installed; this asks Cargo alone, about the locked versions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use serde_json::Value;

use super::{assert_none, repository};

/// The names in quotes between a line that begins a list and the line `]` that ends it; of a table those of `key`.
fn listed<'a>(rules: &'a str, begin: &str, key: &str) -> Vec<&'a str> {
    let (_, list) =
        rules.split_once(&format!("\n{begin} = [\n")).unwrap_or_else(|| panic!("{begin} in deny.toml"));
    let (list, _) = list.split_once("\n]").unwrap();
    let lines = list.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let value = if key.is_empty() { line } else { line.split_once(&format!("{key} = ")).unwrap().1 };
            value.trim_start_matches('[').split('"').nth(1).unwrap_or_else(|| panic!("{line}"))
        })
        .collect()
}

fn rules() -> String {
    fs::read_to_string(repository().join("deny.toml")).unwrap()
}

/// All packages of the lock file, whatever the platform and the features.
fn packages() -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--locked", "--all-features", "--format-version", "1"])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let Value::Array(packages) = metadata["packages"].take() else { panic!("no packages") };
    assert!(packages.len() > 500, "{}", packages.len());
    packages
}

/// Whether an SPDX expression can be met by these licences. `/` is how `OR` was written before.
fn is_met(expression: &str, by: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let met = any(&mut words, by);
    assert_eq!(words.next(), None, "{expression}");
    met
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

/// Joined by `OR`, which binds weaker than `AND`.
fn any(words: &mut Words<'_>, by: &[&str]) -> bool {
    let mut met = all(words, by);
    while words.next_if_eq(&"OR").is_some() {
        met |= all(words, by);
    }
    met
}

fn all(words: &mut Words<'_>, by: &[&str]) -> bool {
    let mut met = one(words, by);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, by);
    }
    met
}

fn one(words: &mut Words<'_>, by: &[&str]) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let met = any(words, by);
        assert_eq!(words.next(), Some(")"));
        return met;
    }
    let name = words.next().unwrap();
    // An exception is a licence of its own.
    match words.next_if_eq(&"WITH") {
        Some(_) => by.contains(&format!("{name} WITH {}", words.next().unwrap()).as_str()),
        None => by.contains(&name),
    }
}

#[test]
fn expressions_are_read_as_spdx_has_them() {
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("MIT OR GPL-3.0-only", true),
        ("MIT/GPL-3.0-only", true),
        ("MIT AND GPL-3.0-only", false),
        ("(MIT OR GPL-3.0-only) AND ISC", true),
        ("GPL-3.0-only OR MIT AND ISC", true),
        ("GPL-3.0-only AND MIT OR GPL-3.0-only", false),
        ("Apache-2.0 WITH LLVM-exception", false),
        ("Apache-2.0 WITH LLVM-exception OR MIT", true),
    ] {
        assert_eq!(is_met(expression, &["MIT", "ISC", "Apache-2.0"]), expected, "{expression}");
    }
}

#[test]
fn each_has_a_licence_that_we_accept_and_comes_from_crates_io() {
    let rules = rules();
    let accepted = listed(&rules, "allow", "");
    assert!(accepted.contains(&"MIT") && accepted.iter().all(|name| !name.contains("GPL")), "{accepted:?}");
    let excepted: BTreeMap<_, _> = listed(&rules, "exceptions", "crate")
        .into_iter()
        .zip(listed(&rules, "exceptions", "allow"))
        .collect();
    let banned = listed(&rules, "deny", "crate");
    assert!(banned.contains(&"openssl") && excepted.len() < 10);
    let (mut faults, mut met) = (Vec::new(), BTreeSet::new());
    // Those without a source are our own.
    for package in packages().iter().filter(|package| !package["source"].is_null()) {
        let (name, version) = (package["name"].as_str().unwrap(), &package["version"]);
        let mut accepted = accepted.clone();
        if let Some(licence) = excepted.get(name) {
            accepted.push(licence);
            met.insert(name.to_owned());
        }
        if package["source"] != "registry+https://github.com/rust-lang/crates.io-index" {
            faults.push(format!("{name} {version} comes from {}", package["source"]));
        }
        match package["license"].as_str() {
            Some(licence) if is_met(licence, &accepted) => {}
            licence => faults.push(format!("{name} {version}: {}", licence.unwrap_or("no licence"))),
        }
        if banned.contains(&name) {
            faults.push(format!("{name} {version} must not be there"));
        }
    }
    faults.extend(
        excepted.keys().filter(|name| !met.contains(**name)).map(|name| format!("{name} needs no exception")),
    );
    assert_none(&faults);
}

/// An update that brings another version of something is seen, and so is one that makes an exception needless.
#[test]
fn what_is_there_twice_is_known() {
    let lock = fs::read_to_string(repository().join("Cargo.lock")).unwrap();
    let mut versions = BTreeMap::<&str, u32>::new();
    for name in lock.lines().filter_map(|line| line.strip_prefix("name = ")) {
        *versions.entry(name.trim_matches('"')).or_default() += 1;
    }
    let twice: BTreeSet<_> =
        versions.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name).collect();
    let rules = rules();
    let known: BTreeSet<_> = listed(&rules, "skip", "crate").into_iter().collect();
    let new =
        twice.difference(&known).map(|name| format!("{name}: two versions; deny.toml does not know of it"));
    let gone = known.difference(&twice).map(|name| format!("{name}: one version; deny.toml says several"));
    assert_none(&new.chain(gone).collect::<Vec<_>>());
}

/// What a package needs, with what that needs, as it is built with these options.
fn needed_by(package: &str, options: &[&str]) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "--locked", "--edges", "normal", "--prefix", "none", "--package", package])
        .args(options)
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn packages_know_no_more_than_the_readme_says() {
    const BROWSER: &[&str] = &["--target", "wasm32-unknown-unknown"];
    let borders: [(&str, &[&str], &[&str]); 7] = [
        ("domain", &[], &["axum", "leptos", "tokio"]),
        ("model", &[], &["axum", "leptos", "tokio"]),
        ("app", &["--features", "ssr"], &["accounts", "axum", "database", "sessions"]),
        // Or a change of a page compiles it again.
        ("web", &[], &["app"]),
        ("accounts", &[], &["app", "axum", "configuration", "database"]),
        ("sessions", &[], &["accounts", "app", "configuration", "oauth"]),
        // The tables of time zones would be larger than all else that a browser loads.
        ("frontend", BROWSER, &["axum", "jiff", "tokio"]),
    ];
    for (package, options, unknown) in borders {
        let needed = needed_by(package, options);
        assert!(needed.contains(package), "{package}");
        let known: Vec<_> = unknown.iter().filter(|name| needed.contains(**name)).collect();
        assert!(known.is_empty(), "{package} needs {known:?}");
    }
}
