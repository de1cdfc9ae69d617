//! The back channel: redeems codes (RFC 6749 §4.1.3, §5) and says who a token is about (RFC 6750).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use domain::form::FormFields;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::grant::{Grant, TOKEN_LIFETIME};
use super::{CLIENT_ID, DemoProvider};
use crate::database::DatabaseError;

const FORM: &str = "application/x-www-form-urlencoded";

/// Errors of RFC 6749 §5.2, and an outage.
enum TokenError {
    Client,
    Request(&'static str),
    Away,
}

impl From<DatabaseError> for TokenError {
    fn from(error: DatabaseError) -> Self {
        tracing::error!(%error, "the demo provider's database does not answer");
        Self::Away
    }
}

/// `POST /demo-provider/token`
pub(super) async fn token(
    State(provider): State<Arc<DemoProvider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match provider.redeem(&headers, &body).await {
        Ok(answer) => json_answer(StatusCode::OK, &answer, None),
        Err(TokenError::Client) => json_answer(
            StatusCode::UNAUTHORIZED,
            &json!({"error": "invalid_client"}),
            Some((header::WWW_AUTHENTICATE, "Basic realm=\"demo-provider\"")),
        ),
        Err(TokenError::Request(error)) => {
            json_answer(StatusCode::BAD_REQUEST, &json!({"error": error}), None)
        }
        Err(TokenError::Away) => away(),
    }
}

/// `GET /demo-provider/userinfo`
pub(super) async fn userinfo(State(provider): State<Arc<DemoProvider>>, headers: HeaderMap) -> Response {
    let found = match authorization(&headers, "Bearer") {
        Some(token) => provider.read(token).await,
        None => Ok(None),
    };
    match found {
        Ok(Some(Grant::Token { person })) => json_answer(
            StatusCode::OK,
            &json!({
                "sub": person.subject,
                "name": person.name,
                "email": person.email,
                // Anybody can type anybody's address here.
                "email_verified": false,
            }),
            None,
        ),
        Ok(_) => json_answer(
            StatusCode::UNAUTHORIZED,
            &json!({"error": "invalid_token"}),
            Some((header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")),
        ),
        Err(error) => {
            tracing::error!(%error, "the demo provider's database does not answer");
            away()
        }
    }
}

impl DemoProvider {
    async fn redeem(&self, headers: &HeaderMap, body: &[u8]) -> Result<Value, TokenError> {
        if !self.is_our_client(headers) {
            return Err(TokenError::Client);
        }
        let form = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if form
            .and_then(|form| form.split(';').next())
            .is_none_or(|form| !form.trim().eq_ignore_ascii_case(FORM))
        {
            return Err(TokenError::Request("invalid_request"));
        }
        let fields: FormFields = form_urlencoded::parse(body).into_owned().collect();
        let one = |name| match fields.one(name) {
            Ok(value) if !value.is_empty() => Ok(value),
            _ => Err(TokenError::Request("invalid_request")),
        };
        if one("grant_type")? != "authorization_code" {
            return Err(TokenError::Request("unsupported_grant_type"));
        }
        let (code, verifier, redirect_uri) = (one("code")?, one("code_verifier")?, one("redirect_uri")?);
        // Taken before it is checked: whoever has the code but not the verifier has one guess.
        match self.take(code).await? {
            Some(Grant::Code { redirect_uri: asked, code_challenge, person })
                if asked == redirect_uri && proves(verifier, &code_challenge) =>
            {
                Ok(json!({
                    "access_token": self.issue(&Grant::Token { person }).await?,
                    "token_type": "Bearer",
                    "expires_in": TOKEN_LIFETIME.whole_seconds(),
                }))
            }
            _ => Err(TokenError::Request("invalid_grant")),
        }
    }

    fn is_our_client(&self, headers: &HeaderMap) -> bool {
        let Some(credentials) = authorization(headers, "Basic")
            .and_then(|encoded| STANDARD.decode(encoded).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok())
        else {
            return false;
        };
        // Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1).
        let Some((id, secret)) =
            credentials.split_once(':').map(|(id, secret)| (decoded(id), decoded(secret)))
        else {
            return false;
        };
        let equal = id.as_bytes().ct_eq(CLIENT_ID.as_bytes())
            & secret.as_bytes().ct_eq(self.client_secret.as_bytes());
        equal.into()
    }
}

/// RFC 7636 §4.6; §4.1 says how long a verifier is.
fn proves(verifier: &str, challenge: &str) -> bool {
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    (43..=128).contains(&verifier.len()) && hash.as_bytes().ct_eq(challenge.as_bytes()).into()
}

fn authorization<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    let (given, credentials) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then(|| credentials.trim())
}

fn decoded(text: &str) -> String {
    let pair = format!("v={text}");
    form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn away() -> Response {
    let answer = json!({"error": "temporarily_unavailable"});
    json_answer(StatusCode::SERVICE_UNAVAILABLE, &answer, Some((header::RETRY_AFTER, "5")))
}

fn json_answer(status: StatusCode, value: &Value, extra: Option<(HeaderName, &'static str)>) -> Response {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some((name, value)) = extra {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
