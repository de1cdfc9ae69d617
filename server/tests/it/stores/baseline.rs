//! The published session stores for `tower-sessions`, examined by a separate program: `server/baseline`,
//! which cannot be linked with the server.

use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Builds it (a few minutes the first time), runs this many interleavings on each store, and returns its
/// output: rows of the table and, after an empty line, what each store breaks. That is a result, not a
/// failure.
pub(crate) fn run(rounds: u32) -> String {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("baseline");
    let mut command = test_servers::cargo();
    command
        .args(["run", "--quiet", "--locked", "--manifest-path"])
        .arg(package.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target_directory().join("baseline"))
        .env("STORE_INTERLEAVINGS", rounds.to_string())
        .stderr(Stdio::inherit());
    for (name, server) in [
        ("POSTGRES", test_servers::postgres()),
        ("REDIS", test_servers::redis()),
        ("MONGODB", test_servers::mongodb()),
    ] {
        if let Some(server) = test_servers::required(server) {
            command.env(format!("BASELINE_{name}_URL"), server.fresh_url());
            command.env(format!("BASELINE_{name}_PRODUCT"), server.product());
        }
    }
    let output = command.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "the baseline ended with {}:\n{printed}", output.status);
    printed
}

/// Inside the target directory of this workspace, so that `cargo clean` removes it; the two builds share
/// nothing.
fn target_directory() -> PathBuf {
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(usual, PathBuf::from)
}
