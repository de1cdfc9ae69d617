//! Traces of the binary, sent to a stand-in for a collector.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread;

use domain::name::SLUG;

use crate::command_line::running::Running;
use crate::command_line::{SECRET, run, server};
use crate::support::provider;

/// Whatever was posted, with its request line.
type Received = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// Takes everything, for as long as the test runs.
fn collector() -> (String, Received) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let received = Received::default();
    let kept = Arc::clone(&received);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let kept = Arc::clone(&kept);
            thread::spawn(move || {
                let mut stream = stream.as_ref().unwrap();
                while let Some(post) = take(stream) {
                    // Before the answer: the sender ends when it has that.
                    kept.lock().unwrap().push(post);
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                }
            });
        }
    });
    (url, received)
}

/// One request; `None` when the connection ends.
fn take(stream: &TcpStream) -> Option<(String, Vec<u8>)> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    reader.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        match header.trim_end().to_ascii_lowercase().split_once(": ") {
            Some(("content-length", value)) => length = value.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((line.trim_end().to_owned(), body))
}

/// The text in what was received; names and values stand in the protocol's messages as they are.
fn text(received: &Received) -> String {
    let received = received.lock().unwrap();
    received.iter().map(|(_, body)| String::from_utf8_lossy(body)).collect()
}

#[test]
fn a_request_is_told_by_its_route_and_no_secret_is() {
    let directory = tempfile::tempdir().unwrap();
    let (url, received) = collector();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()),
        ("SESSION_SECRETS", SECRET),
        ("RUST_LOG", "trace"),
        // Nothing is sent before the end.
        ("OTEL_BSP_SCHEDULE_DELAY", "600000"),
    ];
    let running = Running::start_by(directory.path(), &variables, || {
        let mut command = server(directory.path());
        command.stdout(Stdio::null()).envs(provider::variables());
        command
    });
    running.request("GET /history/canary?canary=1", "Cookie: canary=1\r\nAccept: text/html\r\n", "");
    running.post("/api/auth/login", "email=canary%40example.com&password=canary");
    running.post("/api/auth/login", "email=demo%40example.com&password=workout-demo");
    running.request("GET /auth/elsewhere/callback?code=canary&state=canary", "Accept: text/html\r\n", "");
    running.signal("TERM");
    assert!(running.ended().success());

    let lines: Vec<_> = received.lock().unwrap().iter().map(|(line, _)| line.clone()).collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| line == "POST /v1/traces HTTP/1.1"), "{lines:?}");
    let text = text(&received);
    for told in [
        SLUG,
        "GET /history/{id}",
        "POST /api/auth/login",
        "GET /auth/{provider}/callback",
        "http.response.status_code",
        "client.address",
        "authn_login_success",
        "authn_login_fail",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    for secret in [SECRET, "canary", "workout-demo", "sessionId="] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn the_standards_variables_name_the_service_and_choose_what_is_sent() {
    let directory = tempfile::tempdir().unwrap();
    let (url, received) = collector();
    let traced = |variables: &[(&str, &str)]| {
        let set = [variables, &[("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()), ("SESSION_SECRETS", SECRET)]]
            .concat();
        let running = Running::start(directory.path(), &set);
        running.request("GET /login", "Accept: text/html\r\n", "");
        running.signal("TERM");
        assert!(running.ended().success());
        text(&received)
    };
    assert_eq!(traced(&[("OTEL_TRACES_SAMPLER", "always_off")]), "");
    let named = traced(&[("OTEL_SERVICE_NAME", "kite")]);
    assert!(named.contains("kite") && named.contains("GET /login") && !named.contains(SLUG), "{named}");
}

/// Nobody waits for a collector that is away: neither visitors nor who stops the server.
#[test]
fn a_collector_that_is_away_costs_nothing_but_spans() {
    let directory = tempfile::tempdir().unwrap();
    // Nobody listens there.
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), ("SESSION_SECRETS", SECRET)];
    let running = Running::start(directory.path(), &variables);
    assert!(running.request("GET /login", "Accept: text/html\r\n", "").starts_with("HTTP/1.1 200"));
    running.signal("TERM");
    let start = std::time::Instant::now();
    assert!(running.ended().success());
    assert!(start.elapsed().as_secs() < 15, "{:?}", start.elapsed());
}

#[test]
fn an_address_that_is_none_stops_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let (code, _, errors) = run(server(directory.path())
        .arg("check-config")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"));
    assert_eq!(code, 2, "{errors}");
    assert!(errors.contains("OTEL_EXPORTER_OTLP_ENDPOINT"), "{errors}");
}
