//! A server process that cannot outlive the tests.
//!
//! Destructors do not run when a test process is killed, nor for a `static`. So a small shell stands between: it starts
//! the server and waits until its own standard input is closed, which happens however the test process ends. Then it
//! ends the server and removes its directory, unless it was told to keep it.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Missing;

/// `$1` is the signal that ends the server, `$2` its log, `$3` the directory to remove at the end; the rest is the
/// server's command line.
const KEEPER: &str = r#"
signal=$1; log=$2; directory=$3; shift 3
trap : HUP INT TERM
"$@" </dev/null >>"$log" 2>&1 &
server=$!
echo "$server"
while read -r word; do
  if [ "$word" = keep ]; then directory=; fi
done
kill -CONT "$server" 2>/dev/null
kill "-$signal" "$server" 2>/dev/null
wait "$server" 2>/dev/null
if [ -n "$directory" ]; then rm -rf "$directory"; fi
"#;

/// How to start and end a server.
#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    /// The user and group to run it as if it must not be root.
    pub(crate) user: Option<(u32, u32)>,
    /// The signal that ends it together with its children.
    pub(crate) ends_by: &'static str,
}

#[derive(Debug)]
pub(crate) struct Process {
    keeper: Child,
    pub(crate) pid: u32,
}

impl Process {
    /// Starts it in `directory`, which is removed when it has ended.
    pub(crate) fn start(recipe: &Recipe, log: &Path, directory: &Path) -> Result<Self, Missing> {
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "sh", recipe.ends_by]);
        command.arg(log).arg(directory).current_dir(directory);
        command.arg(&recipe.program).args(&recipe.arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        if let Some((user, group)) = recipe.user {
            command.uid(user).gid(group);
        }
        let failed = |error: &dyn std::fmt::Display| {
            Missing::new(format!("{} cannot be started: {error}", recipe.program.display()))
        };
        let mut keeper = command.spawn().map_err(|error| failed(&error))?;
        let mut line = String::new();
        if let Some(output) = keeper.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(|error| failed(&error))?;
        }
        let pid = line.trim().parse().map_err(|error| failed(&error))?;
        Ok(Self { keeper, pid })
    }

    /// Waits until it answers. The error has the last lines of its log.
    pub(crate) fn wait_until(&self, log: &Path, mut answers: impl FnMut() -> bool) -> Result<(), Missing> {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !answers() {
            if !self.is_alive() || Instant::now() > deadline {
                let text = fs::read_to_string(log).unwrap_or_default();
                let end: Vec<&str> = text.lines().rev().take(5).collect();
                let end: Vec<&str> = end.into_iter().rev().collect();
                return Err(Missing::new(format!("the server does not answer: {}", end.join(" | "))));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Whether it has not ended yet (a zombie has).
    pub(crate) fn is_alive(&self) -> bool {
        fs::read_to_string(format!("/proc/{}/stat", self.pid))
            .is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or("Z").trim_start().starts_with('Z'))
            || (!Path::new("/proc/self").exists() && self.signal("0"))
    }

    /// Sends the signal of this name; returns whether that was possible.
    pub(crate) fn signal(&self, name: &str) -> bool {
        Command::new("kill")
            .args([&format!("-{name}"), &self.pid.to_string()])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Ends it with this signal, waits for its end, and keeps its directory.
    pub(crate) fn end(mut self, signal: &str) {
        if let Some(keeper) = &mut self.keeper.stdin {
            // If this fails, the keeper is gone and removes nothing.
            let _ = keeper.write_all(b"keep\n");
        }
        self.signal("CONT");
        self.signal(signal);
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.is_alive() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
        self.close();
    }

    fn close(&mut self) {
        drop(self.keeper.stdin.take());
        // A failure changes nothing: the keeper has ended the server, or will.
        let _ = self.keeper.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.close();
    }
}
