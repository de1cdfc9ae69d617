//! Every kind of server starts, has separate databases, can be started again, and does not outlive the tests.

use std::env;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use test_servers::{Kind, Server, own, required, shared_of};

fn answers(server: &Server) -> bool {
    server.port().is_some_and(|port| TcpStream::connect(("127.0.0.1", port)).is_ok())
}

#[test]
fn every_database_is_a_new_one() {
    for &kind in Kind::ALL {
        let Some(server) = required(shared_of(kind)) else { continue };
        assert_eq!(server.kind(), kind);
        let has_version = server.product().contains(|c: char| c.is_ascii_digit());
        assert!(has_version || server.port().is_none(), "{}", server.product());
        let (one, another) = (server.fresh_url(), server.fresh_url());
        assert_ne!(one, another);
        assert!(one.starts_with(server.url()) && another.starts_with(server.url()), "{one} {another}");
    }
}

#[test]
fn a_server_can_be_ended_and_started_again() {
    for &kind in Kind::ALL {
        let Some(server) = required(own(kind)) else { continue };
        assert!(answers(&server), "{kind:?}");
        server.kill();
        assert!(!answers(&server), "{kind:?} still responds after it was stopped");
        server.start();
        assert!(answers(&server), "{kind:?} does not answer again");
        server.stop();
        assert!(!answers(&server), "{kind:?} still responds after it was stopped");
        let directory = server.log().unwrap().parent().unwrap().to_owned();
        assert!(directory.is_dir());
        drop(server);
        assert!(!directory.exists());
    }
}

const IN_A_CHILD: &str = "TEST_SERVERS_CHILD";

/// The other half of the next test, which runs this one in a separate process.
#[test]
fn starts_a_server_and_dies() {
    if env::var_os(IN_A_CHILD).is_none() {
        return;
    }
    let server = shared_of(Kind::ALL[0]).unwrap();
    println!("log={}", server.log().unwrap().display());
    println!("port={}", server.port().unwrap());
    std::process::abort();
}

#[test]
fn the_servers_end_with_the_process() {
    if required(shared_of(Kind::ALL[0])).is_none() {
        return;
    }
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "starts_a_server_and_dies", "--nocapture"]);
    let output = child.env(IN_A_CHILD, "1").output().unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stdout);
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.split_once(name).map(|(_, value)| value.to_owned()));
        line.unwrap_or_else(|| panic!("no {name} in {text}"))
    };
    let port: u16 = value("port=").parse().unwrap();
    let log = value("log=");
    let deadline = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(("127.0.0.1", port)).is_ok() || Path::new(&log).exists() {
        assert!(
            Instant::now() < deadline,
            "the server is still running, or its directory was not removed: {log}"
        );
        thread::sleep(Duration::from_millis(20));
    }
}
