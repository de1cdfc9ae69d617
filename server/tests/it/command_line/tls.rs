//! Stores over TLS, selected by the URL alone: the certificate is checked.

use std::ffi::OsStr;

use test_servers::{Kind, own_over_tls, required};

use crate::command_line::mistakes::make_accounts;
use crate::command_line::running::Running; // slim: mongodb/postgres
use crate::command_line::{run, server};

/// `sessions stats` queries the session store and the database.
fn stats(sessions: &str, database: &str, trusted: Option<&OsStr>) -> (i32, String, String) {
    let directory = tempfile::tempdir().unwrap();
    // Commands refuse a database without the table `account_schema`.
    make_accounts(&directory.path().join("test.db"));
    let mut stats = server(directory.path());
    stats.args(["sessions", "stats"]).env("SESSION_STORE", sessions).env("DATABASE_URL", database);
    // With this variable, OpenSSL and rustls trust the certificate authorities in this file instead of those
    // of the operating system.
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

// slim: mongodb/postgres
/// Both stores on a server that speaks TLS. `wary` is the URL parameter that has the certificate checked;
/// `authority` is the parameter that names the authority to trust.
fn by_the_url_alone(kind: Kind, wary: &str, authority: &str) {
    let Some(server) = required(own_over_tls(kind)) else { return };
    let wary = format!("{}?{wary}", server.fresh_url());
    let trusting = format!("{wary}&{authority}={}", server.authority().unwrap().display());
    // The first start creates the tables that the commands require.
    let directory = tempfile::tempdir().unwrap();
    let both = [("SESSION_STORE", trusting.as_str()), ("DATABASE_URL", trusting.as_str())];
    drop(Running::start(directory.path(), &both));
    works(stats(&trusting, &trusting, None));
    distrusts(stats(&wary, &wary, None));
}
// slim: end

// slim: postgres
#[test]
fn postgres() {
    by_the_url_alone(Kind::Postgres, "sslmode=verify-full", "sslrootcert");
}
// slim: end

// slim: mongodb
#[test]
fn mongodb() {
    by_the_url_alone(Kind::MongoDb, "tls=true", "tlsCAFile");
}
// slim: end

// slim: postgres
#[test]
fn postgres_that_speaks_no_tls_is_refused_where_tls_is_asked_for() {
    let Some(server) = required(test_servers::own(Kind::Postgres)) else { return };
    let url = format!("{}?sslmode=require", server.fresh_url());
    let (code, _, errors) = stats(&url, &url, None);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("TLS"), "{errors}");
}
// slim: end

// slim: redis
#[test]
fn redis() {
    let Some(server) = required(own_over_tls(Kind::Redis)) else { return };
    works(stats(&server.fresh_url(), "sqlite://test.db", Some(server.authority().unwrap().as_os_str())));
    distrusts(stats(&server.fresh_url(), "sqlite://test.db", None));
}
// slim: end
