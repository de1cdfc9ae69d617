//! What shells, supervisors and containers do to a program.
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::running::Running;
use super::{SECRET, run, server};
use crate::support::provider;
use crate::support::site::site;

/// Runs the server by a shell, which does something to it first; `$1` is the binary, `$2` the argument.
fn by_shell(directory: &std::path::Path, script: &str, argument: &str) -> Command {
    let mut command = server(directory);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_server"), argument])
        .current_dir(directory)
        .env_clear();
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    std::mem::swap(&mut command, &mut shell);
    command
}

#[test]
fn variables_arrive_in_strange_shapes() {
    let directory = tempfile::tempdir().unwrap();
    let (code, output, errors) = run(server(directory.path())
        .arg("check-config")
        .env("SITE_ROOT", site(directory.path()))
        .env("SESSION_SECRETS", format!("\"{SECRET}\"\r"))
        .env("SITE_ADDR", "\"127.0.0.1:4000\"")
        .env("SESSION_TTL", " 48h\r\n")
        .env("LOGIN_LIMIT", "'3/10s'")
        .env("DATABASE_URL", "")
        .env("LS_COLORS", OsStr::from_bytes(b"\xff\xfe"))
        .env("OAUTH_PROXY_PORT_4180_TCP_ADDR", OsStr::from_bytes(b"\xff"))
        .env(OsStr::from_bytes(b"N\xff"), "x"));
    assert_eq!(code, 0, "{errors}");
    for line in
        ["SITE_ADDR=127.0.0.1:4000", "SESSION_TTL=2d", "LOGIN_LIMIT=3/10s", "DATABASE_URL=sqlite://data"]
    {
        assert!(output.contains(line), "{line}: {output}");
    }
    let (code, _, errors) =
        run(server(directory.path()).arg("check-config").env("RUST_LOG", "server=loudest,="));
    assert_eq!(code, 2);
    assert!(errors.contains("RUST_LOG"), "{errors}");
}

#[test]
fn kubernetes_service_variables_do_not_stop_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let variables = [
        ("OAUTH_PROXY_SERVICE_HOST", "10.0.0.7"),
        ("OAUTH_PROXY_SERVICE_PORT", "4180"),
        ("OAUTH_PROXY_PORT", "tcp://10.0.0.7:4180"),
        ("SESSION_STORE_SERVICE_HOST", "10.0.0.8"),
    ];
    let running = Running::start(directory.path(), &variables);
    assert!(running.request("GET /login", "Accept: text/html\r\n", "").starts_with("HTTP/1.1 200"));
}

/// `docker run --link oauth-proxy`, and a service of Kubernetes whose ports have names.
#[test]
fn variables_of_other_containers_are_no_settings() {
    let directory = tempfile::tempdir().unwrap();
    let variables = [
        ("OAUTH_PROXY_NAME", "/web/oauth-proxy"),
        ("OAUTH_PROXY_PORT_4180_TCP", "tcp://172.17.0.5:4180"),
        ("OAUTH_PROXY_ENV_OAUTH2_PROXY_CLIENT_ID", "id"),
        ("OAUTH_PROXY_ENV_OAUTH2_PROXY_CLIENT_SECRET", "canary"),
        ("OAUTH_SERVICE_HOST", "10.0.0.7"),
        ("OAUTH_SERVICE_PORT_AUTH_URL", "4180"),
        ("OAUTH_PROXY_SERVICE_HOST", "10.0.0.8"),
        ("OAUTH_PROXY_SERVICE_PORT_AUTH_URL", "4180"),
    ];
    let (code, output, errors) = run(server(directory.path())
        .arg("check-config")
        .env("SITE_ROOT", site(directory.path()))
        .envs(variables));
    assert_eq!(code, 0, "{errors}");
    let said = format!("{output}{errors}");
    assert!(said.contains("OAUTH_PROXY_ENV_OAUTH2_PROXY_CLIENT_ID"), "told, as not read: {said}");
    assert!(!said.contains("did you mean") && !said.contains("canary"), "{said}");
}

