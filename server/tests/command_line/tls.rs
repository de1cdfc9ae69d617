//! Stores over TLS, by nothing but their URL: the certificate is checked.

use std::ffi::OsStr;

use test_servers::{Kind, own_over_tls, required};

use crate::{run, server};

/// `sessions stats` asks the session store and the database.
fn stats(sessions: &str, database: &str, trusted: Option<&OsStr>) -> (i32, String, String) {
    let directory = tempfile::tempdir().unwrap();
    let mut stats = server(directory.path());
    stats.args(["sessions", "stats"]).env("SESSION_STORE", sessions).env("DATABASE_URL", database);
    // The bundle of authorities that OpenSSL's programs, and rustls for the operating system's, trust instead.
    if let Some(trusted) = trusted {
        stats.env("SSL_CERT_FILE", trusted);
    }
    run(&mut stats)
}

fn works((code, output, errors): (i32, String, String)) {
    assert_eq!(code, 0, "{errors}");
    assert_eq!(output.split_whitespace().filter(|word| *word == "0").count(), 3, "{output}");
}

fn distrusts((code, _, errors): (i32, String, String)) {
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("certificate"), "{errors}");
}

#[test]
fn postgres_with_verify_full() {
    let Some(server) = required(own_over_tls(Kind::Postgres)) else { return };
    let authority = server.authority().unwrap().display().to_string();
    let url = server.fresh_url();
    let trusting = format!("{url}?sslmode=verify-full&sslrootcert={authority}");
    works(stats(&trusting, &trusting, None));
    let wary = format!("{url}?sslmode=verify-full");
    distrusts(stats(&wary, &wary, None));
}

#[test]
fn postgres_that_speaks_no_tls_is_refused_where_tls_is_asked_for() {
    let Some(server) = required(test_servers::own(Kind::Postgres)) else { return };
    let url = format!("{}?sslmode=require", server.fresh_url());
    let (code, _, errors) = stats(&url, &url, None);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("TLS"), "{errors}");
}

#[test]
fn redis() {
    let Some(server) = required(own_over_tls(Kind::Redis)) else { return };
    works(stats(&server.fresh_url(), "sqlite://trainer.db", Some(server.authority().unwrap().as_os_str())));
    distrusts(stats(&server.fresh_url(), "sqlite://trainer.db", None));
}

#[test]
fn mongodb() {
    let Some(server) = required(own_over_tls(Kind::MongoDb)) else { return };
    let authority = server.authority().unwrap().display().to_string();
    let url = server.fresh_url();
    let trusting = format!("{url}?tls=true&tlsCAFile={authority}");
    works(stats(&trusting, &trusting, None));
    let wary = format!("{url}?tls=true");
    distrusts(stats(&wary, &wary, None));
}
