//! Which islands each page has: `[package.metadata.pages]` in `frontend/Cargo.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::process::Command;

use serde::Deserialize;

use crate::builder::Options;
use crate::builder::error::Error;

/// The names of the islands by the name of the page.
pub(crate) type Pages = BTreeMap<String, BTreeSet<String>>;

/// The part of `cargo metadata` that is read.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    metadata: Option<Tables>,
}

#[derive(Deserialize)]
struct Tables {
    #[serde(default)]
    pages: Pages,
}

/// Asks Cargo, which reads manifests better than we would.
pub(crate) fn read(options: &Options) -> Result<Pages, Error> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(&cargo)
        .current_dir(&options.workspace)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .map_err(|cause| Error::Spawn { program: cargo.to_string_lossy().into_owned(), cause })?;
    if !output.status.success() {
        return Err(Error::Pages { reason: String::from_utf8_lossy(&output.stderr).trim_end().to_owned() });
    }
    parse(&output.stdout).map_err(|reason| Error::Pages { reason })
}

fn parse(metadata: &[u8]) -> Result<Pages, String> {
    let metadata: Metadata = serde_json::from_slice(metadata).map_err(|error| error.to_string())?;
    let frontend = metadata.packages.into_iter().find(|package| package.name == "frontend");
    let pages = frontend.and_then(|package| package.metadata).map(|tables| tables.pages).unwrap_or_default();
    if pages.is_empty() {
        return Err("the manifest has no [package.metadata.pages]".to_owned());
    }
    Ok(pages)
}

/// Every island must be on a page, and what a page names must be an island.
pub(crate) fn compare(pages: &Pages, islands: &BTreeSet<&str>) -> Result<(), Error> {
    let named: BTreeSet<&str> = pages.values().flatten().map(String::as_str).collect();
    let list = |names: Vec<&&str>| names.into_iter().copied().collect::<Vec<_>>().join(", ");
    let homeless = list(islands.difference(&named).collect());
    let unknown = list(named.difference(islands).collect());
    let reason = match (homeless.is_empty(), unknown.is_empty()) {
        (true, true) => return Ok(()),
        (false, _) => format!("no page has the islands {homeless}"),
        (true, false) => format!("there are no islands {unknown}"),
    };
    Err(Error::Pages { reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_of_this_workspace_are_read_from_its_manifest() {
        let workspace = crate::find_workspace(env!("CARGO_MANIFEST_DIR").as_ref()).unwrap();
        let pages = read(&Options::new(workspace, crate::Profile::Release)).unwrap();
        assert!(!pages["preferences"].is_empty(), "{pages:?}");
    }

    #[test]
    fn a_manifest_without_pages_is_an_error() {
        for metadata in [r#"{"packages":[]}"#, r#"{"packages":[{"name":"frontend","metadata":null}]}"#, "{"] {
            assert!(parse(metadata.as_bytes()).is_err(), "{metadata}");
        }
    }

    #[test]
    fn an_island_without_a_page_and_a_page_without_its_island_are_errors() {
        let pages = Pages::from([("search".to_owned(), BTreeSet::from(["Timer".to_owned()]))]);
        assert!(compare(&pages, &BTreeSet::from(["Timer"])).is_ok());
        let message = compare(&pages, &BTreeSet::from(["Player", "Timer"])).unwrap_err().to_string();
        assert!(message.contains("no page has the islands Player"), "{message}");
        let message = compare(&pages, &BTreeSet::new()).unwrap_err().to_string();
        assert!(message.contains("there are no islands Timer"), "{message}");
    }
}
