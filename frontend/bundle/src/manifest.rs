//! What a site says about itself: `bundle.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::Profile;
use crate::error::{Error, io_at};
use crate::files::OutputFile;

/// Changes whenever an older manifest must not be believed any more.
const FORMAT: u32 = 1;

/// What is built on its own, and goes stale on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The islands: WebAssembly and its JavaScript glue.
    Islands,
    /// The style sheet.
    Style,
    /// The files of `public/`, the module script among them.
    Public,
}

impl Part {
    /// Every part, the quickest to fail first: a slip in a style sheet should not wait for the compiler.
    pub const ALL: [Self; 3] = [Self::Style, Self::Public, Self::Islands];
}

/// A part as it lies in a site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Built {
    /// A hash of everything the part was made from.
    pub stamp: String,
    /// The part's files, relative to the site; compressed siblings included.
    pub files: Vec<String>,
}

/// The names of the bundle's files, and how they came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format of this file.
    format: u32,
    /// The profile the site was built with.
    pub profile: Profile,
    /// URL path of the style sheet.
    pub css: String,
    /// URL path of the module script.
    pub script: String,
    /// URL path of the islands' JavaScript glue.
    pub islands_js: String,
    /// URL path of the islands' WebAssembly.
    pub islands_wasm: String,
    /// The `wasm-opt` that made the WebAssembly smaller, if one did.
    pub wasm_opt: Option<String>,
    /// What each part was made from and consists of.
    pub parts: BTreeMap<Part, Built>,
}

impl Manifest {
    /// The file's name in the site. It says nothing secret, but it is not for browsers either.
    pub const FILE: &str = "bundle.json";

    /// A manifest that names nothing yet.
    pub(crate) fn empty(profile: Profile) -> Self {
        Self {
            format: FORMAT,
            profile,
            css: String::new(),
            script: String::new(),
            islands_js: String::new(),
            islands_wasm: String::new(),
            wasm_opt: None,
            parts: BTreeMap::new(),
        }
    }

    /// Where the manifest of `site` is.
    #[must_use]
    pub fn path(site: &Path) -> PathBuf {
        site.join(Self::FILE)
    }

    /// Reads what `site` says about itself.
    ///
    /// # Errors
    /// [`Error::Io`] if there is no manifest (so no site), [`Error::Manifest`] if it is from another version of
    /// this program.
    pub fn read(site: &Path) -> Result<Self, Error> {
        let path = Self::path(site);
        let text = fs::read(&path).map_err(io_at(&path))?;
        let wrong = |reason: String| Error::Manifest { path: path.clone(), reason };
        let manifest: Self = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
        if manifest.format != FORMAT {
            return Err(wrong(format!("format {} instead of {FORMAT}", manifest.format)));
        }
        Ok(manifest)
    }

    /// Writes the manifest into `site`.
    pub(crate) fn write(&self, site: &Path) -> Result<(), Error> {
        let wrong =
            |error: serde_json::Error| Error::Manifest { path: Self::path(site), reason: error.to_string() };
        let contents = serde_json::to_vec_pretty(self).map_err(wrong)?;
        OutputFile { path: Self::FILE.to_owned(), contents }.write(site)
    }

    /// Whether `part` lies in `site` complete and was made from inputs with this `stamp`.
    pub(crate) fn has(&self, part: Part, stamp: &str, site: &Path) -> bool {
        self.parts.get(&part).is_some_and(|built| {
            built.stamp == stamp && built.files.iter().all(|file| site.join(file).is_file())
        })
    }
}
