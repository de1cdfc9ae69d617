//! OAuth 2.0 without OpenID Connect, and everything the kinds have in common.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::name::SLUG;
use http::StatusCode;
use oauth::OAuthError;
use oauth::attempt::{Attempts, Intent, LIFETIME};
use oauth::callback::Callback;
use oauth::config::{ClientAuth, ProviderConfig, UserinfoFields};
use oauth::flow;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::oauth::fake::{
    ACCESS_TOKEN, CLIENT_ID, CODE, Fake, Reply, assert_failed, parameters, redirect_uri,
};

#[tokio::test]
async fn the_browser_is_sent_with_a_code_request_pkce_and_a_state() {
    let fake = Fake::spawn().await;
    let (url, attempt) = fake.start(&fake.plain()).await;
    assert!(url.as_str().starts_with(&fake.url("/authorize?tenant=1&")), "{url}");
    let asked = parameters(&url);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&attempt.pkce_verifier));
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", redirect_uri().as_str()),
        ("scope", "openid email profile"),
        ("state", &attempt.state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(asked.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(!asked.contains_key("nonce"));
    assert!(!url.as_str().contains(&attempt.pkce_verifier));
}

#[tokio::test]
async fn nothing_is_the_same_in_two_attempts() {
    let fake = Fake::spawn().await;
    let provider = fake.plain();
    let (_, one) = fake.start(&provider).await;
    let (_, two) = fake.start(&provider).await;
    assert_ne!(one.state, two.state);
    assert_ne!(one.pkce_verifier, two.pkce_verifier);
    let provider = fake.openid();
    let (_, one) = fake.start(&provider).await;
    let (_, two) = fake.start(&provider).await;
    assert!(one.nonce.is_some() && one.nonce != two.nonce);
}

#[tokio::test]
async fn a_person_logs_in() {
    let fake = Fake::spawn().await;
    fake.script().userinfo = Reply::Json(
        StatusCode::OK,
        json!({"sub": "subject-1", "email": "ann@example.com", "email_verified": true, "name": "Ann"}),
    );
    let provider = fake.plain();
    let (_, attempt) = fake.start(&provider).await;
    assert_eq!(attempt.return_to, "/history");
    let verifier = attempt.pkce_verifier.clone();
    let person = fake.come_back(&provider, attempt, "").await.unwrap();
    assert_eq!((person.provider.as_str(), person.subject.as_str()), ("acme", "subject-1"));
    assert_eq!(person.email.as_deref(), Some("ann@example.com"));
    assert!(person.email_verified);
    assert_eq!(person.name.as_deref(), Some("Ann"));

    let script = fake.script();
    let sent = &script.token_requests[0];
    assert_eq!(sent.form["grant_type"], "authorization_code");
    assert_eq!(sent.form["code"], CODE);
    assert_eq!(sent.form["redirect_uri"], redirect_uri().as_str());
    assert_eq!(sent.form["code_verifier"], verifier);
    assert!(!sent.form.contains_key("client_secret"));
    let basic = STANDARD.encode(format!("{CLIENT_ID}:s3cret%3A+with%2Fblanks"));
    assert_eq!(sent.headers["authorization"], format!("Basic {basic}"));
    assert_eq!(script.userinfo_requests[0].headers["authorization"], format!("Bearer {ACCESS_TOKEN}"));
    let agent = script.userinfo_requests[0].headers["user-agent"].to_str().unwrap();
    assert_eq!(agent.split_once('/').unwrap().0, SLUG);
}

#[tokio::test]
async fn a_provider_can_want_the_secret_in_the_form() {
    let fake = Fake::spawn().await;
    let config = ProviderConfig { client_auth: ClientAuth::Post, ..fake.plain().config().clone() };
    let provider = fake.with(config);
    let (_, attempt) = fake.start(&provider).await;
    fake.come_back(&provider, attempt, "").await.unwrap();
    let sent = fake.script().token_requests[0].clone();
    assert_eq!(sent.form["client_secret"], "s3cret: with/blanks");
    assert!(!sent.headers.contains_key("authorization"));
}

#[tokio::test]
async fn the_keys_of_the_answer_are_configurable() {
    let fake = Fake::spawn().await;
    fake.script().userinfo = Reply::Json(
        StatusCode::OK,
        json!({"uid": 42, "sub": "no", "mail": "ann@example.com", "confirmed": "true", "nick": "Ann"}),
    );
    let fields = UserinfoFields {
        subject: "uid".to_owned(),
        email: "mail".to_owned(),
        email_verified: "confirmed".to_owned(),
        name: "nick".to_owned(),
    };
    let provider = fake.plain_with(fields, None);
    let (_, attempt) = fake.start(&provider).await;
    let person = fake.come_back(&provider, attempt, "").await.unwrap();
    assert_eq!(person.subject, "42");
    assert_eq!(person.email.as_deref(), Some("ann@example.com"));
    assert!(person.email_verified);
    assert_eq!(person.name.as_deref(), Some("Ann"));
}

#[tokio::test]
async fn without_a_usable_subject_there_is_no_person() {
    let fake = Fake::spawn().await;
    let provider = fake.plain();
    for answer in [
        json!({"email": "ann@example.com"}),
        json!({"sub": ""}),
        json!({"sub": null}),
        json!({"sub": 1.5}),
        json!({"sub": ["a"]}),
        json!({"sub": "a\nb"}),
        json!({"sub": "x".repeat(256)}),
    ] {
        fake.script().userinfo = Reply::Json(StatusCode::OK, answer);
        let (_, attempt) = fake.start(&provider).await;
        assert_failed(fake.come_back(&provider, attempt, "").await, "subject");
    }
}

#[tokio::test]
async fn an_address_is_verified_only_if_the_provider_says_so_clearly() {
    let fake = Fake::spawn().await;
    let provider = fake.plain();
    for (answer, verified) in [
        (json!({"sub": "a", "email": "ann@example.com"}), false),
        (json!({"sub": "a", "email": "ann@example.com", "email_verified": 1}), true),
        (json!({"sub": "a", "email": "ann@example.com", "email_verified": "yes"}), false),
        (json!({"sub": "a", "email_verified": true}), false),
        (json!({"sub": "a", "email": " ", "email_verified": true}), false),
        (json!({"sub": "a", "email": "ann@example.com", "email_verified": true}), true),
    ] {
        fake.script().userinfo = Reply::Json(StatusCode::OK, answer.clone());
        let (_, attempt) = fake.start(&provider).await;
        let person = fake.come_back(&provider, attempt, "").await.unwrap();
        assert_eq!(person.email_verified, verified, "{answer}");
    }
}

#[tokio::test]
async fn a_no_at_the_provider_reaches_no_token_endpoint() {
    let fake = Fake::spawn().await;
    let provider = fake.plain();
    let (_, attempt) = fake.start(&provider).await;
    let callback = Callback::parse(&format!("error=access_denied&state={}", attempt.state)).unwrap();
    let outcome = flow::finish(&provider, &redirect_uri(), attempt, callback, fake.now()).await;
    assert_eq!(outcome.unwrap_err(), OAuthError::Denied);
    assert!(fake.script().token_requests.is_empty());
}

#[tokio::test]
async fn an_answer_is_accepted_once() {
    let fake = Fake::spawn().await;
    let provider = fake.plain();
    let (_, attempt) = fake.start(&provider).await;
    let state = attempt.state.clone();
    let mut session = Attempts::default();
    session.add(attempt, fake.now());
    for expected in [true, false] {
        let taken = session.take("acme", &state, fake.now());
        assert_eq!(taken.is_some(), expected);
        if let Some(attempt) = taken {
            fake.come_back(&provider, attempt, "").await.unwrap();
        }
    }
    assert_eq!(fake.script().token_requests.len(), 1);
}

#[tokio::test]
async fn an_attempt_of_another_state_provider_time_or_endpoint_is_refused() {
    let fake = Fake::spawn().await;
    let provider = fake.plain();
    let (_, attempt) = fake.start(&provider).await;
    let callback = Callback::parse(&format!("code={CODE}&state={}", attempt.state)).unwrap();
    let finish = async |attempt, callback, now| {
        assert_failed(flow::finish(&provider, &redirect_uri(), attempt, callback, now).await, "");
    };
    let mut other = attempt.clone();
    other.provider = "google".to_owned();
    finish(other, callback.clone(), fake.now()).await;
    let mut other = attempt.clone();
    other.state = "another".to_owned();
    finish(other, callback.clone(), fake.now()).await;
    let mut other = attempt.clone();
    other.token_url = "https://evil.example/token".to_owned();
    finish(other, callback.clone(), fake.now()).await;
    let mut other = attempt.clone();
    other.issuer = Some("https://evil.example".to_owned());
    finish(other, callback.clone(), fake.now()).await;
    finish(attempt, callback, fake.now() + LIFETIME).await;
    assert!(fake.script().token_requests.is_empty());
}

#[tokio::test]
async fn an_issuer_in_the_callback_must_be_the_one_asked() {
    let fake = Fake::spawn().await;
    let known = fake.plain_with(UserinfoFields::default(), Some("https://as.example/a".to_owned()));
    let unknown = fake.plain();
    let own_origin = format!("&iss={}/tenant", fake.url(""));
    for (provider, iss, right) in [
        (&known, "&iss=https%3A%2F%2Fas.example%2Fa", true),
        (&known, "&iss=https%3A%2F%2Fas.example%2Fa%2F", false),
        (&known, "&iss=", false),
        (&known, "", false),
        (&unknown, "", true),
        (&unknown, own_origin.as_str(), true),
        (&unknown, "&iss=https%3A%2F%2Fevil.example", false),
        (&unknown, "&iss=", false),
    ] {
        fake.script().token_requests.clear();
        let (_, attempt) = fake.start(provider).await;
        let outcome = fake.come_back(provider, attempt, iss).await;
        assert_eq!(outcome.is_ok(), right, "{iss}: {outcome:?}");
        assert_eq!(fake.script().token_requests.len(), usize::from(right), "{iss}");
    }
}

#[tokio::test]
async fn a_fresh_login_asks_plain_providers_nothing_they_do_not_know() {
    let fake = Fake::spawn().await;
    let (url, attempt) = fake.start_as(&fake.plain(), Intent::FreshLogIn).await;
    assert_eq!(attempt.intent, Intent::FreshLogIn);
    assert!(!parameters(&url).contains_key("prompt"));
}
