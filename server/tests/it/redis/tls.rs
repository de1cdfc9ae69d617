//! `rediss://`: the connection is encrypted, and certificates are checked.

use std::fs;

use redis::{Client, TlsCertificates};
use session_rows::SessionRows;
use sessions::store::redis::{PREFIX, RedisRows};
use test_servers::{Kind, own_over_tls, required};

use crate::redis::support::{Redis, TIMEOUT, anonymous, create, is_there, own};

#[tokio::test]
async fn a_store_over_tls_works_and_believes_no_unknown_authority() {
    let Some(server) = required(own_over_tls(Kind::Redis)) else { return };
    let url = server.url();
    let ca = fs::read(server.authority().unwrap()).unwrap();
    // As the server does for its own connections; the store does so as well, but a bit later.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let trusting = Client::build_with_tls(url, TlsCertificates { client_tls: None, root_cert: Some(ca) });
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
    // And nothing is sent in the clear by accident: this one works.
    assert!(Redis::at(server.url()).await.rows.ping().await.is_ok());
}
