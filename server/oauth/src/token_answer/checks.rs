//! What holds for any answer of a token endpoint. Tried by the corpus in `fuzz/`, by fuzzers, and by a property test.

use std::sync::LazyLock;

use http::header;
use serde_json::Value;
use url::Url;

use super::TokenEndpoint;
use crate::config::{ClientAuth, Endpoints, ProviderConfig, ProviderKind, UserinfoFields};
use crate::http::HttpClient;
use crate::registry::{Provider, Route};

pub(crate) const TYPES: [&str; 4] =
    ["application/json", "application/x-www-form-urlencoded", "text/plain", "text/html"];

/// Never contacted. Making its client takes a while.
static ACME: LazyLock<Option<(Provider, Route)>> = LazyLock::new(|| {
    let url = |path: &str| Url::parse(&format!("https://as.example/{path}")).ok();
    let endpoints =
        Endpoints { auth_url: url("authorize")?, token_url: url("token")?, userinfo_url: url("userinfo")? };
    let kind = ProviderKind::Plain { endpoints, issuer: None, fields: UserinfoFields::default() };
    let config = ProviderConfig {
        name: "acme".to_owned(),
        label: "Acme".to_owned(),
        client_id: "client".to_owned(),
        client_secret: "secret".to_owned(),
        scopes: Vec::new(),
        client_auth: ClientAuth::Basic,
        kind,
    };
    let route = Route {
        openid: None,
        auth_url: url("authorize")?,
        token_url: url("token")?,
        userinfo_url: None,
        client_auth_methods: None,
    };
    Some((Provider::new(config, HttpClient::new().ok()?), route))
});

/// The first byte says which content type and whether it is a success, the rest is the body.
///
/// # Panics
/// If [`check`] does.
pub fn any_answer(bytes: &[u8]) {
    let Some((first, body)) = bytes.split_first() else { return };
    let status = if first & 4 == 0 { 200 } else { 400 + u16::from(first >> 3) };
    check(status, TYPES[usize::from(first & 3)], body.to_vec());
}

/// What is taken for tokens came with a success and has one; what is told of anything else is one line of a bounded length,
/// whatever the provider wrote.
///
/// # Panics
/// If that does not hold.
pub(crate) fn check(status: u16, content_type: &str, body: Vec<u8>) {
    let Some((provider, route)) = &*ACME else { panic!("the provider is made of constants") };
    let answer = http::Response::builder().status(status).header(header::CONTENT_TYPE, content_type);
    let Ok(answer) = answer.body(body) else { panic!("{status} {content_type} is no answer") };
    match (TokenEndpoint { provider, route }.tokens(&answer)) {
        Ok(tokens) => {
            assert!((200..300).contains(&status));
            assert!(tokens["access_token"].as_str().is_some_and(|token| !token.trim().is_empty()));
            assert_eq!(tokens["token_type"], Value::from("bearer"));
        }
        Err(error) => {
            let shown = error.to_string();
            assert!(shown.len() < 1000 && !shown.contains(char::is_control), "{shown}");
        }
    }
}
