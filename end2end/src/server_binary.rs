//! The `server` binary that the browser tests start.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Error;

/// The binary named by `SERVER_BIN`, else the one that `cargo test` builds.
///
/// Cargo tells only tests of the `server` package where its binary is. So this asks Cargo for everything that
/// `cargo test` builds, in the same profile: nothing is left to do after a `cargo test` without further arguments.
/// (`cargo build -p server` would choose other features of shared dependencies, and compile them anew.)
pub(crate) fn find(workspace: &Path) -> Result<PathBuf, Error> {
    if let Some(named) = env::var_os("SERVER_BIN").filter(|named| !named.is_empty()) {
        // Playwright runs in another directory.
        return std::path::absolute(&named).map_err(Error::io(named.to_string_lossy()));
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["test", "--no-run", "--quiet", "--message-format=json"]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    // What Cargo has set for this test is not what it was started with; some build scripts would run again.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_set_for_tests) {
            command.env_remove(name);
        }
    }
    let output = command
        .current_dir(workspace)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(Error::io("cargo"))?;
    if !output.status.success() {
        return Err(Error::Server("cargo could not build it".to_owned()));
    }
    executable(&String::from_utf8_lossy(&output.stdout))
        .ok_or_else(|| Error::Server("cargo built none; are there tests in server/tests?".to_owned()))
}

/// Whether Cargo sets this variable for the tests it runs.
fn is_set_for_tests(name: &str) -> bool {
    const PREFIXES: [&str; 4] = ["CARGO_PKG_", "CARGO_BIN_EXE_", "CARGO_CRATE_", "CARGO_MANIFEST_"];
    const NAMES: [&str; 4] = ["CARGO_TARGET_TMPDIR", "CARGO_BIN_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || NAMES.contains(&name)
}

/// Finds the binary in Cargo's messages, one JSON object a line.
fn executable(messages: &str) -> Option<PathBuf> {
    messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(|message| {
        let target = &message["target"];
        let is_it = message["reason"] == "compiler-artifact"
            && target["name"] == "server"
            && target["kind"][0] == "bin"
            && message["profile"]["test"] == false;
        is_it.then(|| message["executable"].as_str().map(PathBuf::from)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(name: &str, kind: &str, test: bool, path: &str) -> String {
        serde_json::json!({
            "reason": "compiler-artifact",
            "target": { "name": name, "kind": [kind] },
            "profile": { "test": test },
            "executable": path,
        })
        .to_string()
    }

    #[test]
    fn the_binary_is_told_from_libraries_and_tests() {
        let messages = [
            artifact("server", "lib", false, "/no/library"),
            artifact("server", "bin", true, "/no/unit/tests"),
            artifact("other", "bin", false, "/no/other"),
            "not JSON".to_owned(),
            artifact("server", "bin", false, "/the/server"),
        ];
        assert_eq!(executable(&messages.join("\n")), Some(PathBuf::from("/the/server")));
        assert_eq!(executable(&messages[..4].join("\n")), None);
    }

    #[test]
    fn settings_of_the_person_reach_cargo() {
        assert!(is_set_for_tests("CARGO_PKG_NAME"));
        assert!(is_set_for_tests("CARGO_MANIFEST_DIR"));
        assert!(!is_set_for_tests("CARGO_TARGET_DIR"));
        assert!(!is_set_for_tests("CARGO_HOME"));
        assert!(!is_set_for_tests("CARGO_NET_OFFLINE"));
    }
}
