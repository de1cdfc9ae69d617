//! `server healthcheck`, as a container asks it.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use super::running::Running;
use super::{run, server};
use crate::support::stack::AWAY; // slim: mongodb/postgres/redis

fn ask(directory: &Path, address: &str, arguments: &[&str]) -> (i32, String, String) {
    run(server(directory).arg("healthcheck").args(arguments).env("SITE_ADDR", address))
}

#[test]
fn a_server_that_serves_is_healthy_and_none_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let running = Running::start(directory.path(), &[]);
    let port = running.port();
    for address in [format!("127.0.0.1:{port}"), format!("0.0.0.0:{port}")] {
        for (arguments, answer) in [(&[][..], "/healthz: ok\n"), (&["--ready"], "/readyz: ready\n")] {
            let (code, output, errors) = ask(directory.path(), &address, arguments);
            assert_eq!((code, output), (0, format!("http://127.0.0.1:{port}{answer}")), "{errors}");
        }
    }
    drop(running);
    let (code, output, errors) = ask(directory.path(), &format!("127.0.0.1:{port}"), &[]);
    assert_eq!((code, output.as_str(), errors.lines().count()), (1, "", 1), "{errors}");
}

// slim: mongodb/postgres/redis
#[test]
fn it_can_be_healthy_and_not_ready() {
    let directory = tempfile::tempdir().unwrap();
    let unavailable = [("SESSION_STORE", AWAY[0]), ("STORE_TIMEOUT", "200ms")];
    let running = Running::start(directory.path(), &unavailable);
    let address = format!("127.0.0.1:{}", running.port());
    assert_eq!(ask(directory.path(), &address, &[]).0, 0);
    let (code, _, errors) = ask(directory.path(), &address, &["--ready"]);
    assert_eq!((code, errors.lines().count()), (1, 1), "{errors}");
    assert!(errors.contains("503 the session store does not answer"), "{errors}");
}
// slim: end

#[test]
fn whatever_goes_wrong_the_code_is_1_and_there_is_one_line() {
    let directory = tempfile::tempdir().unwrap();
    // Accepts, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let begun = Instant::now();
    let (code, _, errors) = ask(directory.path(), &address, &[]);
    assert_eq!((code, errors.lines().count()), (1, 1), "{errors}");
    assert!(errors.contains("no answer within 3s"), "{errors}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    // Answers, and never ends. What there is to know stands at the beginning.
    let endless = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = endless.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let (mut stream, _) = endless.accept().unwrap();
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    let (code, _, errors) = ask(directory.path(), &address, &[]);
    assert_eq!((code, errors.lines().count()), (1, 1), "{errors}");
    assert!(errors.contains("does not speak HTTP"), "{errors}");
    // Not 2, as for other commands: Docker reserves it.
    assert_eq!(ask(directory.path(), "nowhere", &[]).0, 1);
}
