//! `rediss://`: the connection is encrypted, and certificates are checked.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use redis::{Client, TlsCertificates};
use server::session::rows::SessionRows;
use server::session::store::redis::{PREFIX, RedisRows};

use crate::support::{Redis, TIMEOUT, anonymous, create, is_there, own};

/// Makes an authority and a certificate for `localhost` in this directory.
fn certificates(directory: &Path) {
    let config =
        "[req]\ndistinguished_name=name\n[name]\n[server]\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n";
    fs::write(directory.join("config"), config).unwrap();
    for command in [
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=Test-CA",
        "req -newkey rsa:2048 -nodes -keyout key.pem -out request.pem -config config -subj /CN=localhost",
        "x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out cert.pem \
         -extfile config -extensions server",
    ] {
        let done = Command::new("openssl").args(command.split_whitespace()).current_dir(directory).output();
        let done = done.unwrap_or_else(|error| panic!("the tests of TLS need the program openssl: {error}"));
        assert!(done.status.success(), "{command}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

#[tokio::test]
async fn a_store_over_tls_works_and_believes_no_unknown_authority() {
    let directory = tempfile::tempdir().unwrap();
    certificates(directory.path());
    let file = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let arguments = ["--tls-port", &port, "--tls-auth-clients", "no", "--tls-cert-file", &file("cert.pem")];
    let keys = ["--tls-key-file", &file("key.pem")];
    let Some(_server) = own(&[&arguments[..], &keys].concat()) else { return };

    let url = format!("rediss://localhost:{port}/");
    let ca = fs::read(file("ca.pem")).unwrap();
    // As the server does for its own connections; the store does so as well, but a bit later.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let trusting =
        Client::build_with_tls(url.as_str(), TlsCertificates { client_tls: None, root_cert: Some(ca) });
    let rows = RedisRows::new(trusting.unwrap(), PREFIX, TIMEOUT);
    create(&rows, &anonymous(1)).await;
    assert!(is_there(&rows, 1).await);

    let wary = RedisRows::new(Client::open(url).unwrap(), PREFIX, TIMEOUT);
    let error = wary.ping().await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[tokio::test]
async fn tls_with_a_server_that_speaks_none_is_an_error() {
    let Some(server) = own(&[]) else { return };
    let url = server.url().replace("redis://", "rediss://");
    let rows = RedisRows::new(Client::open(url).unwrap(), PREFIX, TIMEOUT);
    assert!(rows.ping().await.is_err());
    // And the other way round nothing is sent in the clear by accident: this one works.
    assert!(Redis::at(server.url()).await.rows.ping().await.is_ok());
}