#[test]
fn nobody_has_to_read_the_output() {
    let directory = tempfile::tempdir().unwrap();
    let site = site(directory.path());
    for argument in ["check-config", "--help"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let (code, _, errors) =
            run(server(directory.path()).arg(argument).env("SITE_ROOT", &site).stdout(writer));
        assert_eq!((code, errors.contains("panic")), (0, false), "{argument}: {errors}");
    }
    let closed = "exec \"$1\" \"$2\" >&- 2>&- <&-";
    let (code, ..) = run(by_shell(directory.path(), closed, "check-config").env("SITE_ROOT", &site));
    assert_eq!(code, 0);
    // A wrong configuration still has its exit code.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output =
        server(directory.path()).arg("check-config").env("SESSION_TTL", "soon").stderr(writer).output();
    assert_eq!(output.unwrap().status.code(), Some(2));
}

#[test]
fn a_server_lives_on_when_nobody_reads_its_log() {
    let directory = tempfile::tempdir().unwrap();
    let running = Running::start_by(directory.path(), &[("RUST_LOG", "debug")], || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = server(directory.path());
        command.stdout(writer);
        command
    });
    for _ in 0..3 {
        assert!(running.request("GET /", "", "").starts_with("HTTP/1.1 200"));
    }
}

/// A log that is kept open and never read: a supervisor that hangs, or a disk that stands still behind it.
#[test]
fn a_server_lives_on_when_its_log_stands_still() {
    let directory = tempfile::tempdir().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    let running = Running::start_by(directory.path(), &[("RUST_LOG", "debug")], || {
        let mut command = server(directory.path());
        command.stdout(writer.try_clone().unwrap());
        command
    });
    drop(writer);
    // A line each at least, of more than a hundred bytes; a pipe holds 64 KiB.
    for _ in 0..1_000 {
        assert!(running.request("GET /healthz", "", "").starts_with("HTTP/1.1 200"));
    }
    running.signal("TERM");
    assert!(running.ended().success());
    drop(reader);
}

#[test]
fn the_working_directory_may_be_gone() {
    let directory = tempfile::tempdir().unwrap();
    let site = site(directory.path());
    let script = "mkdir gone && cd gone && rmdir ../gone && exec \"$1\" \"$2\"";
    let (code, _, errors) = run(by_shell(directory.path(), script, "check-config").env("SITE_ROOT", &site));
    assert_eq!((code, errors.contains("panic")), (1, false), "{errors}");
    assert!(errors.contains("DATABASE_URL"), "nothing can be created there: {errors}");
    let elsewhere = format!("sqlite://{}/test.db", directory.path().display());
    let mut check = by_shell(directory.path(), script, "check-config");
    check.env("SITE_ROOT", &site).env("DATABASE_URL", elsewhere).env("SESSION_SECRETS", SECRET);
    let (code, _, errors) = run(&mut check);
    assert_eq!((code, errors.contains("panic")), (0, false), "{errors}");
    let (code, _, errors) = run(&mut by_shell(directory.path(), script, "bundle"));
    assert_eq!((code, errors.contains("panic")), (1, false), "{errors}");
}

#[test]
fn production_writes_json_lines_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("log");
    let database = format!("sqlite://{}/test.db", directory.path().display());
    let variables = [
        ("APP_ENV", "production"),
        ("PUBLIC_URL", "https://site.example"),
        ("DATABASE_URL", database.as_str()),
        ("SESSION_SECRETS", SECRET),
        ("SESSION_SECRET", "canary"),
        ("RUST_LOG", "debug"),
    ];
    let running = Running::start_by(directory.path(), &variables, || {
        let mut command = server(directory.path());
        command.envs(provider::variables());
        let file = File::create(&log).unwrap();
        command.stderr(file.try_clone().unwrap()).stdout(file);
        command
    });
    let long = format!("GET /{}", "x".repeat(20_000));
    assert!(running.request(&long, "Accept: text/html\r\n", "").starts_with("HTTP/1.1 404"));
    running.post("/api/auth/login", "email=a%40example.com&password=x");
    running.request(
        "POST /api/preferences",
        &format!("Origin: https://{}.example\r\n", "x".repeat(5000)),
        "",
    );
    let long = "y".repeat(15_000);
    let page = format!("GET /auth/elsewhere/callback?state=z&error=access_denied&error_description={long}",);
    let headers = format!(
        "User-Agent: {long}\r\nX-Forwarded-For: {long}\r\nForwarded: for={long}\r\nX-Request-Id: {long}\r\n\
         X-Forwarded-Host: {long}\r\nAccept: text/html\r\nReferer: https://{long}.example/\r\n"
    );
    assert!(running.request(&page, &headers, "").starts_with("HTTP/1.1 "));
    running.post_with("/api/auth/login", &headers, "email=a%40example.com&password=x");
    let report = r#"{"csp-report":{"violated-directive":"img-src","blocked-uri":"https://evil.example/"}}"#;
    let headers = "Content-Type: application/csp-report\r\nSec-Fetch-Site: same-origin\r\n";
    assert!(running.request("POST /csp-reports", headers, report).starts_with("HTTP/1.1 204"));
    running.signal("TERM");
    assert!(running.ended().success());
    let text = std::fs::read_to_string(&log).unwrap();
    let events: Vec<Value> = text
        .lines()
        .map(|line| {
            assert!(line.len() < 10_000, "{} bytes", line.len());
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
        })
        .collect();
    for event in ["sys_startup", "malicious_csrf", "malicious_csp_violation", "sys_shutdown"] {
        assert!(events.iter().any(|line| line["event"] == event), "{event}: {text}");
    }
    assert!(!text.contains("canary"), "{text}");
}

