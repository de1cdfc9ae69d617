//! Why a build failed.

use std::io;
use std::path::{Path, PathBuf};

/// Why the browser bundle could not be built. Every message names the file or program and the cause, so it can be
/// printed as it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or directory could not be read or written.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system reported.
        cause: io::Error,
    },

    /// A source file that every bundle needs is missing.
    #[error("{}: not found; the browser bundle needs it", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },

    /// A style sheet is broken, or an import cannot be resolved.
    #[error("{file}:{line}:{column}: {message}")]
    Style {
        /// The style sheet, relative to the workspace.
        file: String,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What is wrong there.
        message: String,
    },

    /// A program could not be started.
    #[error("cannot run `{program}`: {cause}")]
    Spawn {
        /// Its name or path.
        program: String,
        /// What the operating system reported.
        cause: io::Error,
    },

    /// The WebAssembly target is missing and could not be added.
    #[error("the Rust target wasm32-unknown-unknown is missing: {reason}")]
    Target {
        /// Why it could not be added, and what to do.
        reason: String,
    },

    /// The compiler rejected the sources.
    #[error("the browser bundle does not compile:\n{output}")]
    Compile {
        /// What the compiler wrote.
        output: String,
    },

    /// The pages and their islands in the manifest of `frontend` are not those of the sources.
    #[error("frontend/Cargo.toml, [package.metadata.pages]: {reason}")]
    Pages {
        /// What does not agree.
        reason: String,
    },

    /// The compiled module could not be divided among the pages.
    #[error("{}: {reason}", path.display())]
    Split {
        /// What the compiler wrote.
        path: PathBuf,
        /// What the linker says, or what is unexpected in the module.
        reason: String,
    },

    /// The compiled module could not be turned into something a browser loads.
    #[error("{}: wasm-bindgen: {reason}", path.display())]
    Bindgen {
        /// The compiled module.
        path: PathBuf,
        /// The library's message, with its causes.
        reason: String,
    },
}

/// `map_err(io_at(path))` adds the path to an input/output error.
pub(crate) fn io_at(path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |cause| Error::Io { path: path.to_path_buf(), cause }
}
