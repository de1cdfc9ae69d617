//! The binary from outside: exit codes, messages, commands.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod backup;
mod checks;
#[cfg(unix)]
mod crash;
mod environment;
mod healthcheck;
mod limits;
mod log;
mod mistakes;
mod rename;
mod rights; // slim: postgres
pub(crate) mod running;
mod sessions;
mod slim;
mod start;
mod sweeping;
mod template;
mod tls; // slim: mongodb/postgres/redis
mod told;
mod wrong_store;

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::site::site;
use running::Running;

pub(crate) const SECRET: &str = "command line secret of more than 32 bytes";

pub(crate) fn server(directory: &Path) -> Command {
    program(Path::new(env!("CARGO_BIN_EXE_server")), directory)
}

/// The binary at this path, in a directory and with no variables but `PATH`.
fn program(binary: &Path, directory: &Path) -> Command {
    let mut command = Command::new(binary);
    command.current_dir(directory).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

pub(crate) fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn a_wrong_configuration_is_one_message_and_exit_code_2() {
    let directory = tempfile::tempdir().unwrap();
    for arguments in [&["serve"][..], &["check-config"], &["sessions", "stats"]] {
        let (code, _, errors) = run(server(directory.path())
            .args(arguments)
            .env("APP_ENV", "staging")
            .env("SESSION_TTL", "soon")
            .env("DATABASE_URL", "mysql://user:hunter2@host/db")
            .env("OAUTH_ACME_CLIENT_ID", "x"));
        assert_eq!(code, 2, "{errors}");
        for name in ["APP_ENV", "staging", "SESSION_TTL", "soon", "DATABASE_URL", "OAUTH_ACME"] {
            assert!(errors.contains(name), "{name}: {errors}");
        }
        assert!(!errors.contains("hunter2"), "{errors}");
        assert!(std::fs::read_dir(directory.path()).unwrap().next().is_none(), "nothing was opened");
    }
}

#[test]
fn production_needs_its_secrets_and_https() {
    let directory = tempfile::tempdir().unwrap();
    let (code, _, errors) = run(server(directory.path()).arg("check-config").env("APP_ENV", "production"));
    assert_eq!(code, 2);
    assert!(errors.contains("PUBLIC_URL") && errors.contains("SESSION_SECRETS"), "{errors}");
    let (code, _, errors) = run(server(directory.path())
        .arg("check-config")
        .env("APP_ENV", "production")
        .env("PUBLIC_URL", "http://site.example")
        .env("SESSION_STORE", "memory")
        .env("OAUTH_DEMO", "true") // slim: demo-provider
        .env("SESSION_SECRETS", SECRET));
    assert_eq!(code, 2);
    for name in
        ["PUBLIC_URL", "SESSION_STORE", /* slim: demo-provider */ "OAUTH_DEMO" /* slim: end */]
    {
        assert!(errors.contains(name), "{name}: {errors}");
    }
    assert!(!errors.contains(SECRET));
}

#[test]
fn the_effective_configuration_is_printed_without_secrets() {
    let directory = tempfile::tempdir().unwrap();
    let (code, output, errors) = run(server(directory.path())
        .arg("check-config")
        .env("SITE_ROOT", site(directory.path()))
        .env("SESSION_SECRETS", SECRET));
    assert_eq!(code, 0, "{errors}");
    assert!(output.contains("SESSION_IDLE_TIMEOUT") && output.contains("30m"), "{output}");
    assert!(!output.contains(SECRET));
}

#[test]
fn an_address_in_use_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for variable in ["SITE_ADDR", "ADMIN_ADDR"] {
        let (code, _, errors) = run(server(directory.path())
            .env("SITE_ADDR", "127.0.0.1:0")
            .env(variable, &address)
            .env("SITE_ROOT", site(directory.path()))
            .env("SESSION_SECRETS", SECRET));
        assert_eq!(code, 1);
        assert!(errors.contains(&format!("cannot listen on {address} ({variable})")), "{errors}");
    }
}

#[test]
fn a_database_that_cannot_be_is_named() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("file"), "not a directory").unwrap();
    let url = format!("sqlite://{}", directory.path().join("file/test.db").display());
    let (code, _, errors) = run(server(directory.path())
        .env("SITE_ADDR", "127.0.0.1:0")
        .env("DATABASE_URL", &url)
        .env("SITE_ROOT", site(directory.path()))
        .env("SESSION_SECRETS", SECRET));
    assert_eq!(code, 1);
    assert!(errors.contains("DATABASE_URL") && errors.contains("file"), "{errors}");
}

#[test]
fn without_bundle_and_sources_the_start_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let (code, _, errors) =
        run(server(directory.path()).env("SITE_ADDR", "127.0.0.1:0").env("SESSION_SECRETS", SECRET));
    assert_eq!(code, 1);
    assert!(errors.contains("SITE_ROOT"), "{errors}");
}

