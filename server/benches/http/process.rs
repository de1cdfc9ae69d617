//! The server being measured, run as a process of its own.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::client::Connection;
use crate::processors::Processors;
use crate::store::Site;
use crate::visitor::Visitor;

const START_LIMIT: Duration = Duration::from_secs(120);

/// A little more than the time the server allows requests in progress to finish.
const STOP_LIMIT: Duration = Duration::from_secs(15);

/// A running server; killed when dropped.
pub(crate) struct Process {
    child: Child,
    guard: Option<Child>,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Starts it and waits for its first page. Returns how long that took.
    ///
    /// # Errors
    /// If it exits or does not answer in time. The message includes the last lines of its log.
    pub(crate) fn start(site: &Site, processors: &Processors) -> Outcome<(Self, Duration)> {
        let address = free_address()?;
        let log_path = site.directory.join("server.log");
        let log = File::create(&log_path)?;
        let mut command = Command::new(program());
        command
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .envs(site.variables())
            .env("SITE_ADDR", address.to_string())
            .current_dir(&site.directory)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let begun = Instant::now();
        // From here on, dropping it kills the server if anything goes wrong.
        let mut process =
            processors.as_server(|| Ok(Self { child: command.spawn()?, guard: None, address }))?;
        process.wait_for_first_page(&log_path)?;
        let took = begun.elapsed();
        process.guard = Some(guard(process.child.id())?);
        Ok((process, took))
    }

    fn wait_for_first_page(&mut self, log: &Path) -> Outcome<()> {
        let begun = Instant::now();
        let home = Visitor::new(self.address).get("/");
        loop {
            let mut connection = Connection::to(self.address);
            if connection.exchange(&home).is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the server has ended ({status}): {}", end_of(log)).into());
            }
            if begun.elapsed() > START_LIMIT {
                return Err(format!("the server does not answer: {}", end_of(log)).into());
            }
            // This pause is part of the measured time, so it is as short as makes sense.
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// The processor time of all its threads so far, where the system reports it.
    pub(crate) fn cpu(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // proc_pid_stat(5): the name in parentheses may contain anything; `utime` and `stime` are the twelfth
        // and thirteenth fields after it.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
        let ticks = ticks(11)? + ticks(12)?;
        Some(Duration::from_secs_f64(ticks as f64 / *TICKS_PER_SECOND))
    }

    /// Its resident memory in MiB, where the system reports it.
    pub(crate) fn resident(&self) -> Option<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kibibytes: f64 = line.trim().trim_end_matches("kB").trim_end().parse().ok()?;
        Some(kibibytes / 1024.0)
    }

    /// Stops it as an operator would, so that the next start finds a database that was closed properly.
    ///
    /// # Errors
    /// If it does not stop in time.
    pub(crate) fn stop(mut self) -> Outcome<()> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-s", "TERM", &pid]).status()?;
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() {
            if begun.elapsed() > STOP_LIMIT {
                return Err("the server does not end".into());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The guard first: once the server has ended, its number may be given to another process.
        for child in self.guard.iter_mut().chain([&mut self.child]) {
            // An error only means that the process has already ended, which is the aim.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A shell that ends the server when its own input is closed, which happens however this program ends.
fn guard(server: u32) -> Outcome<Child> {
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"read -r _; kill "$1""#, "sh", &server.to_string()]);
    Ok(shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
}

fn program() -> OsString {
    env::var_os("SERVER_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_server").into())
}

/// An address that was free a moment ago. If another process takes it meanwhile, the server fails to start
/// and says so.
fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn end_of(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(5)..].join(" | ")
}

/// The unit of time in `/proc`.
static TICKS_PER_SECOND: LazyLock<f64> = LazyLock::new(|| {
    let asked = Command::new("getconf").arg("CLK_TCK").output().ok();
    let told = asked.and_then(|output| String::from_utf8(output.stdout).ok()?.trim().parse().ok());
    // The usual value on Linux.
    told.unwrap_or(100.0)
});
