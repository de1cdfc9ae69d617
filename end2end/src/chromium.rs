//! A browser for the tests.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::{Error, Stop, node, say};

const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The browser named by `CHROMIUM`, else one on `PATH`, else Playwright's own, downloaded if need be.
pub(crate) fn find(directory: &Path) -> Result<PathBuf, Stop> {
    if let Some(named) = env::var_os("CHROMIUM").filter(|named| !named.is_empty()) {
        let path = PathBuf::from(named);
        return if path.is_file() {
            Ok(path)
        } else {
            Err(Stop::Missing(format!("CHROMIUM names {}, which is not there", path.display())))
        };
    }
    if let Some(path) = on_path() {
        return Ok(path);
    }
    let own = playwrights_own(directory)?;
    if !own.is_file() {
        say("no Chromium on PATH; asking Playwright to download its own …");
        let mut install = node::command();
        install.args(["node_modules/@playwright/test/cli.js", "install", "chromium"]);
        install.env_remove("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD");
        // A failure shows in the missing file.
        install.current_dir(directory).stdin(Stdio::null()).status().map_err(Error::io("node"))?;
    }
    if own.is_file() {
        return Ok(own);
    }
    Err(Stop::Missing(
        "no Chromium on PATH, and Playwright could not download one; install it or set CHROMIUM to its path"
            .to_owned(),
    ))
}

fn on_path() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    NAMES
        .iter()
        .find_map(|name| env::split_paths(&path).map(|dir| dir.join(name)).find(|program| program.is_file()))
}

/// Where Playwright keeps its browser, or would.
fn playwrights_own(directory: &Path) -> Result<PathBuf, Error> {
    let script = "process.stdout.write(require('@playwright/test').chromium.executablePath())";
    let output = node::command()
        .args(["-e", script])
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .map_err(Error::io("node"))?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}
