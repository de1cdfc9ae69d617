//! The builder's own half of `bundle.json`: what each part was built from and consists of.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::builder::error::{Error, io_at};
use crate::manifest::{FORMAT, Manifest, Profile};

/// A part is built separately, and becomes stale separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Part {
    /// WebAssembly and the JavaScript that loads it.
    Islands,
    /// The style sheet.
    Style,
    /// The files of `public/`, including the module script.
    Public,
}

impl Part {
    /// All parts, the quickest to fail first: a typo in a style sheet should not wait for the compiler.
    pub(crate) const ALL: [Self; 3] = [Self::Style, Self::Public, Self::Islands];
}

/// One part of a finished site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PartRecord {
    /// A hash of everything the part was built from.
    pub(crate) fingerprint: String,
    /// Relative to the site, including precompressed files.
    pub(crate) files: Vec<String>,
}

/// All of `bundle.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BuildRecord {
    #[serde(flatten)]
    pub(crate) manifest: Manifest,
    /// The version of `wasm-opt` that reduced the WebAssembly, if any. Only for people who compare two
    /// bundles.
    pub(crate) wasm_opt: Option<String>,
    pub(crate) parts: BTreeMap<Part, PartRecord>,
}

impl BuildRecord {
    /// A record that names no files yet.
    pub(crate) fn empty(profile: Profile) -> Self {
        let manifest = Manifest {
            format: FORMAT,
            profile,
            css: String::new(),
            script: String::new(),
            islands: BTreeMap::new(),
        };
        Self { manifest, wasm_opt: None, parts: BTreeMap::new() }
    }

    /// The record of `site`, if it can be used to build `profile`. A site that is missing, unreadable or of
    /// the other profile is entirely stale.
    pub(crate) fn read(site: &Path, profile: Profile) -> Option<Self> {
        let text = fs::read(Manifest::path(site)).ok()?;
        let record: Self = serde_json::from_slice(&text).ok()?;
        (record.manifest.format == FORMAT && record.manifest.profile == profile).then_some(record)
    }

    pub(crate) fn write(&self, site: &Path) -> Result<(), Error> {
        let path = Manifest::path(site);
        let text = serde_json::to_vec_pretty(self).map_err(io::Error::from);
        text.and_then(|text| fs::write(&path, text)).map_err(io_at(&path))
    }

    /// Whether `part` is complete in `site` and was built from inputs with this `fingerprint`.
    pub(crate) fn is_fresh(&self, part: Part, fingerprint: &str, site: &Path) -> bool {
        self.parts.get(&part).is_some_and(|record| {
            record.fingerprint == fingerprint && record.files.iter().all(|file| site.join(file).is_file())
        })
    }
}
