//! How a start that fails says so.

use std::net::TcpListener;

use serde_json::Value;

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
