//! The example of the README, as people start it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

/// Ended with the test, however that ends.
struct Example(Child);

impl Drop for Example {
    fn drop(&mut self) {
        // Cargo replaces itself by the program, where the system can do that.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The answer to a request, with the cookie of a browser that has one.
fn get(addr: &str, path: &str, cookie: &str) -> String {
    let mut stream = TcpStream::connect(addr).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The cookie an answer sets, as a browser sends it back.
fn cookie(answer: &str) -> String {
    let line = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    line.split(';').next().unwrap().to_owned()
}

#[test]
fn signs_in_counts_and_signs_out_everywhere() {
    let Some(server) = test_servers::required(test_servers::mongodb()) else { return };
    let mut example = test_servers::cargo();
    example
        // Of the whole workspace, as the tests are built: for one package alone cargo would build it once more.
        .args(["run", "--quiet", "--locked", "--example", "sign_in", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
        .env("MONGODB_URL", server.fresh_url())
        .env("ADDR", "127.0.0.1:0")
        .stdout(Stdio::piped());
    let mut example = Example(example.spawn().unwrap());
    let mut line = String::new();
    BufReader::new(example.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let addr = line.trim().strip_prefix("http://").unwrap_or_else(|| panic!("{line:?}"));

    // Another name each time: the example keeps to one database.
    let name = format!("ada{:x}", rand::random::<u64>());
    let sign_in = format!("/sign-in/{name}");
    let [here, there] = [(); 2].map(|()| cookie(&get(addr, &sign_in, "")));
    assert!(get(addr, "/", &here).ends_with(&format!("{name}, signed in at 2 place(s).\n")));
    let out = get(addr, "/sign-out-everywhere", &here);
    assert!(out.ends_with("Signed out here and at 1 other place(s).\n"), "{out}");
    for cookie in [here, there] {
        assert!(get(addr, "/", &cookie).ends_with("Nobody has signed in.\n"));
    }
}
