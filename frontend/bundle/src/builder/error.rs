//! Why there is no bundle.

use std::io;
use std::path::{Path, PathBuf};

/// Why the browser bundle could not be built or read. Every message names the place and the cause, so it can be
/// printed as it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or directory could not be read or written.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },

    /// A source file that every bundle is made from is not there.
    #[error("{}: not found; the browser bundle is made from it", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },

    /// A style sheet is not valid CSS, or imports something that is not there.
    #[error("{file}:{line}:{column}: {message}")]
    Style {
        /// The style sheet, relative to the workspace.
        file: String,
        /// From 1; 0 if unknown.
        line: u32,
        /// From 1; 0 if unknown.
        column: u32,
        /// What is wrong there.
        message: String,
    },

    /// A program could not be started.
    #[error("cannot run `{program}`: {cause}")]
    Spawn {
        /// What was called.
        program: String,
        /// What the operating system said.
        cause: io::Error,
    },

    /// The WebAssembly target is missing and could not be added.
    #[error("the Rust target wasm32-unknown-unknown is missing: {reason}")]
    Target {
        /// Why it could not be added, and what to do.
        reason: String,
    },

    /// The compiler refused the sources.
    #[error("the browser bundle does not compile:\n{output}")]
    Compile {
        /// What the compiler wrote.
        output: String,
    },

    /// The compiled module could not be turned into something a browser loads.
    #[error("{}: wasm-bindgen: {reason}", path.display())]
    Bindgen {
        /// The compiled module.
        path: PathBuf,
        /// What the library said, with its causes.
        reason: String,
    },

    /// The site's description of itself cannot be understood.
    #[error("{}: {reason}; build the bundle again", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// `map_err(io_at(path))` gives an input/output error the path it happened at.
pub(crate) fn io_at(path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |cause| Error::Io { path: path.to_path_buf(), cause }
}
