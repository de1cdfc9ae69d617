//! How a start that fails says so, and one that makes a new database.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;

use serde_json::Value;

use crate::command_line::running::Running;
use crate::command_line::{SECRET, run, server};
use crate::support::site::site;

/// A configuration that starts, but for the bundle.
const PRODUCTION: [(&str, &str); 5] = [
    ("APP_ENV", "production"),
    ("PUBLIC_URL", "https://site.example"),
    ("DATABASE_URL", "sqlite:///nonexistent/test.db"),
    ("SESSION_SECRETS", SECRET),
    ("TRUST_PROXY", "1"),
];

#[test]
fn where_the_log_is_json_it_is_one_line_of_that() {
    let directory = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    let site = site(elsewhere.path());
    let (taken, site) = (taken.as_str(), site.to_str().unwrap());
    let nowhere = "sqlite:///dev/null/test.db";
    for (more, code, reason) in [
        (&[("SESSION_TTL", "soon"), ("PUBLIC_URL", "")][..], 2, "SESSION_TTL=soon"),
        (&[("APP_ENV", "staging"), ("LOG_FORMAT", "json")], 2, "APP_ENV=staging"),
        (&[("RUST_LOG", "off")], 1, "SITE_ROOT"),
        (&[("SITE_ROOT", site), ("SITE_ADDR", taken)], 1, "SITE_ADDR"),
        (&[("SITE_ROOT", site), ("SITE_ADDR", "127.0.0.1:0"), ("DATABASE_URL", nowhere)], 1, "DATABASE_URL"),
    ] {
        let (found, output, errors) =
            run(server(directory.path()).envs(PRODUCTION).envs(more.iter().copied()));
        assert_eq!((found, errors.as_str()), (code, ""), "{reason}: {output}");
        assert_eq!(output.lines().count(), 1, "{output}");
        let event: Value = serde_json::from_str(&output).unwrap();
        assert_eq!(
            (&event["event"], &event["level"]),
            (&"sys_start_failed".into(), &"ERROR".into()),
            "{output}"
        );
        assert!(event["message"].as_str().is_some_and(|message| message.contains(reason)), "{output}");
        assert!(!output.contains(SECRET));
    }
}

#[test]
fn elsewhere_it_is_text_for_people() {
    let directory = tempfile::tempdir().unwrap();
    for more in [("LOG_FORMAT", "pretty"), ("APP_ENV", "staging")] {
        let (code, output, errors) =
            run(server(directory.path()).envs(PRODUCTION).envs([more, ("SESSION_TTL", "soon")]));
        assert_eq!((code, output.as_str()), (2, ""), "{errors}");
        assert!(errors.starts_with("error: ") && errors.contains("SESSION_TTL=soon"), "{errors}");
    }
    // Commands are for people, whatever the log of the server looks like.
    let (code, output, errors) =
        run(server(directory.path()).args(["sessions", "stats"]).envs(PRODUCTION).env("SESSION_TTL", "soon"));
    assert_eq!((code, output.as_str()), (2, ""), "{errors}");
    assert!(errors.starts_with("error: "), "{errors}");
}

/// What a server logs while `ask` sends it requests, until it has stopped.
fn logged(directory: &Path, variables: &[(&str, &str)], ask: impl FnOnce(&Running)) -> Vec<Value> {
    let log = directory.join("log");
    let running = Running::start_by(directory, variables, || {
        let mut command = server(directory);
        command.stdout(File::create(&log).unwrap());
        command
    });
    ask(&running);
    running.signal("TERM");
    assert!(running.ended().success());
    let text = fs::read_to_string(&log).unwrap();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The files that a start says it has made, each with the level of its line.
fn made(directory: &Path, variables: &[(&str, &str)]) -> Vec<(String, String)> {
    let lines = logged(directory, variables, |_| ()).into_iter();
    let lines = lines.filter(|line| line["event"] == "sys_store_created");
    let said = |value: &Value| value.as_str().unwrap().to_owned();
    lines.map(|line| (said(&line["file"]), said(&line["level"]))).collect()
}

#[test]
fn a_proxy_that_does_not_name_its_clients_is_told_once() {
    let directory = tempfile::tempdir().unwrap();
    let variables = [("LOG_FORMAT", "json"), ("SESSION_SECRETS", SECRET), ("TRUST_PROXY", "2")];
    let told = |ask: &[(&str, &str)]| {
        let lines = logged(directory.path(), &variables, |running| {
            for (line, headers) in ask {
                assert!(running.request(line, headers, "").starts_with("HTTP/1.1 200 "), "{line}");
            }
        });
        let told = lines.into_iter().filter(|line| line["event"] == "sys_proxy_missing");
        told.map(|line| line["found"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let named = "X-Forwarded-For: 192.0.2.1, 192.0.2.2\r\n";
    assert!(told(&[("GET /", named), ("GET /healthz", ""), ("GET /readyz", "")]).is_empty());
    assert_eq!(told(&[("GET /", named), ("GET /", "X-Forwarded-For: 192.0.2.1\r\n"), ("GET /", "")]), [1]);
}

/// A lost file, or a mistyped path, is an empty site.
#[test]
fn on_a_public_site_each_database_that_is_made_is_told_once() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (accounts, sessions) = (at("accounts.db"), at("sessions.db"));
    let public = |env, database: &str, sessions: &str| {
        let stores = [("DATABASE_URL", database), ("SESSION_STORE", sessions)];
        let stores = stores.map(|(name, path)| (name, format!("sqlite://{path}")));
        let said = [("APP_ENV", env), ("LOG_FORMAT", "json")].map(|(name, value)| (name, value.to_owned()));
        let all: BTreeMap<&str, String> = PRODUCTION
            .map(|(name, value)| (name, value.to_owned()))
            .into_iter()
            .chain(stores)
            .chain(said)
            .collect();
        made(directory.path(), &all.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
    };
    let told = |path: &str| (path.to_owned(), "WARN".to_owned());
    assert_eq!(public("production", &accounts, &accounts), [told(&accounts)]);
    assert_eq!(public("production", &accounts, &sessions), [told(&sessions)]);
    assert!(public("production", &accounts, &sessions).is_empty());
    fs::remove_file(&accounts).unwrap();
    assert_eq!(public("production", &accounts, &sessions), [told(&accounts)]);
    let demo = at("demo.db");
    assert_eq!(public("demo", &demo, &demo), [told(&demo)]);

    let elsewhere = format!("sqlite://{}", at("development.db"));
    let variables =
        [("LOG_FORMAT", "json"), ("DATABASE_URL", elsewhere.as_str()), ("SESSION_SECRETS", SECRET)];
    assert!(made(directory.path(), &variables).is_empty());
}
