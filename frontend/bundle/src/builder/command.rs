//! Runs a slow program and reports its progress.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::builder::error::Error;

/// A program that ends sooner is not mentioned.
const FIRST_REPORT: Duration = Duration::from_secs(1);
/// Often enough that the build does not look stuck.
const REPORT_INTERVAL: Duration = Duration::from_secs(15);

pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    /// Line by line.
    pub(crate) stdout: Vec<String>,
    pub(crate) stderr: Vec<String>,
}

/// Runs `command` to completion. Meanwhile `report` is called after one second and then every fifteen
/// seconds, with the number of earlier reports and the lines of standard error so far.
pub(crate) fn run_with_progress(
    command: &mut Command,
    mut report: impl FnMut(usize, &[String]),
) -> Result<Finished, Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |cause| Error::Spawn { program: program.clone(), cause };
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    let stdout = child.stdout.take().ok_or_else(|| failed(io::Error::other("no standard output")))?;
    let stderr = child.stderr.take().ok_or_else(|| failed(io::Error::other("no standard error")))?;
    // Read meanwhile, so that the program never waits for us.
    let output = thread::spawn(move || {
        let mut lines = Vec::new();
        read_lines(stdout, |line| {
            lines.push(line);
            true
        });
        lines
    });
    let (sender, receiver) = channel();
    let reader = thread::spawn(move || read_lines(stderr, |line| sender.send(line).is_ok()));

    let mut lines = Vec::new();
    let mut due = Instant::now() + FIRST_REPORT;
    let mut reports = 0;
    loop {
        match receiver.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(line) => lines.push(line),
            Err(RecvTimeoutError::Timeout) => {
                report(reports, &lines);
                reports += 1;
                due = Instant::now() + REPORT_INTERVAL;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait().map_err(failed)?;
    // The channel is disconnected, so the reader has ended; this only frees the thread.
    let _ = reader.join();
    let stdout = output.join().unwrap_or_default();
    Ok(Finished { status, stdout, stderr: lines })
}

/// Lossy, because compilers quote sources and sources need not be UTF-8.
fn read_lines(stream: impl Read, mut send: impl FnMut(String) -> bool) {
    let mut stream = BufReader::new(stream);
    let mut line = Vec::new();
    while matches!(stream.read_until(b'\n', &mut line), Ok(read) if read > 0) {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        line.clear();
        if !send(text) {
            return;
        }
    }
}