#[test]
fn a_memory_store_has_no_commands() {
    let directory = tempfile::tempdir().unwrap();
    for store in ["memory", "sqlite::memory:"] {
        let (code, _, errors) =
            run(server(directory.path()).args(["sessions", "stats"]).env("SESSION_STORE", store));
        assert_eq!(code, 1);
        assert!(errors.contains("lives in the server process"), "{errors}");
    }
}

#[test]
fn a_development_server_keeps_its_secret_over_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    drop(Running::start(directory.path(), &[]));
    let secret = std::fs::read(directory.path().join("data/session-secret")).unwrap();
    drop(Running::start(directory.path(), &[]));
    assert_eq!(std::fs::read(directory.path().join("data/session-secret")).unwrap(), secret);
}

#[test]
fn static_files_say_how_long_they_may_be_kept() {
    let directory = tempfile::tempdir().unwrap();
    let running = Running::start(directory.path(), &[]);
    let css = running.request("GET /pkg/main.css", "", "");
    assert!(css.starts_with("HTTP/1.1 200") && css.contains("cache-control: no-cache"), "{css}");
    let font = running.request("GET /fonts/narrow-4711.woff2", "", "");
    assert!(font.starts_with("HTTP/1.1 200") && font.contains("content-type: font/woff2"), "{font}");
    assert!(font.contains("max-age=31536000, immutable"), "{font}");
    let robots = running.request("GET /robots.txt", "", "");
    assert!(robots.contains("max-age=3600"), "{robots}");
    for path in [
        "/bundle.json",
        "/pkg/",
        "/pkg/nothing.js",
        "/fonts/",
        "/fonts/nothing.woff2",
        "/pkg/../bundle.json",
        "/.git/config",
        "/..%2fCargo.toml",
    ] {
        let answer = running.request(&format!("GET {path}"), "", "");
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        assert!(answer.contains("cache-control: no-store"), "{path}: {answer}");
    }
}

#[test]
fn only_cargo_dev_makes_pages_reload() {
    let directory = tempfile::tempdir().unwrap();
    let running = Running::start(directory.path(), &[]);
    for path in ["/dev/events", "/dev/reload.js"] {
        let answer = running.request(&format!("GET {path}"), "", "");
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
    let page = running.request("GET /", "", "");
    assert!(page.starts_with("HTTP/1.1 200") && !page.contains("/dev/"), "{page}");
}

#[test]
fn a_newer_bundle_takes_nothing_from_a_running_server() {
    let directory = tempfile::tempdir().unwrap();
    let running = Running::start(directory.path(), &[]);
    // What the first step of a deployment does.
    std::fs::remove_dir_all(directory.path().join("site")).unwrap();
    std::fs::create_dir_all(directory.path().join("site/pkg")).unwrap();
    std::fs::write(directory.path().join("site/pkg/main.4711.css"), "body{color:red}").unwrap();
    let css = running.request("GET /pkg/main.css", "", "");
    assert!(css.starts_with("HTTP/1.1 200") && css.ends_with("body{}"), "{css}");
    let newer = running.request("GET /pkg/main.4711.css", "", "");
    assert!(newer.starts_with("HTTP/1.1 404") && newer.contains("cache-control: no-store"), "{newer}");
    assert!(running.request("GET /robots.txt", "", "").starts_with("HTTP/1.1 200"));
}

#[test]
fn check_config_says_what_the_start_would() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = server(directory.path());
    command
        .arg("check-config")
        .env("APP_ENV", "production")
        .env("PUBLIC_URL", "https://site.example")
        .env("DATABASE_URL", "sqlite://data/test.db")
        .env("SESSION_SECRETS", SECRET)
        .env("SESSION_SECRET", "canary")
        .env("OAUTH_PROXY_SERVICE_HOST", "10.0.0.7");
    let (code, output, errors) = run(&mut command);
    assert_eq!(code, 1, "the start would miss the bundle: {errors}");
    assert!(errors.contains("error: there is no browser bundle") && errors.contains("SITE_ROOT"), "{errors}");
    let (code, with_bundle, warnings) = run(command.env("SITE_ROOT", site(directory.path())));
    assert_eq!(code, 0, "{warnings}");
    for text in [&errors, &warnings] {
        for name in ["TRUST_PROXY", "DATABASE_URL", "SESSION_SECRET ", "OAUTH_PROXY_SERVICE_HOST"] {
            assert!(text.contains(name), "{name}: {text}");
        }
        assert!(!text.contains("canary") && !text.contains("10.0.0.7"), "{text}");
    }
    for text in [&output, &with_bundle] {
        assert!(text.lines().all(|line| line.contains('=')), "nothing but settings: {text}");
    }
    assert!(!directory.path().join("data").exists(), "nothing was opened");
}
