//! The running server.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::process_group::in_own_group;

/// For requests in progress; who develops does not want to wait longer.
const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) struct ServerProcess {
    child: Child,
    /// When it is closed, the server stops: also if this process is killed.
    messages: Option<ChildStdin>,
}

impl ServerProcess {
    /// Starts a server on this socket; without one it binds its own.
    pub(crate) fn start(
        program: &Path,
        workspace: &Path,
        environment: &[(OsString, OsString)],
        socket: Option<&TcpListener>,
    ) -> io::Result<Self> {
        let mut command = Command::new(program);
        // Without `CARGO`: the bundle has been built, and need not be looked at again.
        command.arg("serve").current_dir(workspace).env_clear().envs(environment.iter().cloned());
        command.env_remove("CARGO").env("DEV_RELOAD", "1").stdin(Stdio::piped());
        if let Some(socket) = socket {
            hand_over(socket, &mut command)?;
        }
        let mut child = in_own_group(&mut command).spawn()?;
        let messages = child.stdin.take();
        Ok(Self { child, messages })
    }

    /// The style sheet has changed.
    pub(crate) fn style(&mut self) {
        self.tell(&json!("style"));
    }

    /// A build has failed.
    pub(crate) fn error(&mut self, error: &str) {
        self.tell(&json!({ "error": error }));
    }

    /// What was wrong is so no longer.
    pub(crate) fn fixed(&mut self) {
        self.tell(&json!("fixed"));
    }

    fn tell(&mut self, message: &Value) {
        if let Some(messages) = &mut self.messages {
            // Fails if the server has ended, which is noticed elsewhere.
            let _ = writeln!(messages, "{message}");
        }
    }

    /// How it has ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Lets it finish what it is answering, and returns when it has ended.
    pub(crate) fn stop(mut self) {
        drop(self.messages.take());
        let begun = Instant::now();
        while self.ended().is_none() {
            if begun.elapsed() > PATIENCE {
                // Fails if it has just ended.
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// By the protocol of sd_listen_fds(3), but for `LISTEN_PID`: the process has no number yet when its variables are set.
#[cfg(unix)]
fn hand_over(socket: &TcpListener, command: &mut Command) -> io::Result<()> {
    use command_fds::{CommandFdExt as _, FdMapping};
    let mapping = FdMapping { parent_fd: socket.try_clone()?.into(), child_fd: 3 };
    command.fd_mappings(vec![mapping]).map_err(io::Error::other)?;
    command.env("LISTEN_FDS", "1").env_remove("LISTEN_PID").env_remove("LISTEN_FDS_FIRST_FD");
    Ok(())
}

#[cfg(not(unix))]
fn hand_over(_: &TcpListener, _: &mut Command) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
