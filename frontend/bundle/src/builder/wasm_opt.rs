//! Binaryen's `wasm-opt`: reduces the WebAssembly (measured: 7 % raw, 4 % compressed) if a usable version is
//! installed.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::builder::Options;
use crate::builder::error::{Error, io_at};
use crate::builder::staging_dir::sibling;

/// Older versions cannot read what current compilers write or, worse, read it and break it: up to 108, the
/// table in which wasm-bindgen keeps JavaScript values was silently replaced by another one
/// (<https://github.com/WebAssembly/binaryen/issues/4711>).
const MIN_VERSION: u32 = 117;

/// The passes that leave the fewest bytes after Brotli, as `frontend/weigh` finds them.
pub(crate) const PASSES: &[&str] = &["--flatten", "--rereloop", "-O3", "-O3"];
/// Once more, on what the first run has written, with sums folded into the offsets of loads and stores: 0.6 kB less. That is right
/// as long as nothing lies in the first KiB of the memory, which is the last of the stack (the linker puts that first).
pub(crate) const AGAIN: &[&str] = &["--low-memory-unused", "-O3"];

/// The features used by the compiler and wasm-bindgen. They are listed because stripping removes the section
/// that contains them.
const FEATURES: &[&str] = &[
    "--strip-producers",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// All available `wasm-opt` programs, those of the project before those on `PATH`.
fn candidates(workspace: &Path) -> Vec<PathBuf> {
    let in_project = ["node_modules/.bin/wasm-opt", "end2end/node_modules/.bin/wasm-opt"]
        .into_iter()
        .filter_map(|program| which::which_in(program, None::<&OsStr>, workspace).ok());
    let on_path = which::which_all("wasm-opt").into_iter().flatten();
    in_project.chain(on_path).collect()
}

/// Paths and sizes of the installed programs: for fingerprints, so without the time it takes to run them.
pub(crate) fn installed(workspace: &Path) -> String {
    candidates(workspace)
        .iter()
        .map(|program| {
            let length = fs::metadata(program).map_or(0, |metadata| metadata.len());
            format!("{}\0{length}\0", program.display())
        })
        .collect()
}

/// `wasm-opt version 132 (version_132-1-gabc)` → 132.
fn parse_version(text: &str) -> Option<u32> {
    let number = text.trim().strip_prefix("wasm-opt version ")?;
    let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    number[..end].parse().ok()
}

/// A usable `wasm-opt`.
pub(crate) struct Optimiser {
    program: PathBuf,
    version: u32,
}

/// `None`, with a note to `progress`, if there is no usable `wasm-opt`: a larger bundle works as well.
pub(crate) fn find(options: &Options, progress: &dyn Fn(&str)) -> Option<Optimiser> {
    let found = first_usable(&options.workspace, progress);
    if found.is_none() {
        progress(&format!(
            "no wasm-opt {MIN_VERSION} or newer found: the WebAssembly stays a little larger (`npm install binaryen` has one)"
        ));
    }
    found.map(|(program, version)| Optimiser { program, version })
}

/// The first `wasm-opt` that is new enough, and its version.
fn first_usable(workspace: &Path, progress: &dyn Fn(&str)) -> Option<(PathBuf, u32)> {
    for program in candidates(workspace) {
        let version = Command::new(&program).arg("--version").output().ok();
        match version.and_then(|output| parse_version(&String::from_utf8_lossy(&output.stdout))) {
            Some(version) if version >= MIN_VERSION => return Some((program, version)),
            Some(version) => progress(&format!(
                "not using {}: version {version} is older than {MIN_VERSION} and breaks current WebAssembly",
                program.display()
            )),
            None => progress(&format!("not using {}: it does not print its version", program.display())),
        }
    }
    None
}

impl Optimiser {
    pub(crate) fn version(&self) -> String {
        self.version.to_string()
    }

    /// Reduces `wasm` by these passes. `None`, with a note to `progress`, if the program fails.
    pub(crate) fn optimise(
        &self,
        passes: &[&str],
        wasm: &[u8],
        options: &Options,
        progress: &dyn Fn(&str),
    ) -> Result<Option<Vec<u8>>, Error> {
        // Next to the site, where the build lock keeps other processes out.
        let (input, output) = (sibling(&options.site, "in.wasm"), sibling(&options.site, "out.wasm"));
        let result = run(&self.program, passes, &input, &output, wasm);
        let _ = fs::remove_file(&input);
        let _ = fs::remove_file(&output);
        match result? {
            Outcome::Smaller(smaller) => Ok(Some(smaller)),
            Outcome::Failed(reason) => {
                let program = self.program.display();
                progress(&format!("{program} failed, the WebAssembly stays as it is: {reason}"));
                Ok(None)
            }
        }
    }
}

/// What a `wasm-opt` that could be run has done.
enum Outcome {
    Smaller(Vec<u8>),
    /// With its reason.
    Failed(String),
}

fn run(program: &Path, passes: &[&str], input: &Path, output: &Path, wasm: &[u8]) -> Result<Outcome, Error> {
    fs::write(input, wasm).map_err(io_at(input))?;
    let Output { status, stderr, .. } = Command::new(program)
        .args(passes)
        .args(FEATURES)
        .arg(input)
        .arg("--output")
        .arg(output)
        .output()
        .map_err(|cause| Error::Spawn { program: program.display().to_string(), cause })?;
    if !status.success() {
        return Ok(Outcome::Failed(String::from_utf8_lossy(&stderr).trim().to_owned()));
    }
    let smaller = fs::read(output).map_err(io_at(output))?;
    if smaller.starts_with(b"\0asm") {
        Ok(Outcome::Smaller(smaller))
    } else {
        Ok(Outcome::Failed("its output is not WebAssembly".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_the_output_of_every_packager() {
        assert_eq!(parse_version("wasm-opt version 108\n"), Some(108));
        assert_eq!(parse_version("wasm-opt version 132 (version_132)\n"), Some(132));
        assert_eq!(parse_version("wasm-opt version 120-12-gabcdef\n"), Some(120));
        assert_eq!(parse_version("wasm-opt version latest"), None);
        assert_eq!(parse_version(""), None);
    }

    #[cfg(unix)]
    #[test]
    fn an_old_version_is_skipped_with_a_note_and_a_newer_one_used() {
        use std::cell::RefCell;
        use std::os::unix::fs::PermissionsExt as _;

        let dir = tempfile::tempdir().unwrap();
        let tool = |place: &str, version: u32| {
            let path = dir.path().join(place).join("wasm-opt");
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, format!("#!/bin/sh\necho 'wasm-opt version {version}'\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            path
        };
        let notes = RefCell::new(Vec::new());
        let note = |line: &str| notes.borrow_mut().push(line.to_owned());

        let old = tool("node_modules/.bin", 108);
        let new = tool("end2end/node_modules/.bin", 117);
        assert_eq!(first_usable(dir.path(), &note), Some((new, 117)));
        let notes = notes.into_inner();
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].contains(&old.display().to_string()) && notes[0].contains("108"), "{notes:?}");
    }
}
