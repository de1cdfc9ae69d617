//! The browser bundle in memory, as it was when the server started.
//!
//! Pages name the files of one bundle. If a newer one is put into `SITE_ROOT` while the server runs (the first step of
//! many a deployment), what its pages name must stay: so nothing is read from disk after the start. A release is about
//! two megabytes.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bundle::{Manifest, ManifestError};
use bytes::Bytes;
use model::{Assets, IslandAssets};
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower_http::services::fs::{Backend, File, Metadata};

/// All files by their path relative to the site. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Site {
    files: Arc<HashMap<PathBuf, Stored>>,
}

/// One file.
#[derive(Debug, Clone)]
pub struct Stored {
    contents: Bytes,
    modified: Option<SystemTime>,
}

/// What a bundle consists of.
#[derive(Debug)]
pub(crate) struct Bundle {
    pub(crate) site: Site,
    /// The URLs that pages name.
    pub(crate) assets: Assets,
    /// Whether they are content-hashed.
    pub(crate) hashed: bool,
}

impl Bundle {
    /// Reads a bundle completely, even if another one takes its place meanwhile.
    ///
    /// # Errors
    /// There is no bundle, or its manifest is of another version.
    pub(crate) fn read(root: &Path) -> Result<Self, ManifestError> {
        let mut manifest = Manifest::read(root)?;
        // A bundle is renamed into place as a whole: if manifests before and after agree, so do the files between.
        for _ in 0..5 {
            let site = Site::read(root);
            let after = Manifest::read(root)?;
            if after == manifest && site.has_all_of(&manifest) {
                return Ok(Self::new(site, manifest));
            }
            manifest = after;
            std::thread::sleep(Duration::from_millis(100));
        }
        let site = Site::read(root);
        tracing::error!(
            event = "sys_bundle_incomplete",
            site_root = %root.display(),
            "the bundle lacks files that its pages name, or they cannot be read; restart when it is complete"
        );
        Ok(Self::new(site, manifest))
    }

    fn new(site: Site, manifest: Manifest) -> Self {
        let hashed = manifest.profile.has_hashed_names();
        let assets = Assets {
            css: manifest.css,
            script: manifest.script,
            islands: manifest
                .islands
                .into_iter()
                .map(|(page, files)| (page, IslandAssets { js: files.js, wasm: files.wasm }))
                .collect(),
        };
        Self { site, assets, hashed }
    }
}

impl Site {
    /// The files below `root`; none if it cannot be read.
    pub(crate) fn read(root: &Path) -> Self {
        let mut files = HashMap::new();
        let mut directories = vec![PathBuf::new()];
        while let Some(directory) = directories.pop() {
            let Ok(entries) = std::fs::read_dir(root.join(&directory)) else { continue };
            for entry in entries.flatten() {
                let path = directory.join(entry.file_name());
                if entry.path().is_dir() {
                    directories.push(path);
                } else if let Ok(contents) = std::fs::read(entry.path()) {
                    let modified = entry.metadata().and_then(|metadata| metadata.modified()).ok();
                    files.insert(path, Stored { contents: contents.into(), modified });
                }
            }
        }
        Self { files: Arc::new(files) }
    }

    fn has_all_of(&self, manifest: &Manifest) -> bool {
        let islands = manifest.islands.values().flat_map(|files| [&files.js, &files.wasm]);
        [&manifest.css, &manifest.script]
            .into_iter()
            .chain(islands)
            .all(|url| self.files.contains_key(Path::new(url.trim_start_matches('/'))))
    }

    /// The names of the files at the top, sorted.
    pub(crate) fn top(&self) -> Vec<&str> {
        let mut names: Vec<_> = self
            .files
            .keys()
            .filter(|path| path.components().count() == 1)
            .filter_map(|path| path.to_str())
            .collect();
        names.sort_unstable();
        names
    }

    fn get(&self, path: &Path) -> io::Result<Stored> {
        // `ServeDir` asks for `./pkg/…`.
        let path = path.strip_prefix(".").unwrap_or(path);
        self.files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Backend for Site {
    type File = Opened;
    type Metadata = Stored;
    type OpenFuture = Ready<io::Result<Opened>>;
    type MetadataFuture = Ready<io::Result<Stored>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        ready(self.get(&path).map(|stored| Opened { reader: Cursor::new(stored.contents.clone()), stored }))
    }

    /// Directories are unknown: they are not listed and have no index.
    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        ready(self.get(&path))
    }
}

impl Metadata for Stored {
    fn is_dir(&self) -> bool {
        false
    }

    fn modified(&self) -> io::Result<SystemTime> {
        self.modified.ok_or_else(|| io::ErrorKind::Unsupported.into())
    }

    fn len(&self) -> u64 {
        self.contents.len() as u64
    }
}

/// A file that is being sent.
#[derive(Debug)]
pub struct Opened {
    reader: Cursor<Bytes>,
    stored: Stored,
}

impl File for Opened {
    type Metadata = Stored;
    type MetadataFuture<'a> = Ready<io::Result<Stored>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        ready(Ok(self.stored.clone()))
    }
}

impl AsyncRead for Opened {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.reader).poll_read(cx, buf)
    }
}

impl AsyncSeek for Opened {
    fn start_seek(mut self: Pin<&mut Self>, position: io::SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.reader).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.reader).poll_complete(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_read_once_and_stays() {
        let directory = tempfile::tempdir().expect("a directory");
        let root = directory.path();
        std::fs::create_dir_all(root.join("pkg/deep")).expect("made");
        std::fs::write(root.join("pkg/deep/a.js"), "a").expect("written");
        std::fs::write(root.join("robots.txt"), "b").expect("written");
        let site = Site::read(root);
        std::fs::remove_dir_all(root).expect("removed");
        assert_eq!(site.get(Path::new("./pkg/deep/a.js")).expect("there").contents, "a");
        assert_eq!(site.top(), ["robots.txt"]);
        assert!(site.get(Path::new("./pkg")).is_err() && Site::read(root).top().is_empty());
    }
}
