//! Links the compiler's object again, with the linker that comes with the compiler.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::builder::error::{Error, io_at};
use crate::builder::staging_dir::sibling;

/// What rustc gives the linker for this target (`rustc --print link-args`), without the exports.
const ARGUMENTS: &[&str] = &[
    "-flavor",
    "wasm",
    "--export=__heap_base",
    "--export=__data_end",
    "-z",
    "stack-size=1048576",
    "--stack-first",
    "--allow-undefined",
    "--no-demangle",
    "--no-entry",
    "--gc-sections",
    "-O2",
    "--strip-debug",
];

/// The program `rust-lld`.
pub(super) struct Linker {
    program: PathBuf,
}

impl Linker {
    /// Where rustup puts it; packages of Linux distributions may lack it.
    pub(super) fn find(workspace: &Path) -> Option<Self> {
        let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        // The directory of the host's libraries, `lib/rustlib/<host>/lib`.
        let output =
            Command::new(rustc).args(["--print", "target-libdir"]).current_dir(workspace).output().ok()?;
        let libraries = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
        let program = libraries.parent()?.join("bin/rust-lld").with_extension(env::consts::EXE_EXTENSION);
        program.is_file().then_some(Self { program })
    }

    /// The module that consists of what `exports` need. `site` tells where temporary files may be, next to it.
    pub(super) fn link(&self, archive: &Path, exports: &[&str], site: &Path) -> Result<Vec<u8>, Error> {
        // Next to the site, where the build lock keeps other processes out.
        let (list, output) = (sibling(site, "exports"), sibling(site, "linked.wasm"));
        let linked = self.run(archive, exports, &list, &output);
        let _ = fs::remove_file(&list);
        let _ = fs::remove_file(&output);
        linked
    }

    fn run(&self, archive: &Path, exports: &[&str], list: &Path, output: &Path) -> Result<Vec<u8>, Error> {
        // In a file, because there are thousands, and Windows allows 32 kB of arguments. The memory is exported anyway,
        // and has no symbol.
        let symbols = exports.iter().filter(|name| **name != "memory");
        let text: String = symbols.map(|name| format!("--export={name}\n")).collect();
        fs::write(list, text).map_err(io_at(list))?;
        let mut at_list = std::ffi::OsString::from("@");
        at_list.push(list);
        let finished = Command::new(&self.program)
            .args(ARGUMENTS)
            .arg(at_list)
            .arg(archive)
            .arg("-o")
            .arg(output)
            .output()
            .map_err(|cause| Error::Spawn { program: self.program.display().to_string(), cause })?;
        if !finished.status.success() {
            let reason = String::from_utf8_lossy(&finished.stderr).trim().to_owned();
            return Err(Error::Split { path: archive.to_path_buf(), reason });
        }
        fs::read(output).map_err(io_at(output))
    }
}

#[cfg(test)]
mod tests {
    use crate::Profile;
    use crate::builder::cargo_build::compile;
    use crate::builder::{Options, find_workspace};

    use super::*;

    /// With a real compiler and a real linker.
    #[test]
    fn functions_and_data_that_a_page_does_not_need_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(
            "Cargo.toml",
            "[workspace]\n[package]\nname = \"frontend\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\"]\n\
             [profile.wasm-release]\ninherits = \"release\"\n",
        );
        let island = |name: &str| {
            format!(
                "#[unsafe(no_mangle)]\npub extern \"C\" fn {name}() -> *const u8 {{ \"the text of {name}\".as_ptr() }}\n"
            )
        };
        write("src/lib.rs", &(island("first") + &island("second")));
        let options = Options::new(dir.path(), Profile::Release);
        let compiled = compile(&options, &|_| {}).unwrap_or_else(|error| panic!("{error}"));
        let whole = fs::read(compiled.module).unwrap();

        let here = find_workspace(env!("CARGO_MANIFEST_DIR").as_ref()).unwrap();
        let linker = Linker::find(&here).expect("rustup installs rust-lld with the compiler");
        let archive = compiled.archive.expect("a release has one");
        let module = linker.link(&archive, &["memory", "first"], &options.site).unwrap();
        let mentions = |wasm: &[u8], text: &str| wasm.windows(text.len()).any(|part| part == text.as_bytes());
        for (text, in_the_page) in [("the text of first", true), ("the text of second", false)] {
            assert!(mentions(&whole, text), "{text}");
            assert_eq!(mentions(&module, text), in_the_page, "{text}");
        }
        let message =
            linker.link(Path::new("no such archive"), &["first"], &options.site).unwrap_err().to_string();
        assert!(message.contains("no such archive"), "{message}");
        assert_eq!(
            fs::read_dir(dir.path().join("target")).unwrap().count(),
            1,
            "only Cargo’s directory is left"
        );
    }
}
