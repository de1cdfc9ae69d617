//! The browser bundle: what a browser loads in addition to the pages.
//!
//! | source | result | development | release |
//! |---|---|---|---|
//! | `src/`, `app/`, `frontend/` | the islands | `/pkg/islands.js`, `/pkg/islands.wasm` | a module for each page, `wasm-opt`, hashed names |
//! | `style/main.css` and its imports | one style sheet | `/pkg/main.css` | hashed name, minified |
//! | `public/page.js` | the module script | `/pkg/page.js` | hashed name |
//! | the rest of `public/` | the same path below `/` | copied | copied |
//!
//! A release also has a `.br` and a `.gz` next to every compressible file. [`Manifest`] contains the names of
//! the files; it is all there is without the feature `build`.
//!
//! `ensure` is cheap when nothing has changed, so a server may call it at every start: each part is stored
//! with a fingerprint of its inputs, and only stale parts are rebuilt. A build runs under a file lock, in a
//! directory next to the site, and is renamed into place: two processes cannot disturb each other, and no
//! reader sees half a site.
#![forbid(unsafe_code)]

#[cfg(feature = "build")]
mod builder;
mod manifest;

#[cfg(feature = "build")]
pub use crate::builder::{BuildOutcome, Error, Options, ensure, find_workspace, weigh};
pub use crate::manifest::{IslandFiles, Manifest, ManifestError, Profile};
