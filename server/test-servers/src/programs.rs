//! Programs on this machine, and how they are run.

use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Missing;

/// The first of these names that is a program on `PATH`.
#[must_use]
pub fn on_path(names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| which::which(name).ok())
}

/// Writes one line to the terminal, with the name of who is speaking. Not `eprintln!`, which the test harness captures.
pub fn say(speaker: &str, line: &str) {
    // Without a reader there is nothing to be done about a failure.
    let _ = writeln!(std::io::stderr(), "{speaker}: {line}");
}

/// Runs a program to its end and returns what it printed.
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

/// Cargo, for a test that builds or runs something with it. The variables that describe the package of the running test
/// are removed: build scripts look at them (ring's does) and would run again, here and in the next cargo outside, and
/// everything that depends on them would be compiled again.
#[must_use]
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(describes_the_test) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Whether Cargo sets this variable for the tests it runs.
fn describes_the_test(variable: &str) -> bool {
    const PREFIXES: [&str; 5] =
        ["CARGO_BIN_", "CARGO_CRATE_", "CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_PRIMARY_"];
    const NAMES: [&str; 2] = ["CARGO_TARGET_TMPDIR", "OUT_DIR"];
    PREFIXES.iter().any(|prefix| variable.starts_with(prefix)) || NAMES.contains(&variable)
}

// slim: postgres/redis
/// The version a program prints: the first word that starts with a digit and has a dot, without a leading `v` or `v=`.
pub(crate) fn version(program: &Path) -> String {
    let printed = run(Command::new(program).arg("--version")).unwrap_or_default();
    printed
        .split_whitespace()
        .map(|word| word.trim_start_matches("v=").trim_start_matches('v'))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'))
        .unwrap_or("of unknown version")
        .to_owned()
}
// slim: end

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_the_user_reach_cargo() {
        assert!(describes_the_test("CARGO_PKG_NAME"));
        assert!(describes_the_test("CARGO_MANIFEST_DIR"));
        assert!(describes_the_test("CARGO_BIN_EXE_server"));
        assert!(describes_the_test("OUT_DIR"));
        assert!(!describes_the_test("CARGO_TARGET_DIR"));
        assert!(!describes_the_test("CARGO_HOME"));
        assert!(!describes_the_test("CARGO_NET_OFFLINE"));
    }
}
