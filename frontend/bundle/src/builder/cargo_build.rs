//! Compiles the package `frontend` to WebAssembly.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::Profile;
use crate::builder::Options;
use crate::builder::command::run_with_progress;
use crate::builder::error::Error;

const TARGET: &str = "wasm32-unknown-unknown";
/// The variable in which Cargo looks for compiler flags for that target.
const FLAGS_FOR_WASM: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// What the compiler has written.
pub(crate) struct Compiled {
    /// The module, complete.
    pub(crate) module: PathBuf,
    /// The same as an archive of objects, for linking it again; in a release only.
    pub(crate) archive: Option<PathBuf>,
}

/// Compiles, and returns where the results are.
pub(crate) fn compile(options: &Options, progress: &dyn Fn(&str)) -> Result<Compiled, Error> {
    ensure_target(&options.workspace, progress)?;
    let first =
        if options.target_dir.join(TARGET).is_dir() { "" } else { " (the first time takes a minute or two)" };
    let finished = run_with_progress(&mut cargo(options), |reports, lines| match reports {
        0 => progress(&format!("building the browser bundle{first} …")),
        _ => progress(&format!("still building the browser bundle, {} crates so far …", compiled(lines))),
    })?;
    let diagnostics: Vec<&str> =
        finished.stderr.iter().map(String::as_str).filter(|line| !is_status(line)).collect();
    let diagnostics = diagnostics.join("\n");
    if !finished.status.success() {
        return Err(Error::Compile { output: diagnostics.trim_end().to_owned() });
    }
    // The build has succeeded, so these are warnings.
    if !diagnostics.trim().is_empty() {
        progress(diagnostics.trim_end());
    }
    let module = artifact(&finished.stdout, "wasm")
        .ok_or_else(|| Error::Compile { output: "cargo names no WebAssembly module".to_owned() })?;
    Ok(Compiled { module, archive: artifact(&finished.stdout, "a") })
}

/// Finds a result in Cargo's messages, one JSON object per line: where it is depends on settings that may be anywhere
/// above this directory.
fn artifact(messages: &[String], extension: &str) -> Option<PathBuf> {
    let messages = messages.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let artifacts = messages.filter(|message| {
        message["reason"] == "compiler-artifact" && message["target"]["name"] == "frontend"
    });
    let files = artifacts.filter_map(|artifact| artifact["filenames"].as_array().cloned()).flatten();
    files
        .filter_map(|file| file.as_str().map(PathBuf::from))
        .find(|file| file.extension().is_some_and(|found| found == extension))
}

fn cargo_profile(profile: Profile) -> &'static str {
    match profile {
        Profile::Development => "wasm-dev",
        Profile::Release => "wasm-release",
    }
}

/// The archive takes time to write and is of use only where pages have modules of their own.
fn crate_types(profile: Profile) -> &'static str {
    match profile {
        Profile::Development => "cdylib",
        Profile::Release => "cdylib,staticlib",
    }
}

fn cargo(options: &Options) -> Command {
    // `cargo run` sets `CARGO`: build with the same cargo.
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(&options.workspace)
        .args(["rustc", "--package", "frontend", "--lib", "--target", TARGET])
        .args(["--crate-type", crate_types(options.profile)])
        .args(["--message-format", "json-render-diagnostics"])
        .args(["--profile", cargo_profile(options.profile), "--target-dir"])
        .arg(&options.target_dir);
    // The cargo that built this program has already updated the lock file. Without `--locked`, server and browser
    // could be built from different versions of a crate, and an island would not match its markup.
    if options.workspace.join("Cargo.lock").is_file() {
        cargo.arg("--locked");
    }
    for name in host_build_variables(env::vars_os().map(|(name, _)| name)) {
        cargo.env_remove(name);
    }
    // Files above this directory may have such settings too, and what is set here wins over them: flags for the
    // host's compiler and linker, and wrappers that make it do something else (measure coverage, check style).
    // Flags that are meant for WebAssembly can be given by the variable, whose name says so.
    if env::var_os(FLAGS_FOR_WASM).is_none() {
        cargo.env("CARGO_ENCODED_RUSTFLAGS", "");
    }
    cargo
        .env("RUSTC_WRAPPER", "")
        .env("RUSTC_WORKSPACE_WRAPPER", "")
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_QUIET", "false");
    cargo
}

/// Variables that would change or break this build. Cargo sets some of them for the program it runs, and build
/// scripts would run again because of them; others are flags for the host's compiler, wrong for WebAssembly. What
/// the user has configured (proxies, registries, `CARGO_HOME`, `CARGO_NET_OFFLINE`, job counts) stays.
fn host_build_variables(names: impl Iterator<Item = OsString>) -> Vec<OsString> {
    const EXACT: &[&str] = &[
        "CARGO_BUILD_BUILD_DIR",
        "CARGO_BUILD_RUSTFLAGS",
        "CARGO_BUILD_TARGET",
        "CARGO_BUILD_TARGET_DIR",
        "CARGO_CRATE_NAME",
        "CARGO_BIN_NAME",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_LINKS",
        "CARGO_MANIFEST_PATH",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_TARGET_DIR",
        "CARGO_TARGET_TMPDIR",
        "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER",
        "CARGO_BUILD_RUSTC_WRAPPER",
        "OUT_DIR",
        "RUSTFLAGS",
    ];
    const PREFIXES: &[&str] = &["CARGO_BIN_EXE_", "CARGO_CFG_", "CARGO_FEATURE_", "CARGO_PKG_"];
    names
        .filter(|name| {
            name.to_str().is_some_and(|name| {
                EXACT.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
            })
        })
        .collect()
}

