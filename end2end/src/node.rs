//! Node.js, npm and the packages of `end2end/package.json`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use test_servers::install::NODE;

use crate::{Error, Stop, say};

/// The oldest release that Playwright supports.
const OLDEST: u32 = 20;

pub(crate) fn command() -> Command {
    Command::new("node")
}

/// Makes sure that Node.js and npm are on `PATH`.
pub(crate) fn check() -> Result<(), Stop> {
    let from = format!("get it from nodejs.org or your system. {NODE}");
    let Some(version) = answer(command().arg("--version")) else {
        return Err(Stop::Missing(format!("no Node.js on PATH; {from}")));
    };
    match major(&version) {
        Some(major) if major >= OLDEST => {}
        _ => return Err(Stop::Missing(format!("Node.js {version} is too old, {OLDEST} is needed; {from}"))),
    }
    if answer(npm().arg("--version")).is_none() {
        return Err(Stop::Missing(format!("no npm on PATH; {from}")));
    }
    Ok(())
}

/// Installs what the lock file says, unless that has been done already.
pub(crate) fn install_packages(directory: &Path) -> Result<(), Stop> {
    let lock_file = directory.join("package-lock.json");
    let lock = fs::read_to_string(&lock_file).map_err(Error::io(lock_file.display().to_string()))?;
    // `npm ci` removes `node_modules` first, so this copy of the lock file proves that an installation was finished.
    let mark = directory.join("node_modules/.installed-lock.json");
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    say("installing the Node.js packages …");
    let status = npm()
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        // The browser is looked for later, and downloaded only if there is none.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .current_dir(directory)
        .stdin(Stdio::null())
        .status()
        .map_err(Error::io("npm"))?;
    if !status.success() {
        return Err(Stop::Missing("`npm ci` in end2end/ failed; it says why above".to_owned()));
    }
    fs::write(&mark, lock).map_err(Error::io(mark.display().to_string()))?;
    Ok(())
}

fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// The program's standard output, if it exists and succeeds.
fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// `v20.20.2` → 20.
fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_the_number_before_the_first_dot() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v8.0.0"), Some(8));
        assert_eq!(major("unknown"), None);
    }
}