/// A program inherits that a signal is ignored. The server started so that it does not.
fn not_ignoring(signal: &str, directory: &std::path::Path) -> Command {
    let server = server(directory);
    if signal != "HUP" || !hangups_are_ignored() {
        return server;
    }
    let mut env = Command::new("env");
    env.arg("--default-signal=HUP").arg(server.get_program()).args(server.get_args());
    env.current_dir(directory).env_clear();
    env.envs(server.get_envs().filter_map(|(name, value)| Some((name, value?))));
    env
}

/// Whether this process ignores SIGHUP, and so those it starts.
fn hangups_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[test]
fn under_nohup_a_hangup_is_ignored() {
    let directory = tempfile::tempdir().unwrap();
    let running = Running::start_by(directory.path(), &[], || {
        let mut command = by_shell(directory.path(), "trap '' HUP; exec \"$1\" \"$2\"", "serve");
        command.stdout(Stdio::null());
        command
    });
    running.signal("HUP");
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(running.request("GET /healthz", "", "").starts_with("HTTP/1.1 200"));
    running.signal("TERM");
    assert!(running.ended().success());
}

#[test]
fn a_hangup_lets_requests_finish() {
    for signal in ["HUP", "TERM", "INT"] {
        let directory = tempfile::tempdir().unwrap();
        let running = Running::start_by(directory.path(), &[], || {
            let mut command = not_ignoring(signal, directory.path());
            command.stdout(Stdio::null());
            command
        });
        let mut request = running.connect();
        let (first, second) = ("email=a%40example.com&", "password=x");
        let head = "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\
                    Content-Type: application/x-www-form-urlencoded\r\n";
        let length = first.len() + second.len();
        // `100 Continue` says that the request is being served.
        write!(request, "{head}Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n").unwrap();
        let mut interim = [0; 25];
        request.read_exact(&mut interim).unwrap();
        assert!(interim.starts_with(b"HTTP/1.1 100 Continue"));
        write!(request, "{first}").unwrap();
        running.signal(signal);
        let begun = std::time::Instant::now();
        // No new connections: the signal has arrived.
        while std::net::TcpStream::connect(request.peer_addr().unwrap()).is_ok() {
            assert!(
                begun.elapsed().as_secs() < 30,
                "{signal} did not arrive; is it ignored, as under nohup?"
            );
            // Slowly: so many that wait would take the place of the one under way.
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        write!(request, "{second}").unwrap();
        let mut answer = String::new();
        request.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 422"), "{signal}: {answer}");
        let status = running.ended();
        assert!(status.success(), "{signal}: {status}");
    }
}

#[test]
fn few_open_files_and_many_slow_clients_keep_nobody_out() {
    let directory = tempfile::tempdir().unwrap();
    let running = Running::start_by(directory.path(), &[], || {
        let mut command = by_shell(directory.path(), "ulimit -n 200 && exec \"$1\" \"$2\"", "serve");
        command.stdout(Stdio::null());
        command
    });
    let mut slow = Vec::new();
    for i in 0..300 {
        let mut stream = running.connect();
        write!(stream, "GET /{i} HTTP/1.1\r\nHost: x\r\nCookie: a").unwrap();
        slow.push(stream);
    }
    for _ in 0..20 {
        assert!(running.request("GET /healthz", "", "").starts_with("HTTP/1.1 200"));
        assert!(running.request("GET /login", "Accept: text/html\r\n", "").starts_with("HTTP/1.1 200"));
    }
    running.log_in();
}
