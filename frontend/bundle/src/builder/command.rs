//! Runs a program and listens to it.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::Error;

/// The first word about something slow.
const PATIENCE: Duration = Duration::from_secs(1);
/// One more word about something very slow.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// How a program ended, and what it wrote to standard error.
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) lines: Vec<String>,
}

/// Runs `command`. `still_running` is called after one second and then every fifteen, with the lines so far.
pub(crate) fn listen(
    command: &mut Command,
    mut still_running: impl FnMut(usize, &[String]),
) -> Result<Finished, Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |cause| Error::Spawn { program: program.clone(), cause };
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    let stderr = child.stderr.take().ok_or_else(|| failed(io::Error::other("no standard error")))?;
    let (sender, receiver) = channel();
    let reader = thread::spawn(move || read_lines(stderr, |line| sender.send(line).is_ok()));

    let mut lines = Vec::new();
    let mut due = Instant::now() + PATIENCE;
    let mut times = 0;
    loop {
        match receiver.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(line) => lines.push(line),
            Err(RecvTimeoutError::Timeout) => {
                still_running(times, &lines);
                times += 1;
                due = Instant::now() + SIGN_OF_LIFE;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait().map_err(failed)?;
    // The reader has ended, or nothing would have been disconnected.
    let _ = reader.join();
    Ok(Finished { status, lines })
}

/// Compilers quote sources, and sources need not be UTF-8.
fn read_lines(stderr: impl Read, mut take: impl FnMut(String) -> bool) {
    let mut stderr = BufReader::new(stderr);
    let mut line = Vec::new();
    while matches!(stderr.read_until(b'\n', &mut line), Ok(read) if read > 0) {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        line.clear();
        if !take(text) {
            return;
        }
    }
}
