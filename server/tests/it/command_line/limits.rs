//! What holds for connections where nobody has set anything.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::command_line::running::Running;

/// How long a connection stays open whose client has written this and goes on with nothing.
fn open_for(running: &Running, written: &str) -> Duration {
    let mut stream = running.connect();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(written.as_bytes()).unwrap();
    let begun = Instant::now();
    let mut answer = Vec::new();
    // It may be reset.
    let _ = stream.read_to_end(&mut answer);
    begun.elapsed()
}

#[test]
fn headers_have_ten_seconds_and_bodies_thirty() {
    let directory = tempfile::tempdir().unwrap();
    let running = Running::start(directory.path(), &[]);
    let body = "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 100\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\r\nemail=";
    std::thread::scope(|scope| {
        for (written, seconds) in [("GET / HTTP/1.1\r\nHost: x\r\nCookie: a", 10), (body, 30)] {
            let running = &running;
            scope.spawn(move || {
                let open = open_for(running, written).as_secs_f64();
                let limit = f64::from(seconds);
                assert!((limit - 1.0..limit + 8.0).contains(&open), "{written:?}: {open} s");
            });
        }
    });
}

#[test]
fn headers_of_128_kilobytes_are_read_and_larger_ones_get_one_clear_answer() {
    let directory = tempfile::tempdir().unwrap();
    let running = Running::start(directory.path(), &[]);
    for (kilobytes, status) in [(64, "200"), (120, "200"), (140, "431"), (400, "431")] {
        let mut stream: TcpStream = running.connect();
        let cookie = "x".repeat(kilobytes * 1024);
        let request =
            format!("GET /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: other={cookie}\r\n\r\n");
        // The answer may come before all of it is sent.
        let _ = stream.write_all(request.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{kilobytes} kB: {answer:.200}");
    }
}
