//! The demo provider with clients that violate the protocol.

use domain::form::FormFields;
use domain::name::SLUG;
use http::StatusCode;
use oauth::demo_provider::Answer;
use serde_json::Value;
use url::Url;

use crate::oauth::demo::{Demo, location, posted};
use crate::oauth::fake::parameters;

const ALLOW: [(&str, &str); 3] = [("name", "Ann"), ("email", "ann@example.com"), ("decision", "allow")];

/// The start URL with parameters replaced; an empty value removes one.
fn changed(start: &Url, changes: &[(&str, &str)]) -> Url {
    let mut pairs = parameters(start);
    for (name, value) in changes {
        pairs.insert((*name).to_owned(), (*value).to_owned());
    }
    let mut url = start.clone();
    url.query_pairs_mut().clear().extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    url
}

#[tokio::test]
async fn requests_of_strangers_are_not_redirected() {
    let demo = Demo::spawn().await;
    let (start, _) = demo.start().await;
    let slash = format!("{}/", demo.redirect_uri());
    let query = format!("{}?x=1", demo.redirect_uri());
    for change in [
        ("client_id", "another"),
        ("client_id", ""),
        ("redirect_uri", "https://evil.example/"),
        ("redirect_uri", slash.as_str()),
        ("redirect_uri", query.as_str()),
        ("redirect_uri", ""),
    ] {
        let url = changed(&start, &[change]);
        let answer = demo.http.get(url.clone()).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{change:?}");
        let mut fields: FormFields = url.query_pairs().into_owned().collect();
        ALLOW.iter().for_each(|(name, value)| fields.push(*name, *value));
        let answer = posted(&demo.demo, &fields, None, demo.clock.now()).await;
        assert!(matches!(answer, Answer::Refused(_)), "{change:?}");
    }
    let twice = format!("{start}&redirect_uri=https%3A%2F%2Fevil.example%2F");
    assert_eq!(demo.http.get(twice).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn mistakes_of_our_client_are_told_to_it() {
    let demo = Demo::spawn().await;
    let (start, attempt) = demo.start().await;
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "unsupported_response_type"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("scope", "openid admin"), "invalid_scope"),
    ] {
        let url = changed(&start, &[change]);
        let answer = demo.http.get(url.clone()).send().await.unwrap();
        assert_eq!(answer.status(), 303, "{change:?}");
        let back = location(&answer);
        assert!(back.as_str().starts_with(demo.redirect_uri().as_str()));
        let answered = parameters(&back);
        assert_eq!(answered["error"], error);
        assert_eq!(answered["state"], attempt.state);
        assert_eq!(answered["iss"], demo.public_url.join("/demo-provider").unwrap().as_str());
        // The hidden fields of the form are checked again.
        let mut fields: FormFields = url.query_pairs().into_owned().collect();
        ALLOW.iter().for_each(|(name, value)| fields.push(*name, *value));
        let Answer::Redirect { to, .. } = posted(&demo.demo, &fields, None, demo.clock.now()).await else {
            panic!("no redirect: {change:?}")
        };
        assert_eq!(parameters(&to)["error"], error);
    }
}

#[tokio::test]
async fn a_form_without_a_decision_is_refused() {
    let demo = Demo::spawn().await;
    let (start, _) = demo.start().await;
    for decision in [None, Some("maybe")] {
        let mut fields = ALLOW[..2].to_vec();
        fields.extend(decision.map(|decision| ("decision", decision)));
        assert_eq!(demo.decide(&start, &fields, "").await.status(), 400);
    }
}

struct Exchange {
    demo: Demo,
    code: String,
    verifier: String,
}

impl Exchange {
    async fn ready() -> Self {
        let demo = Demo::spawn().await;
        let (start, attempt) = demo.start().await;
        let back = location(&demo.decide(&start, &ALLOW, "").await);
        Self { code: parameters(&back)["code"].clone(), verifier: attempt.pkce_verifier, demo }
    }

