//! Providers that are slow, broken or hostile on the wire.

use axum::Router;
use http::StatusCode;
use oauth::http::{HttpClient, HttpError, Limits};
use oauth::{ExternalPerson, OAuthError};
use serde_json::json;
use test_servers::{Certificates, required};

use crate::instances::tls_listener::TlsListener;
use crate::oauth::fake::{Fake, Reply, assert_failed};
use crate::support::browser::client_that_trusts;

async fn log_in(fake: &Fake) -> Result<ExternalPerson, OAuthError> {
    let provider = fake.plain();
    let (_, attempt) = fake.start(&provider).await;
    fake.come_back(&provider, attempt, "").await
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let fake = Fake::spawn().await;
    let to = fake.url("/canary");
    fake.script().token = Reply::RedirectTo(to.clone());
    assert_failed(log_in(&fake).await, "token endpoint");
    fake.script().token = Reply::Json(StatusCode::OK, json!({"access_token": "t", "token_type": "Bearer"}));
    fake.script().userinfo = Reply::RedirectTo(to);
    assert_failed(log_in(&fake).await, "userinfo");
    assert_eq!(fake.script().canary_hits, 0);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_unavailable() {
    let fake = Fake::spawn().await;
    for reply in [Reply::Hang, Reply::Json(StatusCode::INTERNAL_SERVER_ERROR, json!({"error": "x"}))] {
        fake.script().token = reply;
        let started = std::time::Instant::now();
        assert!(matches!(log_in(&fake).await, Err(OAuthError::Unavailable(_))));
        assert!(started.elapsed().as_secs() < 3);
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_unavailable() {
    let fake = Fake::spawn().await;
    let mut config = fake.plain().config().clone();
    // Bound and released: nothing listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let oauth::config::ProviderKind::Plain { endpoints, .. } = &mut config.kind else { unreachable!() };
    endpoints.token_url = format!("http://{free}/token").parse().unwrap();
    let provider = fake.with(config);
    let (_, attempt) = fake.start(&provider).await;
    let outcome = fake.come_back(&provider, attempt, "").await;
    assert!(matches!(outcome, Err(OAuthError::Unavailable(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_huge_answer_is_not_read_to_its_end() {
    let fake = Fake::spawn().await;
    fake.script().token = Reply::Bytes(2 * 1024 * 1024);
    assert_failed(log_in(&fake).await, "too large");
}

#[tokio::test]
async fn answers_that_are_none_fail() {
    let fake = Fake::spawn().await;
    for answer in [
        json!({}),
        json!("text"),
        json!([]),
        json!({"token_type": "Bearer"}),
        json!({"access_token": "", "token_type": "Bearer"}),
        json!({"access_token": "t", "token_type": "mac"}),
        json!({"access_token": "t", "token_type": ["Bearer"]}),
        json!({"access_token": 1, "token_type": "Bearer"}),
        json!({"access_token": "t", "error": "invalid_scope"}),
    ] {
        fake.script().token = Reply::Json(StatusCode::OK, answer.clone());
        assert_failed(log_in(&fake).await, "token endpoint");
        assert!(fake.script().userinfo_requests.is_empty(), "{answer}");
    }
}

#[tokio::test]
async fn what_the_provider_writes_into_an_error_is_not_repeated() {
    let fake = Fake::spawn().await;
    let error = json!({"error": "invalid_grant", "error_description": "<script>code-1</script>"});
    fake.script().token = Reply::Json(StatusCode::BAD_REQUEST, error);
    let error = log_in(&fake).await.unwrap_err();
    assert_eq!(error.to_string(), "failed: token endpoint: invalid_grant");
}

fn post(url: &str) -> http::Request<Vec<u8>> {
    let mut request = http::Request::new(b"grant_type=authorization_code".to_vec());
    *request.method_mut() = http::Method::POST;
    *request.uri_mut() = url.parse().unwrap();
    request
}

/// Its authority is none of those that the machine knows.
#[tokio::test]
async fn a_provider_that_no_known_authority_vouches_for_gets_no_request() {
    let directory = tempfile::tempdir().unwrap();
    let Some(certificates) = required(Certificates::make(directory.path())) else { return };
    let listener = TlsListener::bind(&certificates, None).await;
    let url = format!("https://localhost:{}/token", listener.port());
    let provider = Router::new().fallback(async || "{}");
    tokio::spawn(async move { axum::serve(listener, provider).await.unwrap() });
    let client = HttpClient::with_limits(Limits::default()).unwrap();
    assert_eq!(client.send(post(&url)).await.unwrap_err(), HttpError::Unreachable);
    // There is nothing else wrong with it.
    let trusting = client_that_trusts(&certificates.authority);
    assert_eq!(trusting.post(&url).send().await.unwrap().status(), StatusCode::OK);
}

/// Node.js, for one, closes a connection five seconds after its last response, when another request may
/// already be on its way.
#[tokio::test]
async fn a_provider_that_closes_idle_connections_loses_no_request() {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut lines = BufReader::new(socket).lines();
                while lines.next_line().await.unwrap().is_some_and(|line| !line.is_empty()) {}
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                lines.get_mut().write_all(answer).await.unwrap();
                // It seems open until the next request comes, which is not answered.
                let _ = lines.next_line().await;
            });
        }
    });
    let client = HttpClient::with_limits(Limits::default()).unwrap();
    for _ in 0..3 {
        let answer = client.send(post(&format!("http://{address}/token"))).await;
        assert_eq!(answer.unwrap().status(), StatusCode::OK);
    }
}
