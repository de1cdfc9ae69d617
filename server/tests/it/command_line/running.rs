//! The binary as a server that runs.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::command_line::server;
use crate::support::site::site;

/// A server started as people start the binary; ended when dropped.
pub(crate) struct Running {
    child: std::process::Child,
    port: u16,
}

impl Running {
    /// With these variables besides.
    pub(crate) fn start(directory: &Path, variables: &[(&str, &str)]) -> Self {
        // The port was free a moment ago; somebody else may have been quicker.
        let mut started = Self::start_once(directory, variables);
        for _ in 0..2 {
            started = started.or_else(|_| Self::start_once(directory, variables));
        }
        started.unwrap()
    }

    fn start_once(directory: &Path, variables: &[(&str, &str)]) -> Result<Self, String> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = server(directory)
            .env("SITE_ADDR", format!("127.0.0.1:{port}"))
            .env("SITE_ROOT", site(directory))
            // It then begins to serve when its stores have answered and the demo account is there, however slow they are.
            .env("STORE_TIMEOUT", "30s")
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // From here on it is ended if anything goes wrong.
        let mut running = Self { child, port };
        let start = Instant::now();
        loop {
            if let Some(status) = running.child.try_wait().unwrap() {
                return Err(format!("the server ended with {status}"));
            }
            // It listens before it serves: the answer is what counts.
            if TcpStream::connect(("127.0.0.1", port)).is_ok()
                && running.request("GET /healthz", "", "").starts_with("HTTP/1.1 200")
            {
                return Ok(running);
            }
            assert!(start.elapsed() < Duration::from_secs(60), "the server does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// One raw request; the whole answer.
    pub(crate) fn request(&self, line: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
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

    /// A form of our own pages, sent by somebody without a session; the whole answer.
    pub(crate) fn post(&self, path: &str, fields: &str) -> String {
        let headers = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n";
        self.request(&format!("POST {path}"), headers, fields)
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