    /// A token request with fields replaced; an empty value removes one.
    async fn post(&self, changes: &[(&str, &str)], secret: &str) -> (StatusCode, Value) {
        let redirect_uri = self.demo.redirect_uri();
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", &self.code),
            ("code_verifier", &self.verifier),
            ("redirect_uri", redirect_uri.as_str()),
        ];
        fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        fields.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let answer = self
            .demo
            .http
            .post(self.demo.public_url.join("/demo-provider/token").unwrap())
            .basic_auth(SLUG, Some(secret))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert!(!answer.headers().contains_key("set-cookie"));
        let challenged = answer.headers().contains_key("www-authenticate");
        assert_eq!(challenged, answer.status() == 401);
        let status = answer.status();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
    }
}

const SECRET: &str = "s3cret%3A+of%2Fthe%2Binstance";

#[tokio::test]
async fn a_code_is_redeemed_once() {
    let exchange = Exchange::ready().await;
    let (status, tokens) = exchange.post(&[], SECRET).await;
    assert_eq!(status, 200);
    assert_eq!((tokens["token_type"].as_str(), tokens["expires_in"].as_i64()), (Some("Bearer"), Some(300)));
    let (status, again) = exchange.post(&[], SECRET).await;
    assert_eq!((status, &again["error"]), (StatusCode::BAD_REQUEST, &"invalid_grant".into()));
}

#[tokio::test]
async fn a_code_needs_its_verifier_redirect_uri_and_client() {
    for (change, secret, status, error) in [
        (("code_verifier", "x".repeat(43)), SECRET, 400, "invalid_grant"),
        (("code_verifier", String::new()), SECRET, 400, "invalid_request"),
        (("redirect_uri", "https://evil.example/".to_owned()), SECRET, 400, "invalid_grant"),
        (("redirect_uri", String::new()), SECRET, 400, "invalid_request"),
        (("code", "another".to_owned()), SECRET, 400, "invalid_grant"),
        (("grant_type", "password".to_owned()), SECRET, 400, "unsupported_grant_type"),
        (("grant_type", String::new()), SECRET, 400, "invalid_request"),
        (("x", "y".to_owned()), "wrong", 401, "invalid_client"),
        (("x", "y".to_owned()), "", 401, "invalid_client"),
    ] {
        let exchange = Exchange::ready().await;
        let (found, answer) = exchange.post(&[(change.0, &change.1)], secret).await;
        assert_eq!((found.as_u16(), answer["error"].as_str()), (status, Some(error)), "{change:?}");
        assert!(answer.get("access_token").is_none());
    }
}

#[tokio::test]
async fn a_wrong_verifier_uses_the_code_up_and_a_wrong_client_does_not() {
    let exchange = Exchange::ready().await;
    assert_eq!(exchange.post(&[], "wrong").await.0, 401);
    assert_eq!(exchange.post(&[("code_verifier", &"x".repeat(43))], SECRET).await.0, 400);
    assert_eq!(exchange.post(&[], SECRET).await.0, 400);
}

#[tokio::test]
async fn a_token_says_who_it_is_about_for_five_minutes() {
    let exchange = Exchange::ready().await;
    let (_, tokens) = exchange.post(&[], SECRET).await;
    let token = tokens["access_token"].as_str().unwrap();
    let ask = async |token: &str| {
        let address = exchange.demo.public_url.join("/demo-provider/userinfo").unwrap();
        exchange.demo.http.get(address).bearer_auth(token).send().await.unwrap()
    };
    let answer = ask(token).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let person: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!((person["name"].as_str(), person["email_verified"].as_bool()), (Some("Ann"), Some(false)));
    for wrong in ["", "another", &exchange.code] {
        assert_eq!(ask(wrong).await.status(), 401);
    }
    exchange.demo.clock.advance(time::Duration::minutes(5));
    let late = ask(token).await;
    assert_eq!((late.status().as_u16(), late.headers().contains_key("www-authenticate")), (401, true));
}
