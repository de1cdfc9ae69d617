//! Runs the browser tests from `cargo test`: finds or sets up what they need, builds what they test, starts Playwright,
//! and checks that every test it lists has run. How to run and write them: `end2end/README.md`.
#![forbid(unsafe_code)]

mod chromium;
mod node;
mod playwright;
mod report;
mod server_binary;
mod stack;

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use bundle::{Options, Profile};

pub use self::stack::{Selection, Stack};

/// How a run of the browser tests ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every listed test ran and passed.
    Passed { tests: usize },
    /// Something that the tests need was neither found nor set up. `reason` is one line that names it.
    Skipped { reason: String },
}

/// Why the browser tests failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `what` is a program that could not be started, or a file that could not be read or written.
    #[error("{what}: {cause}")]
    Io { what: String, cause: io::Error },
    #[error("the browser bundle: {0}")]
    Bundle(#[from] bundle::Error),
    #[error("the server binary: {0}")]
    Server(String),
    /// Playwright's report is not what was expected.
    #[error("Playwright's report: {0}")]
    Report(String),
    /// Playwright ran, and not every test passed.
    #[error("{0}")]
    Failed(String),
}

impl Error {
    fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |cause| Self::Io { what, cause }
    }
}

/// Why the tests cannot go on: if something is missing they are skipped, after an error they fail.
enum Stop {
    Missing(String),
    Error(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

struct Places {
    workspace: PathBuf,
    end2end: PathBuf,
    target: PathBuf,
}

/// Runs the browser tests on a stack. `target` is Cargo's target directory.
///
/// # Errors
/// If something could not be built, or if a test failed, was skipped or did not run.
pub fn run(target: &Path, stack: Stack, selection: Selection) -> Result<Outcome, Error> {
    let end2end = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let workspace = end2end.parent().map_or_else(|| end2end.clone(), Path::to_path_buf);
    match run_in(&Places { workspace, end2end, target: target.to_path_buf() }, stack, selection) {
        Ok(tests) => Ok(Outcome::Passed { tests }),
        Err(Stop::Missing(reason)) => Ok(Outcome::Skipped { reason }),
        Err(Stop::Error(error)) => Err(error),
    }
}

fn run_in(places: &Places, stack: Stack, selection: Selection) -> Result<usize, Stop> {
    node::check()?;
    node::install_packages(&places.end2end)?;
    let chromium = chromium::find(&places.end2end)?;
    let server = server_binary::find(&places.workspace)?;
    let stores = stack.stores().map_err(|missing| Stop::Missing(missing.to_string()))?;
    let site = places.target.join("e2e-site");
    let options = Options { site: site.clone(), ..Options::new(&places.workspace, Profile::Release) };
    bundle::ensure(&options, &say).map_err(Error::from)?;
    say(&format!("server {}, site {}, browser {}", server.display(), site.display(), chromium.display()));
    say(&format!("sessions and accounts in {stack}, {selection}"));
    let tests = playwright::run(&playwright::Run {
        directory: &places.end2end,
        chromium: &chromium,
        server: &server,
        site: &site,
        report: &places.target.join(format!("e2e-report-{}.json", stack.name())),
        stores,
        selection,
        arguments: env::var("PLAYWRIGHT_ARGS")
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
    })?;
    Ok(tests)
}

/// Writes one line to the terminal.
pub fn say(line: &str) {
    test_servers::say("browser tests", line);
}
