//! Runs the browser tests from `cargo test`: finds or sets up what they need, builds what they test, starts
//! Playwright, and makes sure that every test it lists has run.
//!
//! | needed | found or set up |
//! |---|---|
//! | Node.js 20 or newer, npm | on `PATH` |
//! | Node.js packages | `npm ci`, when they are missing or older than the lock file |
//! | a Chromium | `CHROMIUM`, on `PATH`, or Playwright's own, which is downloaded if need be |
//! | the browser bundle | built as for a release, into `target/e2e-site` |
//! | the `server` binary | the one `cargo test` has built; `SERVER_BIN` names another |
//! | PostgreSQL, Redis, MongoDB | for the stack that needs them, see the crate `test-servers` |
//!
//! `E2E_STACK` chooses what the servers keep their sessions and accounts in ([`Stack`]).
//! `PLAYWRIGHT_ARGS` is handed to Playwright: `PLAYWRIGHT_ARGS="login --project js" cargo test -p end2end`.
#![forbid(unsafe_code)]

mod chromium;
mod node;
mod playwright;
mod report;
mod server_binary;
mod stack;

use std::env;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use bundle::{Options, Profile};

pub use self::stack::Stack;

/// How the browser tests went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every test that is listed ran and passed.
    Passed {
        /// How many.
        tests: usize,
    },
    /// Something they need is neither there nor could be set up. One line that names it.
    Skipped {
        /// What is missing and where it comes from.
        reason: String,
    },
}

/// Why the browser tests failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program could not be started, or a file not be read or written.
    #[error("{what}: {cause}")]
    Io {
        /// The program or file.
        what: String,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The browser bundle could not be built.
    #[error("the browser bundle: {0}")]
    Bundle(#[from] bundle::Error),
    /// The server could not be built.
    #[error("the server binary: {0}")]
    Server(String),
    /// Playwright's report makes no sense.
    #[error("Playwright's report: {0}")]
    Report(String),
    /// Playwright ran, and not everything passed.
    #[error("{0}")]
    Failed(String),
}

impl Error {
    fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |cause| Self::Io { what, cause }
    }
}

/// What stops the tests: a missing piece skips them, an error fails them.
enum Stop {
    Missing(String),
    Error(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// Where things are.
struct Places {
    workspace: PathBuf,
    end2end: PathBuf,
    target: PathBuf,
}

/// Runs the browser tests on that stack. `target` is Cargo's target directory.
///
/// # Errors
/// When something could not be built, or a test failed, was skipped or did not run.
pub fn run(target: &Path, stack: Stack) -> Result<Outcome, Error> {
    let end2end = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let workspace = end2end.parent().map_or_else(|| end2end.clone(), Path::to_path_buf);
    match run_in(&Places { workspace, end2end, target: target.to_path_buf() }, stack) {
        Ok(tests) => Ok(Outcome::Passed { tests }),
        Err(Stop::Missing(reason)) => Ok(Outcome::Skipped { reason }),
        Err(Stop::Error(error)) => Err(error),
    }
}

fn run_in(places: &Places, stack: Stack) -> Result<usize, Stop> {
    node::check()?;
    node::install_packages(&places.end2end)?;
    let chromium = chromium::find(&places.end2end)?;
    let server = server_binary::find(&places.workspace)?;
    let stores = stack.stores().map_err(|missing| Stop::Missing(missing.to_string()))?;
    let site = places.target.join("e2e-site");
    let options = Options { site: site.clone(), ..Options::new(&places.workspace, Profile::Release) };
    bundle::ensure(&options, &say).map_err(Error::from)?;
    say(&format!("server {}, site {}, browser {}", server.display(), site.display(), chromium.display()));
    say(&format!("sessions and accounts in {stack}"));
    let tests = playwright::run(&playwright::Run {
        directory: &places.end2end,
        chromium: &chromium,
        server: &server,
        site: &site,
        report: &places.target.join(format!("e2e-report-{}.json", stack.name())),
        stores,
        arguments: env::var("PLAYWRIGHT_ARGS")
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
    })?;
    Ok(tests)
}

/// One line for the person at the terminal. Not `println!`, which the test harness keeps to itself.
pub fn say(line: &str) {
    // Nobody listens: nothing to be done about it.
    let _ = writeln!(io::stderr(), "browser tests: {line}");
}
