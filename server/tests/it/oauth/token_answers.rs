//! What token endpoints answer, which is seldom exactly what RFC 6749 says.

use http::StatusCode;
use oauth::config::{ClientAuth, ProviderConfig};
use oauth::{ExternalPerson, OAuthError};
use serde_json::{Value, json};

use crate::oauth::fake::{ACCESS_TOKEN, Fake, Reply, assert_failed};
use crate::oauth::key::Key;

async fn log_in(token: Reply) -> Result<ExternalPerson, OAuthError> {
    let fake = Fake::spawn().await;
    fake.script().token = token;
    let provider = fake.plain();
    let (_, attempt) = fake.start(&provider).await;
    let outcome = fake.come_back(&provider, attempt, "").await;
    if outcome.is_ok() {
        let authorization = fake.script().userinfo_requests[0].headers["authorization"].clone();
        assert_eq!(authorization, format!("Bearer {ACCESS_TOKEN}"));
    }
    outcome
}

/// A valid answer with one member changed (`null` stays).
fn with(name: &str, value: Value) -> Reply {
    let mut answer = json!({"access_token": ACCESS_TOKEN, "token_type": "Bearer"});
    answer[name] = value;
    Reply::Json(StatusCode::OK, answer)
}

#[tokio::test]
async fn what_is_not_used_may_have_any_type() {
    for name in ["scope", "expires_in", "refresh_token", "refresh_expires_in", "user", "id_token", "ok"] {
        for value in
            [json!(["openid"]), json!("3600"), json!(3600.0), json!(-1), json!(null), json!({}), json!(true)]
        {
            let outcome = log_in(with(name, value.clone())).await;
            assert!(outcome.is_ok(), "{name} {value}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn a_token_without_a_type_is_a_bearer_token() {
    for value in [json!(null), json!("bearer"), json!("BEARER"), json!("Bearer")] {
        assert!(log_in(with("token_type", value.clone())).await.is_ok(), "{value}");
    }
    log_in(Reply::Json(StatusCode::OK, json!({"access_token": ACCESS_TOKEN}))).await.unwrap();
    assert_failed(log_in(with("token_type", json!("mac"))).await, "expected `bearer`, found `mac`");
}

#[tokio::test]
async fn any_success_with_an_object_is_an_answer_whatever_its_content_type() {
    let body = json!({"access_token": ACCESS_TOKEN, "token_type": "Bearer"}).to_string();
    for content_type in ["text/html; charset=UTF-8", "text/plain", "text/javascript", "application/jwt", "x"]
    {
        log_in(Reply::Text(StatusCode::OK, content_type, body.clone())).await.unwrap();
    }
    let marked = format!("\u{feff}\n {body}\n");
    for status in [StatusCode::OK, StatusCode::CREATED, StatusCode::ACCEPTED, StatusCode::PARTIAL_CONTENT] {
        log_in(Reply::Text(status, "application/json", marked.clone())).await.unwrap();
    }
    assert_failed(log_in(Reply::Text(StatusCode::NOT_FOUND, "application/json", body)).await, "404");
}

/// Facebook and GitHub once answered like this.
#[tokio::test]
async fn a_form_is_an_answer_too() {
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    let body = format!("access_token={ACCESS_TOKEN}&scope=user%3Aemail&token_type=bearer&expires=5183944");
    for content_type in [form, "text/plain; charset=UTF-8"] {
        log_in(Reply::Text(StatusCode::OK, content_type, body.clone())).await.unwrap();
    }
    let error = "error=bad_verification_code&error_description=The+code+passed+is+incorrect";
    assert_failed(log_in(Reply::Text(StatusCode::OK, form, error.to_owned())).await, "bad_verification_code");
    for none in ["access_token=a&access_token=b", "<html>", ""] {
        assert_failed(log_in(Reply::Text(StatusCode::OK, form, none.to_owned())).await, "not understood");
    }
    let page = Reply::Text(StatusCode::OK, "text/html", body);
    assert_failed(log_in(page).await, "200 OK, text/html");
}

#[tokio::test]
async fn errors_are_told_whatever_their_status_and_form() {
    for (status, body, said) in [
        (
            StatusCode::OK,
            json!({"error": "bad_verification_code", "error_uri": "x"}),
            "bad_verification_code",
        ),
        (StatusCode::OK, json!({"ok": false, "error": "invalid_code"}), "invalid_code"),
        (
            StatusCode::BAD_REQUEST,
            json!({"error": {"message": "Error validating code.", "type": "OAuthException", "code": 100}}),
            "OAuthException",
        ),
        (StatusCode::BAD_REQUEST, json!({"error": 7}), "without a code"),
        (StatusCode::UNAUTHORIZED, json!({"message": "no"}), "401"),
        (StatusCode::BAD_REQUEST, json!({"error": "x\ny"}), "`x\\ny`"),
    ] {
        let error = log_in(Reply::Json(status, body.clone())).await.unwrap_err().to_string();
        assert!(error.starts_with("failed: token endpoint: ") && error.contains(said), "{error}");
        assert!(!error.contains("validating"), "{error}");
    }
}

#[tokio::test]
async fn an_empty_error_beside_a_token_is_none() {
    for nothing in [json!(""), json!("  "), json!(null)] {
        let outcome = log_in(with("error", nothing.clone())).await;
        assert!(outcome.is_ok(), "{nothing}: {outcome:?}");
    }
    let form = format!("access_token={ACCESS_TOKEN}&token_type=bearer&error=");
    let content_type = "application/x-www-form-urlencoded";
    log_in(Reply::Text(StatusCode::OK, content_type, form)).await.unwrap();

    // With anything in it, without a token, or with a status that says so, it is an error.
    for said in [json!("invalid_scope"), json!({"type": "OAuthException"}), json!(7)] {
        assert_failed(log_in(with("error", said)).await, "token endpoint: refused");
    }
    for (status, answer) in [
        (StatusCode::OK, json!({"error": ""})),
        (StatusCode::OK, json!({"access_token": " ", "error": ""})),
        (StatusCode::BAD_REQUEST, json!({"access_token": ACCESS_TOKEN, "error": ""})),
    ] {
        assert_failed(log_in(Reply::Json(status, answer)).await, "token endpoint: refused");
    }
}

#[tokio::test]
async fn a_redirect_is_told_with_where_it_points_to() {
    let outcome = log_in(Reply::RedirectTo("https://new.example/token?secret=1".to_owned())).await;
    let error = outcome.unwrap_err().to_string();
    assert!(error.contains("307 Temporary Redirect to https://new.example/token`"), "{error}");
}

#[tokio::test]
async fn a_method_of_authentication_that_is_not_supported_is_named() {
    let fake = Fake::spawn().await;
    fake.publish(&[&Key::new("one")]);
    fake.script().metadata["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]);
    fake.script().token = Reply::Json(StatusCode::UNAUTHORIZED, json!({"error": "invalid_client"}));
    for (client_auth, said) in [
        (ClientAuth::Basic, "expected `client_secret_post`, found `client_secret_basic`"),
        (ClientAuth::Post, "check id, secret"),
    ] {
        let provider = fake.with(ProviderConfig { client_auth, ..fake.openid().config().clone() });
        let (_, attempt) = fake.start(&provider).await;
        assert_failed(fake.come_back(&provider, attempt, "").await, said);
    }
}
