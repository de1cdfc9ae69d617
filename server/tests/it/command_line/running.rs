//! The binary running as a server.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::command_line::server;
use crate::support::site::site;

/// A server started like the binary is by people; stopped when dropped.
pub(crate) struct Running {
    child: std::process::Child,
    port: u16,
}

impl Running {
    /// With these additional variables.
    pub(crate) fn start(directory: &Path, variables: &[(&str, &str)]) -> Self {
        Self::start_by(directory, variables, || {
            let mut command = server(directory);
            command.stdout(Stdio::null());
            command
        })
    }

    /// The same by another command, or with another output.
    pub(crate) fn start_by(
        directory: &Path,
        variables: &[(&str, &str)],
        command: impl Fn() -> Command,
    ) -> Self {
        // The port was free a moment ago, but may have been taken since.
        let mut started = Self::start_once(directory, variables, command());
        for _ in 0..2 {
            started = started.or_else(|_| Self::start_once(directory, variables, command()));
        }
        started.unwrap()
    }

    fn start_once(
        directory: &Path,
        variables: &[(&str, &str)],
        mut command: Command,
    ) -> Result<Self, String> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = command
            .env("SITE_ADDR", format!("127.0.0.1:{port}"))
            .env("SITE_ROOT", site(directory))
            // Serving then begins when the stores have responded and the demo account exists, however slow
            // they are.
            .env("STORE_TIMEOUT", "30s")
            .envs(variables.iter().copied())
            .spawn()
            .unwrap();
        // From here on it is stopped if anything goes wrong.
        let mut running = Self { child, port };
        let start = Instant::now();
        loop {
            if let Some(status) = running.child.try_wait().unwrap() {
                return Err(format!("the server ended with {status}"));
            }
            // It listens before it serves, so wait for a response.
            if TcpStream::connect(("127.0.0.1", port)).is_ok()
                && running.request("GET /healthz", "", "").starts_with("HTTP/1.1 200")
            {
                return Ok(running);
            }
            assert!(start.elapsed() < Duration::from_secs(60), "the server does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Where it listens, on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A connection for raw bytes.
    pub(crate) fn connect(&self) -> TcpStream {
        self.try_connect().unwrap()
    }

    /// The same, with a server that may have been killed.
    pub(crate) fn try_connect(&self) -> std::io::Result<TcpStream> {
        let stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(stream)
    }

    /// Sends a signal by its name, like `HUP`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until it has ended.
    pub(crate) fn ended(mut self) -> std::process::ExitStatus {
        self.child.wait().unwrap()
    }

    /// Sends one raw request; returns the whole response.
    pub(crate) fn request(&self, line: &str, headers: &str, body: &str) -> String {
        let mut stream = self.connect();
        let length = body.len();
        write!(
            stream,
            "{line} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}",
            self.port
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Posts a form of our own pages without a session; returns the whole response.
    pub(crate) fn post(&self, path: &str, fields: &str) -> String {
        self.post_with(path, "", fields)
    }

    /// The same with more headers.
    pub(crate) fn post_with(&self, path: &str, more: &str, fields: &str) -> String {
        let headers = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n";
        self.request(&format!("POST {path}"), &format!("{headers}{more}"), fields)
    }

    pub(crate) fn log_in(&self) {
        let answer = self.post("/api/auth/login", "email=demo%40example.com&password=workout-demo");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
