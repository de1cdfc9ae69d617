//! Builds a site: everything behind the feature `build`.

mod cargo_build;
mod command;
mod compress;
mod css;
mod error;
mod files;
mod fingerprint;
mod js_glue;
mod lock;
mod pages;
mod pipeline;
mod public_files;
mod record;
mod split;
mod staging_dir;
#[cfg(test)]
mod tests;
mod wasm;
mod wasm_opt;
mod weigh;

use std::path::{Path, PathBuf};

pub use self::error::Error;
pub use self::pipeline::{BuildOutcome, ensure};
pub use self::weigh::weigh;
use crate::Profile;

/// What to build, from where, to where.
#[derive(Debug, Clone)]
pub struct Options {
    /// The directory with the sources; see [`find_workspace`].
    pub workspace: PathBuf,
    /// Path of the finished site, `target/site` by default. It is replaced as a whole.
    pub site: PathBuf,
    /// Development or release.
    pub profile: Profile,
    /// Cargo's target directory for WebAssembly. A separate one, so that this build never waits for the lock
    /// of a surrounding `cargo test`.
    pub target_dir: PathBuf,
}

impl Options {
    /// The default directories below `workspace`: `target/site` and `target/wasm`.
    #[must_use]
    pub fn new(workspace: impl Into<PathBuf>, profile: Profile) -> Self {
        let workspace = workspace.into();
        let target = workspace.join("target");
        Self { site: target.join("site"), target_dir: target.join("wasm"), workspace, profile }
    }
}

/// The directory at or above `start` that holds this project's sources, if there is one.
#[must_use]
pub fn find_workspace(start: &Path) -> Option<PathBuf> {
    let markers = ["Cargo.toml", "app/Cargo.toml", "frontend/Cargo.toml", "frontend/bundle/Cargo.toml"];
    let start = std::path::absolute(start).ok()?;
    start.ancestors().find(|dir| markers.iter().all(|file| dir.join(file).is_file())).map(Path::to_path_buf)
}
