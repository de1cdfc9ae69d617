//! The browser that the tests drive.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use test_servers::install::CHROMIUM;
use test_servers::on_path;

use crate::{Error, Stop, node, say};

/// First the shell without windows, which needs half the time of the whole browser.
const NAMES: &[&str] =
    &["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The browser that `CHROMIUM` names, or the first one on `PATH`, or Playwright's own, downloaded if necessary.
pub(crate) fn find(directory: &Path) -> Result<PathBuf, Stop> {
    if let Some(named) = env::var_os("CHROMIUM").filter(|named| !named.is_empty()) {
        let path = PathBuf::from(named);
        return if path.is_file() {
            Ok(path)
        } else {
            Err(Stop::Missing(format!("CHROMIUM names {}, which does not exist", path.display())))
        };
    }
    if let Some(path) = on_path(NAMES) {
        return Ok(path);
    }
    let own = playwrights_own(directory)?;
    if !own.is_file() {
        say("no Chromium on PATH; asking Playwright to download its own …");
        let mut install = node::command();
        install.args(["node_modules/@playwright/test/cli.js", "install", "chromium"]);
        install.env_remove("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD");
        // If it fails, the file is missing afterwards.
        install.current_dir(directory).stdin(Stdio::null()).status().map_err(Error::io("node"))?;
    }
    if own.is_file() {
        return Ok(own);
    }
    Err(Stop::Missing(format!(
        "no Chromium on PATH, and Playwright could not download one; install it or set CHROMIUM to its path. {CHROMIUM}"
    )))
}

/// Where Playwright keeps its own browser, installed or not.
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
