//! A site's description of itself: `bundle.json`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Raised whenever older manifests can no longer be trusted.
pub(crate) const FORMAT: u32 = 2;

/// How much work goes into the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Quick to build: plain names, nothing optimised or compressed.
    Development,
    /// Quick to load: hashed names, optimised, compressed.
    Release,
}

impl Profile {
    /// The profile that matches this program: `Release` in `cargo run --release`, otherwise `Development`.
    #[must_use]
    pub const fn of_this_program() -> Self {
        if cfg!(debug_assertions) { Self::Development } else { Self::Release }
    }

    /// Whether file names contain a hash of the contents, so that a browser may cache them for ever.
    #[must_use]
    pub const fn has_hashed_names(self) -> bool {
        matches!(self, Self::Release)
    }
}

/// The URL paths of the bundle's files, and the profile they were built with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub(crate) format: u32,
    /// The profile the site was built with.
    pub profile: Profile,
    pub css: String,
    /// The module script, `public/page.js`.
    pub script: String,
    /// What the islands of a page need, by the page's name in `frontend/Cargo.toml`. In development all pages share one
    /// module.
    pub islands: BTreeMap<String, IslandFiles>,
}

/// The URL paths of one module with islands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IslandFiles {
    /// The JavaScript that loads it.
    pub js: String,
    /// The WebAssembly.
    pub wasm: String,
}

impl Manifest {
    /// Nothing in this file is secret, but it is not meant for browsers either.
    pub(crate) fn path(site: &Path) -> PathBuf {
        site.join("bundle.json")
    }

    /// Reads the site's manifest.
    ///
    /// # Errors
    /// [`ManifestError::Io`] if there is no manifest (so no site), [`ManifestError::Invalid`] if another
    /// version of this program wrote it.
    pub fn read(site: &Path) -> Result<Self, ManifestError> {
        let path = Self::path(site);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(cause) => return Err(ManifestError::Io { path, cause }),
        };
        match serde_json::from_slice::<Self>(&text) {
            Ok(manifest) if manifest.format == FORMAT => Ok(manifest),
            Ok(Self { format, .. }) => {
                Err(ManifestError::Invalid { path, reason: format!("format {format} instead of {FORMAT}") })
            }
            Err(error) => Err(ManifestError::Invalid { path, reason: error.to_string() }),
        }
    }
}

/// Why a site cannot be used. The messages name the file and the cause, so they can be printed as they are.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The manifest could not be read.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The manifest.
        path: PathBuf,
        /// What the operating system reported.
        cause: io::Error,
    },

    /// The manifest is invalid.
    #[error("{}: {reason}; build the bundle again", path.display())]
    Invalid {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Manifest, ManifestError> {
        let site = tempfile::tempdir().unwrap();
        fs::write(Manifest::path(site.path()), text).unwrap();
        Manifest::read(site.path())
    }

    const COMPLETE: &str = r#"{
        "format": 2, "profile": "release", "css": "/pkg/a.css", "script": "/pkg/a.js",
        "islands": { "search": { "js": "/pkg/i.js", "wasm": "/pkg/i.wasm" } }, "parts": {}
    }"#;

    #[test]
    fn a_manifest_says_which_profile_and_files_it_stands_for() {
        let manifest = read(COMPLETE).unwrap();
        assert!(manifest.profile.has_hashed_names());
        assert_eq!(manifest.css, "/pkg/a.css");
        assert_eq!(manifest.islands["search"].js, "/pkg/i.js");
    }

    #[test]
    fn a_manifest_without_a_profile_or_of_another_format_is_an_error() {
        for (text, reason) in [
            (COMPLETE.replace(r#""profile": "release","#, ""), "profile"),
            (COMPLETE.replace("\"format\": 2", "\"format\": 1"), "format 1 instead of 2"),
        ] {
            let message = read(&text).unwrap_err().to_string();
            assert!(message.contains("bundle.json") && message.contains(reason), "{message}");
        }
    }

    #[test]
    fn a_missing_manifest_is_an_error_that_names_the_file() {
        let error = Manifest::read(Path::new("no such site")).unwrap_err();
        assert!(matches!(error, ManifestError::Io { .. }));
        assert!(error.to_string().contains("bundle.json"));
    }
}
