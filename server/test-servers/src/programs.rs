//! Programs of this machine.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Missing;

/// The first of these names on `PATH`.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let directories: Vec<PathBuf> = env::split_paths(&path).collect();
    names
        .iter()
        .find_map(|name| directories.iter().map(|dir| dir.join(name)).find(|program| program.is_file()))
}

/// Runs it to its end and hands back what it printed.
pub(crate) fn run(command: &mut Command) -> Result<String, Missing> {
    let name = Path::new(command.get_program()).display().to_string();
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Missing::new(format!("{name} cannot be started: {error}")))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(Missing::new(format!("{name} failed ({}): {}", output.status, said.trim())))
    }
}

/// Cargo, for a test that builds or runs something by it. Without the variables by which the cargo around the test
/// describes the test's own package: build scripts look at them (ring's does) and would be run again, and all that
/// depends on them built again, here and once more by the next cargo outside.
#[must_use]
pub fn cargo() -> Command {
    const PREFIXES: [&str; 5] =
        ["CARGO_BIN_", "CARGO_CRATE_", "CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_PRIMARY_"];
    const NAMES: [&str; 2] = ["CARGO_TARGET_TMPDIR", "OUT_DIR"];
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        let of_the_test = name.to_str().is_some_and(|name| {
            PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || NAMES.contains(&name)
        });
        if of_the_test {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// The version a program prints: the first word of its answer that has digits and a dot, without a `v` or `v=`.
pub(crate) fn version(program: &Path) -> String {
    let printed = run(Command::new(program).arg("--version")).unwrap_or_default();
    printed
        .split_whitespace()
        .map(|word| word.trim_start_matches("v=").trim_start_matches('v'))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'))
        .unwrap_or("of unknown version")
        .to_owned()
}
