//! GitHub specifics.

use http::StatusCode;
use oauth::{ExternalPerson, OAuthError};
use serde_json::{Value, json};

use crate::oauth::fake::{Fake, Reply, assert_failed};

async fn log_in(user: Value, emails: Reply) -> Result<ExternalPerson, OAuthError> {
    let fake = Fake::spawn().await;
    {
        let mut script = fake.script();
        // As GitHub responds: lower case, and scopes separated by commas.
        script.token = Reply::Json(
            StatusCode::OK,
            json!({"access_token": "t", "token_type": "bearer", "scope": "read:user,user:email"}),
        );
        script.userinfo = Reply::Json(StatusCode::OK, user);
        script.emails = emails;
    }
    let provider = fake.github();
    let (_, attempt) = fake.start(&provider).await;
    fake.come_back(&provider, attempt, "").await
}

fn octocat() -> Value {
    json!({"id": 583_231, "login": "octocat", "name": "The Octocat", "email": "public@example.com"})
}

#[tokio::test]
async fn the_subject_is_the_numeric_id_and_the_address_primary_and_verified() {
    let emails = json!([
        {"email": "old@example.com", "primary": false, "verified": true},
        {"email": "cat@example.com", "primary": true, "verified": true, "visibility": null},
    ]);
    let person = log_in(octocat(), Reply::Json(StatusCode::OK, emails)).await.unwrap();
    assert_eq!(person.subject, "583231");
    assert_eq!(person.email.as_deref(), Some("cat@example.com"));
    assert!(person.email_verified);
    assert_eq!(person.name.as_deref(), Some("The Octocat"));
}

#[tokio::test]
async fn an_unverified_or_hidden_address_is_none() {
    for emails in [
        Reply::Json(StatusCode::OK, json!([{"email": "a@example.com", "primary": true, "verified": false}])),
        Reply::Json(StatusCode::OK, json!([{"email": "a@example.com", "primary": false, "verified": true}])),
        Reply::Json(StatusCode::NOT_FOUND, json!({"message": "Not Found"})),
        Reply::Json(StatusCode::FORBIDDEN, json!({"message": "Forbidden"})),
    ] {
        let person = log_in(octocat(), emails).await.unwrap();
        assert_eq!((person.email, person.email_verified), (None, false));
    }
}

#[tokio::test]
async fn a_person_without_a_name_is_called_by_their_login() {
    for name in [json!(null), json!("")] {
        let user = json!({"id": 1, "login": "octocat", "name": name});
        let person = log_in(user, Reply::Json(StatusCode::OK, json!([]))).await.unwrap();
        assert_eq!(person.name.as_deref(), Some("octocat"));
    }
}

#[tokio::test]
async fn a_login_name_is_no_id() {
    let user = json!({"id": "octocat", "login": "octocat"});
    assert_failed(log_in(user, Reply::Json(StatusCode::OK, json!([]))).await, "not understood");
}

#[tokio::test]
async fn an_outage_of_the_address_endpoint_is_an_outage() {
    let emails = Reply::Json(StatusCode::BAD_GATEWAY, json!({}));
    assert!(matches!(log_in(octocat(), emails).await, Err(OAuthError::Unavailable(_))));
}

#[tokio::test]
async fn an_error_with_status_200_is_an_error() {
    let fake = Fake::spawn().await;
    fake.script().token = Reply::Json(StatusCode::OK, json!({"error": "bad_verification_code"}));
    let provider = fake.github();
    let (_, attempt) = fake.start(&provider).await;
    assert_failed(fake.come_back(&provider, attempt, "").await, "token endpoint");
}
