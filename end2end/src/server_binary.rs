//! The `server` binary that the browser tests start.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use crate::Error;

/// The binary that `SERVER_BIN` names, or the one that `cargo test` builds.
///
/// Cargo tells only the tests of the package `server` where its binary is. So this asks Cargo for everything that
/// `cargo test` builds, in the same profile: after a plain `cargo test` there is nothing left to compile.
/// (`cargo build -p server` would select other features of shared dependencies and compile them again.)
pub(crate) fn find(workspace: &Path) -> Result<PathBuf, Error> {
    if let Some(named) = env::var_os("SERVER_BIN").filter(|named| !named.is_empty()) {
        // Playwright runs in another directory.
        return std::path::absolute(&named).map_err(Error::io(named.to_string_lossy()));
    }
    let mut command = test_servers::cargo();
    command.args(["test", "--no-run", "--quiet", "--message-format=json"]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
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

/// Finds the binary in Cargo's messages: one JSON object per line.
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
    fn the_binary_is_not_confused_with_libraries_and_tests() {
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
}
