//! OpenID Connect: discovery, keys, issuer and userinfo. Invalid tokens are tested in `openid_tokens`.

use http::StatusCode;
use oauth::OAuthError;
use oauth::attempt::Intent;
use oauth::config::ProviderKind;
use oauth::flow;
use serde_json::json;
use time::Duration;

use crate::oauth::fake::{ACCESS_TOKEN, Fake, Reply, assert_failed, parameters, redirect_uri};
use crate::oauth::key::Key;

#[tokio::test]
async fn a_person_logs_in() {
    let fake = Fake::spawn().await;
    let key = Key::new("one");
    fake.publish(&[&key]);
    let provider = fake.openid();
    let (url, attempt) = fake.start(&provider).await;
    assert_eq!(parameters(&url).get("nonce"), attempt.nonce.as_ref());
    assert!(!parameters(&url).contains_key("max_age"));
    fake.answer_with_id_token(&key.sign(&fake.claims(&attempt)));
    let person = fake.come_back(&provider, attempt, "").await.unwrap();
    assert_eq!((person.provider.as_str(), person.subject.as_str()), ("acme", "subject-1"));
    assert_eq!(person.email.as_deref(), Some("ann@example.com"));
    assert!(person.email_verified);
    assert_eq!(person.name.as_deref(), Some("Ann"));
    // The address was in the token, so no request is needed.
    assert!(fake.script().userinfo_requests.is_empty());
}

#[tokio::test]
async fn an_address_that_is_not_in_the_token_is_asked_for() {
    let fake = Fake::spawn().await;
    let key = Key::new("one");
    fake.publish(&[&key]);
    let provider = fake.openid();
    for (subject, right) in [("subject-1", true), ("subject-2", false)] {
        let answer =
            json!({"sub": subject, "email": "ann@example.com", "email_verified": true, "name": "Other"});
        fake.script().userinfo = Reply::Json(StatusCode::OK, answer);
        let (_, attempt) = fake.start(&provider).await;
        let mut claims = fake.claims(&attempt);
        claims.as_object_mut().unwrap().remove("email");
        fake.answer_with_id_token(&key.sign(&claims));
        let outcome = fake.come_back(&provider, attempt, "").await;
        if right {
            let person = outcome.unwrap();
            assert_eq!(person.email.as_deref(), Some("ann@example.com"));
            assert_eq!(person.name.as_deref(), Some("Ann"));
        } else {
            assert_failed(outcome, "another person");
        }
    }
    let seen = fake.script().userinfo_requests[0].clone();
    assert_eq!(seen.headers["authorization"], format!("Bearer {ACCESS_TOKEN}"));
}

#[tokio::test]
async fn an_answer_without_an_id_token_fails() {
    let fake = Fake::spawn().await;
    let provider = fake.openid();
    let (_, attempt) = fake.start(&provider).await;
    assert_failed(fake.come_back(&provider, attempt, "").await, "no ID token");
}

#[tokio::test]
async fn the_issuer_must_come_along_if_the_provider_says_so_and_be_right_in_any_case() {
    let fake = Fake::spawn().await;
    let key = Key::new("one");
    fake.publish(&[&key]);
    let right = format!("&iss={}", fake.url(""));
    let slash = format!("&iss={}/", fake.url(""));
    for (advertised, iss, accepted) in [
        (false, "", true),
        (false, right.as_str(), true),
        (false, "&iss=https%3A%2F%2Fevil.example", false),
        (true, "", false),
        (true, right.as_str(), true),
        (true, slash.as_str(), false),
    ] {
        fake.script().metadata["authorization_response_iss_parameter_supported"] = json!(advertised);
        fake.script().token_requests.clear();
        let provider = fake.openid();
        let (_, attempt) = fake.start(&provider).await;
        fake.answer_with_id_token(&key.sign(&fake.claims(&attempt)));
        let outcome = fake.come_back(&provider, attempt, iss).await;
        assert_eq!(outcome.is_ok(), accepted, "{advertised} {iss}: {outcome:?}");
        assert_eq!(fake.script().token_requests.len(), usize::from(accepted), "{advertised} {iss}");
    }
}

async fn start_error(fake: &Fake, kind: ProviderKind) -> OAuthError {
    let provider = fake.provider(kind);
    let started = flow::start(&provider, &redirect_uri(), "/".to_owned(), Intent::LogIn, fake.now()).await;
    started.map(|(url, _)| url).unwrap_err()
}

