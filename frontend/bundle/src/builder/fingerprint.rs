//! Staleness: a hash of what each part is made from.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Error, io_at};
use crate::files::{hex, walk};
use crate::manifest::Part;
use crate::{Options, Profile, wasm_opt};

/// What every part depends on: the program that builds it.
const BUILDER: &[&str] = &["frontend/bundle/src", "frontend/bundle/Cargo.toml"];

/// Files and directories (with everything below) a part is made from, relative to the workspace.
fn inputs(part: Part) -> &'static [&'static str] {
    match part {
        Part::Islands => &[
            "src",
            "app",
            "frontend/src",
            "frontend/Cargo.toml",
            "Cargo.toml",
            "Cargo.lock",
            "rust-toolchain.toml",
            ".cargo/config.toml",
        ],
        Part::Style => &["style"],
        Part::Public => &["public"],
    }
}

/// The stamp of every part as the sources are now. Contents, not times: a checkout or a container copy that
/// touches every file makes nothing stale.
pub(crate) fn stamps(options: &Options) -> Result<BTreeMap<Part, String>, Error> {
    Part::ALL.into_iter().map(|part| Ok((part, stamp(options, part)?))).collect()
}

fn stamp(options: &Options, part: Part) -> Result<String, Error> {
    let mut hasher = Sha256::new();
    for input in BUILDER.iter().chain(inputs(part)) {
        let path = options.workspace.join(input);
        if path.is_dir() {
            for file in walk(&path)? {
                add(&mut hasher, &format!("{input}/{file}"), &path.join(&file))?;
            }
        } else if path.is_file() {
            add(&mut hasher, input, &path)?;
        }
    }
    if part == Part::Islands && options.profile == Profile::Release {
        // Another `wasm-opt` makes another file.
        hasher.update(wasm_opt::identity(&options.workspace));
    }
    Ok(hex(&hasher.finalize()))
}

/// Name and length go in front, so that nothing can move from one file to the next unnoticed.
fn add(hasher: &mut Sha256, name: &str, path: &Path) -> Result<(), Error> {
    let contents = fs::read(path).map_err(io_at(path))?;
    hasher.update(format!("{name}\0{}\0", contents.len()));
    hasher.update(&contents);
    Ok(())
}
