//! Builds the server and the browser bundle, and says what came of it.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anstream::adapter::strip_str;
use serde_json::Value;

use crate::process_group::{give_way, in_own_group, terminate};
use crate::work::Work;

/// What builds need to know.
#[derive(Debug, Clone)]
pub(crate) struct Builder {
    pub(crate) workspace: PathBuf,
    pub(crate) cargo: OsString,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) environment: Vec<(OsString, OsString)>,
    pub(crate) running: Running,
}

/// What a build has made.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// The server, if it was built.
    pub(crate) server: Option<PathBuf>,
    /// Cargo had something to do for it.
    pub(crate) is_other: bool,
    /// Why something could not be built, as plain text.
    pub(crate) error: Option<String>,
}

impl Builder {
    /// Does all of `work`. `server` is what an earlier build has made.
    pub(crate) fn build(&self, work: Work, server: Option<&Path>) -> Built {
        match server {
            // The program at this path may be replaced while it runs, but not on Windows.
            Some(server) if work.server && work.needs_bundle() && !work.in_turn && cfg!(unix) => {
                thread::scope(|scope| {
                    // The islands take less time: beside the server they are built as soon without its processors.
                    let bundle = scope.spawn(|| self.bundle(server, Priority::Low));
                    let mut built = self.server();
                    // A thread that panicked has said so.
                    let failure = bundle.join().unwrap_or_default();
                    // Both compile the same sources: once is enough to say what is wrong with them.
                    if built.error.is_none() {
                        built.error = failure.map(Failure::told);
                    }
                    built
                })
            }
            _ => {
                let mut built = if work.server { self.server() } else { Built::default() };
                let server = built.server.as_deref().or(server);
                if let (None, true, Some(server)) = (&built.error, work.needs_bundle(), server) {
                    built.error = self.bundle(server, Priority::Ordinary).map(Failure::told);
                }
                built
            }
        }
    }

    /// Without a choice of packages, so that features are those of `cargo run`, and nothing is compiled twice.
    fn server(&self) -> Built {
        let mut cargo = self.command(&self.cargo);
        cargo.args(["build", "--bin", "server", "--message-format", "json-diagnostic-rendered-ansi"]);
        cargo.args(&self.arguments).stdout(Stdio::piped());
        let mut built = Built::default();
        let mut diagnostics = String::new();
        let succeeded = self.running.run(cargo, Priority::Ordinary, |line| {
            let Ok(message) = serde_json::from_str::<Value>(line) else { return };
            if let Some(rendered) = message["message"]["rendered"].as_str() {
                anstream::eprint!("{rendered}");
                if message["message"]["level"] == "error" {
                    diagnostics.push_str(&strip_str(rendered).to_string());
                }
            }
            let target = &message["target"];
            if target["name"] == "server" && target["kind"][0] == "bin" {
                built.server = message["executable"].as_str().map(PathBuf::from);
                built.is_other = message["fresh"] != true;
            }
        });
        match succeeded {
            Ok(true) if built.server.is_some() => {}
            Ok(_) if diagnostics.is_empty() => {
                built.error = Some("cargo build failed; the terminal says why".to_owned());
            }
            Ok(_) => built.error = Some(diagnostics),
            Err(error) => {
                let error = format!("{}: {error}", self.cargo.to_string_lossy());
                built.error = Some(Failure(error).told());
            }
        }
        built
    }

    /// Runs `server bundle`. Its progress is shown at once, its error is returned.
    fn bundle(&self, server: &Path, priority: Priority) -> Option<Failure> {
        let mut command = self.command(server.as_os_str());
        // Its inner cargo is the same as ours.
        command.arg("bundle").env("CARGO", &self.cargo).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut error = String::new();
        let succeeded = self.running.run(command, priority, |line| {
            if error.is_empty() && !line.starts_with("error") {
                anstream::eprintln!("{line}");
            } else {
                error.push_str(line);
                error.push('\n');
            }
        });
        match succeeded {
            Ok(true) => None,
            Ok(false) if error.is_empty() => {
                Some(Failure("the browser bundle could not be built".to_owned()))
            }
            Ok(false) => Some(Failure(error)),
            Err(error) => Some(Failure(format!("{}: {error}", server.display()))),
        }
    }

    fn command(&self, program: &std::ffi::OsStr) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.workspace).env_clear().envs(self.environment.iter().cloned());
        command.stdin(Stdio::null());
        command
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Priority {
    Ordinary,
    Low,
}

/// An error that has not been shown yet.
#[derive(Debug)]
struct Failure(String);

impl Failure {
    fn told(self) -> String {
        anstream::eprintln!("{}", self.0.trim_end());
        self.0
    }
}

/// The processes of builds under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Running {
    leaders: Arc<Mutex<Vec<u32>>>,
}

impl Running {
    /// Runs to the end, and gives each line of the stream that is a pipe to `line`. True if the program succeeded.
    fn run(
        &self,
        mut command: Command,
        priority: Priority,
        mut line: impl FnMut(&str),
    ) -> std::io::Result<bool> {
        let mut child = in_own_group(&mut command).spawn()?;
        let leader = child.id();
        if priority == Priority::Low {
            give_way(leader);
        }
        self.with(|leaders| leaders.push(leader));
        let lines: Option<Box<dyn std::io::Read>> = match (child.stdout.take(), child.stderr.take()) {
            (Some(stdout), _) => Some(Box::new(stdout)),
            (None, Some(stderr)) => Some(Box::new(stderr)),
            (None, None) => None,
        };
        if let Some(lines) = lines {
            // Compilers quote sources, which need not be UTF-8.
            let lines = BufReader::new(lines).split(b'\n').map_while(Result::ok);
            lines.for_each(|bytes| line(String::from_utf8_lossy(&bytes).trim_end()));
        }
        let status = child.wait();
        self.with(|leaders| leaders.retain(|running| *running != leader));
        Ok(status?.success())
    }

    /// Ends all of them.
    pub(crate) fn terminate(&self) {
        self.with(|leaders| leaders.iter().for_each(|leader| terminate(*leader)));
    }

    fn with(&self, act: impl FnOnce(&mut Vec<u32>)) {
        act(&mut self.leaders.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