#[tokio::test]
async fn metadata_that_is_not_ours_or_not_safe_is_refused() {
    let fake = Fake::spawn().await;
    let issuer = fake.url("");
    let own = || ProviderKind::OpenId { issuer: issuer.clone() };
    let right = fake.script().metadata.clone();
    for (field, value, reason) in [
        ("issuer", json!(format!("{issuer}/")), "issuer"),
        ("issuer", json!("https://other.example"), "issuer"),
        ("token_endpoint", json!("http://as.example/token"), "not safe"),
        ("jwks_uri", json!("ftp://as.example/keys"), "not safe"),
        ("code_challenge_methods_supported", json!(["plain"]), "PKCE"),
        ("authorization_endpoint", json!(null), "not understood"),
    ] {
        let mut metadata = right.clone();
        metadata[field] = value;
        fake.script().metadata = metadata;
        let error = start_error(&fake, own()).await;
        assert!(error.to_string().contains(reason), "{field}: {error}");
    }
    fake.script().metadata = right;
    let slash = ProviderKind::OpenId { issuer: format!("{issuer}/") };
    let error = start_error(&fake, slash).await.to_string();
    assert!(error.contains(&format!("expected `{issuer}/`, found `{issuer}`")), "{error}");
}

#[tokio::test]
async fn discovery_is_remembered_for_an_hour() {
    let fake = Fake::spawn().await;
    let provider = fake.openid();
    for (wait, requests) in [(0, 1), (59, 1), (1, 2)] {
        fake.clock.advance(Duration::minutes(wait));
        fake.start(&provider).await;
        assert_eq!(fake.script().metadata_requests, requests);
    }
}

#[tokio::test]
async fn a_provider_that_was_away_is_asked_again() {
    let fake = Fake::spawn().await;
    let right = fake.script().metadata.clone();
    fake.script().metadata = json!({});
    let provider = fake.openid();
    for expected_requests in [1, 1] {
        let started =
            flow::start(&provider, &redirect_uri(), "/".to_owned(), Intent::LogIn, fake.now()).await;
        assert!(started.is_err());
        assert_eq!(fake.script().metadata_requests, expected_requests);
    }
    fake.script().metadata = right;
    fake.clock.advance(Duration::seconds(2));
    fake.start(&provider).await;
}

#[tokio::test]
async fn new_keys_are_fetched_once_and_not_for_every_invented_name() {
    let fake = Fake::spawn().await;
    let (old, new) = (Key::new("old"), Key::new("new"));
    fake.publish(&[&old]);
    let provider = fake.openid();
    let log_in = async |key: &Key| {
        let (_, attempt) = fake.start(&provider).await;
        fake.answer_with_id_token(&key.sign(&fake.claims(&attempt)));
        fake.come_back(&provider, attempt, "").await
    };
    log_in(&old).await.unwrap();
    assert_eq!(fake.script().key_requests, 1);

    fake.publish(&[&new]);
    fake.clock.advance(Duration::minutes(2));
    log_in(&new).await.unwrap();
    assert_eq!(fake.script().key_requests, 2);
    log_in(&new).await.unwrap();
    assert_eq!(fake.script().key_requests, 2);

    for _ in 0..5 {
        assert_failed(log_in(&Key::new("invented")).await, "unknown key");
    }
    assert_eq!(fake.script().key_requests, 2);
    fake.clock.advance(Duration::minutes(2));
    assert_failed(log_in(&Key::new("invented")).await, "unknown key");
    assert_eq!(fake.script().key_requests, 3);
    // The old key is gone for good.
    assert_failed(log_in(&old).await, "unknown key");
}

#[tokio::test]
async fn a_fresh_login_asks_for_one_and_believes_no_old_one() {
    let fake = Fake::spawn().await;
    let key = Key::new("one");
    fake.publish(&[&key]);
    let provider = fake.openid();
    for (age, accepted) in [(0, true), (3_600, false)] {
        let (url, attempt) = fake.start_as(&provider, Intent::FreshLogIn).await;
        let asked = parameters(&url);
        assert_eq!((asked["prompt"].as_str(), asked["max_age"].as_str()), ("login", "0"));
        let mut claims = fake.claims(&attempt);
        let at = claims["iat"].as_i64().unwrap() - age;
        claims["auth_time"] = json!(at);
        fake.answer_with_id_token(&key.sign(&claims));
        let outcome = fake.come_back(&provider, attempt, "").await;
        if accepted {
            assert_eq!(outcome.unwrap().auth_time, Some(at));
        } else {
            assert_failed(outcome, "anew");
        }
    }
}
