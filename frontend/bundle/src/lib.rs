//! Builds the browser bundle: what a browser loads besides the pages themselves.
//!
//! | made from | becomes | development | release |
//! |---|---|---|---|
//! | `src/`, `app/`, `frontend/` | the islands | `/pkg/islands.js`, `/pkg/islands.wasm` | hashed names, `wasm-opt` |
//! | `style/main.css` and its imports | one style sheet | `/pkg/trainer.css` | hashed name, minified |
//! | `public/trainer.js` | the module script | `/pkg/trainer.js` | hashed name |
//! | the rest of `public/` | the same path below `/` | copied | copied |
//!
//! In a release every compressible file has a `.br` and a `.gz` beside it. [`Manifest`] says what the files are
//! called.
//!
//! [`ensure`] is cheap when nothing changed, so a server may call it at every start: each part carries a hash of
//! its inputs, and only stale parts are rebuilt. A build happens under a file lock, in a directory beside the
//! site, and is renamed into place: two processes cannot disturb each other, and nobody sees half a site.
#![forbid(unsafe_code)]

mod assets;
mod cargo_build;
mod command;
mod compress;
mod css;
mod error;
mod files;
mod glue;
mod lock;
mod manifest;
mod pipeline;
mod staging;
mod stamp;
mod wasm;
mod wasm_opt;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use crate::error::Error;
pub use crate::files::OutputFile;
pub use crate::manifest::{Built, Manifest, Part};
pub use crate::pipeline::{build, build_with, ensure, ensure_with};
pub use crate::wasm::{CargoAndBindgen, Islands, IslandsBuilder};

/// How much work goes into the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Quick to build: plain names, nothing optimised, nothing compressed.
    Development,
    /// Quick to load: hashed names, optimised, compressed.
    Release,
}

impl Profile {
    /// The profile that goes with this program: `Release` in `cargo run --release`, else `Development`.
    #[must_use]
    pub const fn of_this_program() -> Self {
        if cfg!(debug_assertions) { Self::Development } else { Self::Release }
    }

    /// `development` or `release`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Release => "release",
        }
    }
}

/// What to build, from where, to where.
#[derive(Debug, Clone)]
pub struct Options {
    /// The directory with the sources; see [`find_workspace`].
    pub workspace: PathBuf,
    /// Where the finished site is, `target/site` by default. It is replaced as a whole.
    pub site: PathBuf,
    /// How much work to put in.
    pub profile: Profile,
    /// Cargo's target directory for WebAssembly. One of its own, so that this build never waits for the lock of
    /// a `cargo test` around it.
    pub target_dir: PathBuf,
}

impl Options {
    /// The usual places below `workspace`: `target/site` and `target/wasm`.
    #[must_use]
    pub fn new(workspace: impl Into<PathBuf>, profile: Profile) -> Self {
        let workspace = workspace.into();
        let target = workspace.join("target");
        Self { site: target.join("site"), target_dir: target.join("wasm"), workspace, profile }
    }
}

/// What [`ensure`] found or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing had changed.
    Fresh,
    /// Something was built.
    Built {
        /// How long it took, in milliseconds, waiting for another build not included.
        millis: u128,
        /// What was stale.
        parts: Vec<Part>,
    },
}

/// The directory at or above `start` that holds this project's sources, if there is one.
#[must_use]
pub fn find_workspace(start: &Path) -> Option<PathBuf> {
    let marks = ["Cargo.toml", "app/Cargo.toml", "frontend/Cargo.toml", "frontend/bundle/Cargo.toml"];
    let start = std::path::absolute(start).ok()?;
    start.ancestors().find(|dir| marks.iter().all(|mark| dir.join(mark).is_file())).map(Path::to_path_buf)
}
