//! Runs Playwright and checks what it did.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{fs, io};

use crate::report::{self, Report};
use crate::{Error, Selection, node, say};

/// Read by `playwright.config.ts`.
const STORES_ONLY: &str = "E2E_STORES_ONLY";

pub(crate) struct Run<'a> {
    pub(crate) directory: &'a Path,
    pub(crate) chromium: &'a Path,
    pub(crate) server: &'a Path,
    pub(crate) site: &'a Path,
    pub(crate) report: &'a Path,
    /// Tells the tests where servers store sessions and accounts ([`crate::stack`]).
    pub(crate) stores: Option<String>,
    pub(crate) selection: Selection,
    pub(crate) arguments: Vec<String>,
}

/// Runs every test that is listed; returns how many passed.
pub(crate) fn run(run: &Run<'_>) -> Result<usize, Error> {
    let listing = command(run).args(["--list", "--reporter=json"]).output().map_err(Error::io("node"))?;
    let listed = report::listed(&listing.stdout).inspect_err(|_| {
        // Playwright reports here what is wrong with the specs.
        say(&String::from_utf8_lossy(&listing.stderr));
    })?;

    match fs::remove_file(run.report) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            return Err(Error::io(run.report.display().to_string())(cause));
        }
        _ => {}
    }
    let status = command(run).env("E2E_REPORT", run.report).status().map_err(Error::io("node"))?;
    let written = fs::read(run.report).map_err(Error::io(run.report.display().to_string()))?;
    let report = Report::parse(&written)?;
    say(&format!("{listed} listed, {report}"));
    report.judge(listed, status.success()).map_err(Error::Failed)?;
    Ok(listed)
}

fn command(run: &Run<'_>) -> Command {
    let mut command = node::command();
    command
        .args(["node_modules/@playwright/test/cli.js", "test"])
        .args(&run.arguments)
        .env("CHROMIUM", run.chromium)
        .env("SERVER_BIN", run.server)
        .env("SITE_ROOT", run.site)
        .current_dir(run.directory)
        .stdin(Stdio::null());
    match run.selection {
        Selection::Everything => command.env_remove(STORES_ONLY),
        Selection::StoresOnly => command.env(STORES_ONLY, "1"), // slim: mongodb/postgres
    };
    match &run.stores {
        Some(stores) => command.env("E2E_STORES", stores),
        None => command.env_remove("E2E_STORES"),
    };
    command
}
