//! The `dev` binary, started by `cargo dev`. Arguments go to `cargo build`: `cargo dev --features otlp`.
#![forbid(unsafe_code)]

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use dev::{Options, Supervisor, site_addr};

const USAGE: &str = "\
Builds the application, serves it, and does so again after every change; open pages reload.

Usage: cargo dev [ARGUMENTS FOR cargo build]

For example: cargo dev --features otlp";

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        anstream::println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(build_arguments: Vec<OsString>) -> Result<(), Box<dyn std::error::Error>> {
    if build_arguments.iter().any(|argument| argument == "--release" || argument == "-r") {
        return Err("`cargo dev` is for development; `cargo run --release` serves what is optimised".into());
    }
    let here = env::current_dir()?;
    let workspace = workspace(&here).ok_or("the sources of the server are not here")?;
    let environment: Vec<_> = env::vars_os().filter(|(name, _)| !is_about_this_package(name)).collect();
    let supervisor = Supervisor::start(Options {
        address: site_addr(&environment, &workspace.join(".env"))?,
        cargo: env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        workspace,
        build_arguments,
        environment,
    })?;
    let stop = supervisor.stop_handle();
    ctrlc::set_handler(move || stop.stop())?;
    supervisor.run();
    Ok(())
}

/// Cargo describes this package to this process. Build scripts that look at such variables would run again because of them.
fn is_about_this_package(name: &OsStr) -> bool {
    let prefixes = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];
    name.to_str().is_some_and(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)))
}

/// The directory at or above `start` with the sources.
fn workspace(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|directory| directory.join("server/Cargo.toml").is_file()).map(Path::to_path_buf)
}
