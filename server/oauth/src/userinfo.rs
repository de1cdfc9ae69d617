//! Asks a provider who the person is.

use http::{Method, StatusCode, header};
use oauth2::AccessToken;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::config::UserinfoFields;
use super::person::subject;
use super::registry::Provider;
use super::{ExternalPerson, OAuthError};

/// Plain OAuth 2.0: the configured keys of one JSON object.
pub(super) async fn plain(
    provider: &Provider,
    address: &Url,
    fields: &UserinfoFields,
    token: &AccessToken,
) -> Result<ExternalPerson, OAuthError> {
    let answer: Map<String, Value> = ask(provider, address, token).await?;
    person(provider, &answer, fields)
}

/// OpenID Connect: completes a verified ID token that lacks the address. The token's own claims win.
pub(super) async fn openid(
    provider: &Provider,
    address: Option<&Url>,
    token: &AccessToken,
    verified: ExternalPerson,
) -> Result<ExternalPerson, OAuthError> {
    let Some(address) = address.filter(|_| verified.email.is_none()) else { return Ok(verified) };
    let answer: Map<String, Value> = ask(provider, address, token).await?;
    let told = person(provider, &answer, &UserinfoFields::default())?;
    // §5.3.2: otherwise the response could be about somebody else.
    if told.subject != verified.subject {
        return Err(OAuthError::Failed("userinfo: about another person"));
    }
    Ok(ExternalPerson {
        email: told.email,
        email_verified: told.email_verified,
        name: verified.name.or(told.name),
        ..verified
    })
}

/// GitHub: the numeric id (login names can be reassigned), and the address that is both primary and verified.
/// The address on the public profile is ignored.
pub(super) async fn github(
    provider: &Provider,
    address: &Url,
    token: &AccessToken,
) -> Result<ExternalPerson, OAuthError> {
    #[derive(Deserialize)]
    struct User {
        id: u64,
        login: String,
        name: Option<String>,
    }
    #[derive(Deserialize)]
    struct Email {
        email: String,
        primary: bool,
        verified: bool,
    }
    let user: User = ask(provider, address, token).await?;
    let mut emails = address.clone();
    emails
        .path_segments_mut()
        .map_err(|()| OAuthError::Failed("userinfo: no URL"))?
        .pop_if_empty()
        .push("emails");
    let email = match ask::<Vec<Email>>(provider, &emails, token).await {
        Ok(emails) => emails.into_iter().find(|email| email.primary && email.verified),
        // The person (or the scopes) did not let us see them; their identity is known anyway.
        Err(REFUSED) => None,
        Err(error) => return Err(error),
    };
    Ok(ExternalPerson {
        provider: provider.name().to_owned(),
        subject: user.id.to_string(),
        email_verified: email.is_some(),
        email: email.map(|email| email.email),
        name: user.name.filter(|name| !name.trim().is_empty()).or(Some(user.login)),
        auth_time: None,
    })
}

const REFUSED: OAuthError = OAuthError::Failed("userinfo: refused");

fn person(
    provider: &Provider,
    answer: &Map<String, Value>,
    fields: &UserinfoFields,
) -> Result<ExternalPerson, OAuthError> {
    let id = match answer.get(&fields.subject) {
        Some(Value::String(text)) => text.clone(),
        // A fraction would not be the same text everywhere.
        Some(Value::Number(number)) if number.is_u64() || number.is_i64() => number.to_string(),
        _ => String::new(),
    };
    let text = |key: &str| {
        answer.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned)
    };
    let email = text(&fields.email);
    let verified = match answer.get(&fields.email_verified) {
        Some(Value::Bool(verified)) => *verified,
        Some(Value::String(verified)) => verified == "true",
        _ => false,
    };
    Ok(ExternalPerson {
        provider: provider.name().to_owned(),
        subject: subject(&id)?,
        email_verified: verified && email.is_some(),
        email,
        name: text(&fields.name),
        auth_time: None,
    })
}

async fn ask<T: serde::de::DeserializeOwned>(
    provider: &Provider,
    address: &Url,
    token: &AccessToken,
) -> Result<T, OAuthError> {
    let request = http::Request::builder()
        .method(Method::GET)
        .uri(address.as_str())
        .header(header::ACCEPT, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {}", token.secret()))
        .body(Vec::new())
        .map_err(|_| OAuthError::Failed("userinfo: the request cannot be sent"))?;
    let answer = provider.http().send(request).await?;
    match answer.status() {
        StatusCode::OK => {
            serde_json::from_slice(answer.body()).map_err(|_| OAuthError::Failed("userinfo: not understood"))
        }
        StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => Err(REFUSED),
        _ => Err(OAuthError::Failed("userinfo: no answer to the question")),
    }
}
