//! A hash of everything each part is built from: a part with a different fingerprint is stale.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Profile;
use crate::builder::error::{Error, io_at};
use crate::builder::files::walk;
use crate::builder::record::Part;
use crate::builder::{Options, wasm_opt};

/// Every part depends on the program that builds it.
const BUILDER: &[&str] = &["frontend/bundle/src", "frontend/bundle/Cargo.toml"];

/// The files and directories (including their content) that a part is built from, relative to the workspace.
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

/// The fingerprint of every part for the current sources. Based on contents rather than modification times: a
/// fresh checkout or a copy into a container must not make everything stale.
pub(crate) fn fingerprints(options: &Options) -> Result<BTreeMap<Part, String>, Error> {
    Part::ALL.into_iter().map(|part| Ok((part, fingerprint(options, part)?))).collect()
}

fn fingerprint(options: &Options, part: Part) -> Result<String, Error> {
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
        // A different version of `wasm-opt` produces a different file.
        hasher.update(wasm_opt::installed(&options.workspace));
    }
    Ok(hex::encode(hasher.finalize()))
}

/// Name and length come first: otherwise text that moves from the end of one file to the start of the next would go
/// unnoticed.
fn add(hasher: &mut Sha256, name: &str, path: &Path) -> Result<(), Error> {
    let contents = fs::read(path).map_err(io_at(path))?;
    hasher.update(format!("{name}\0{}\0", contents.len()));
    hasher.update(&contents);
    Ok(())
}