/// Cargo right-aligns its own verbs to column 12: `   Compiling leptos v0.8.23`.
fn is_status(line: &str) -> bool {
    let word = line.trim_start();
    let indent = line.len() - word.len();
    let verb = word.split(' ').next().unwrap_or_default();
    indent > 0 && indent + verb.len() == 12 && verb.starts_with(char::is_uppercase)
}

fn compiled(lines: &[String]) -> usize {
    lines.iter().filter(|line| line.starts_with("   Compiling ")).count()
}

/// Adds the WebAssembly target if the compiler does not have it.
fn ensure_target(workspace: &Path, progress: &dyn Fn(&str)) -> Result<(), Error> {
    if has_target(workspace)? {
        return Ok(());
    }
    progress("adding the Rust target wasm32-unknown-unknown …");
    let rustup = Command::new("rustup").args(["target", "add", TARGET]).current_dir(workspace).output();
    let reason = match rustup {
        Ok(output) if output.status.success() && has_target(workspace)? => return Ok(()),
        Ok(output) => format!(
            "`rustup target add {TARGET}` did not help\n{}",
            String::from_utf8_lossy(&output.stderr).trim_end()
        ),
        Err(cause) => format!(
            "there is no rustup to add it ({cause}); install rustup, or the target's package of your distribution"
        ),
    };
    Err(Error::Target { reason })
}

/// Asks the compiler, not rustup: Rust from a Linux distribution may have the target without rustup.
fn has_target(workspace: &Path) -> Result<bool, Error> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(&rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .current_dir(workspace)
        .output()
        .map_err(|cause| Error::Spawn { program: OsStr::to_string_lossy(&rustc).into_owned(), cause })?;
    let libdir = String::from_utf8_lossy(&output.stdout);
    Ok(output.status.success() && Path::new(libdir.trim()).is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_the_outer_cargo_are_removed_and_the_users_settings_stay() {
        let names =
            ["CARGO_PKG_NAME", "CARGO", "CARGO_HOME", "CARGO_NET_OFFLINE", "RUSTFLAGS", "OUT_DIR", "PATH"];
        let removed = host_build_variables(names.into_iter().map(OsString::from));
        assert_eq!(removed, ["CARGO_PKG_NAME", "RUSTFLAGS", "OUT_DIR"]);
    }

    #[test]
    fn settings_above_the_workspace_do_not_reach_this_build() {
        // A path with a blank, as an argument of its own.
        let options = Options::new("/my projects/app", Profile::Development);
        let command = cargo(&options);
        let set: Vec<_> = command.get_envs().filter_map(|(name, value)| Some((name, value?))).collect();
        for name in ["RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "CARGO_ENCODED_RUSTFLAGS"] {
            assert!(set.contains(&(OsStr::new(name), OsStr::new(""))), "{name}: {set:?}");
        }
        let arguments: Vec<_> = command.get_args().collect();
        assert!(arguments.windows(2).any(|pair| pair == ["--target", TARGET]));
        assert!(arguments.windows(2).any(|pair| pair == ["--target-dir", "/my projects/app/target/wasm"]));
        assert_eq!(command.get_current_dir(), Some(Path::new("/my projects/app")));
    }

    /// With a real Cargo, and a package that has no dependencies.
    #[test]
    fn other_peoples_settings_above_a_path_with_blanks_do_not_break_the_build() {
        let above = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = above.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write(
            ".cargo/config.toml",
            "[build]\nrustflags = [\"-Clink-arg=--no-such-flag\"]\ntarget = \"x86_64-unknown-linux-gnu\"\n\
             target-dir = \"elsewhere\"\nrustc-wrapper = \"/no/such/wrapper\"\n",
        );
        write(
            "my projects/app/Cargo.toml",
            "[workspace]\n[package]\nname = \"frontend\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\"]\n\
             [profile.wasm-dev]\ninherits = \"dev\"\n",
        );
        write("my projects/app/src/lib.rs", "");
        let options = Options::new(above.path().join("my projects/app"), Profile::Development);
        let compiled =
            compile(&options, &|line| println!("{line}")).unwrap_or_else(|error| panic!("{error}"));
        assert!(compiled.module.starts_with(&options.target_dir), "{}", compiled.module.display());
        assert!(std::fs::read(compiled.module).unwrap().starts_with(b"\0asm"));
        assert_eq!(compiled.archive, None, "in development");
    }

    #[test]
    fn the_results_are_where_cargo_says() {
        let message = |name: &str, files: &[&str]| {
            serde_json::json!({ "reason": "compiler-artifact", "target": { "name": name }, "filenames": files })
                .to_string()
        };
        let messages = [
            "not JSON".to_owned(),
            message("app", &["/t/libapp.rlib"]),
            message("frontend", &["/a b/libfrontend.a", "/a b/frontend.wasm"]),
            r#"{"reason":"build-finished","success":true}"#.to_owned(),
        ];
        assert_eq!(artifact(&messages, "wasm"), Some(PathBuf::from("/a b/frontend.wasm")));
        assert_eq!(artifact(&messages, "a"), Some(PathBuf::from("/a b/libfrontend.a")));
        assert_eq!(artifact(&messages[..2], "wasm"), None);
    }

    #[test]
    fn cargos_status_lines_are_told_from_compiler_messages() {
        for line in
            ["   Compiling leptos v0.8.23", "    Finished `dev` profile", "    Updating crates.io index"]
        {
            assert!(is_status(line), "{line}");
        }
        for line in ["error[E0425]: cannot find value", "  --> app/src/lib.rs:1:1", "12 |     Missing", ""] {
            assert!(!is_status(line), "{line}");
        }
    }
}
