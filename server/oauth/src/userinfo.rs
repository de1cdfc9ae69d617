//! Asks a provider who the person is.

use http::{Method, StatusCode, header};
use oauth2::{AccessToken, HttpResponse};
use serde_json::Value;
use url::Url;

use super::answer::{Object, object, outline, text, truth};
use super::config::UserinfoFields;
use super::id_token::Verified;
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
    person(provider, &ask(provider, address, token).await?, fields)
}

/// OpenID Connect: completes a verified ID token that lacks the address. The token's own claims win.
pub(super) async fn openid(
    provider: &Provider,
    address: Option<&Url>,
    token: &AccessToken,
    verified: Verified,
) -> Result<ExternalPerson, OAuthError> {
    let Verified { person: verified, sub } = verified;
    let Some(address) = address.filter(|_| verified.email.is_none()) else { return Ok(verified) };
    let answer = ask(provider, address, token).await?;
    let told = person(provider, &answer, &UserinfoFields::default())?;
    // §5.3.2: otherwise the response could be about somebody else.
    if told.subject != sub {
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
    let user = ask(provider, address, token).await?;
    let id = user.get("id").and_then(Value::as_u64);
    let id = id.ok_or(OAuthError::Failed("userinfo: not understood: no numeric id"))?;
    let mut emails = address.clone();
    emails
        .path_segments_mut()
        .map_err(|()| OAuthError::Failed("userinfo: no URL"))?
        .pop_if_empty()
        .push("emails");
    let answer = request(provider, &emails, token).await?;
    let email = match answer.status() {
        // The person (or the scopes) did not let us see them; their identity is known anyway.
        StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => None,
        status if status.is_success() => primary(answer.body()),
        _ => return Err(unusable(&emails, &answer)),
    };
    Ok(ExternalPerson {
        provider: provider.name().to_owned(),
        subject: id.to_string(),
        email_verified: email.is_some(),
        email,
        name: text(&user, "name").or(text(&user, "login")).map(str::to_owned),
        auth_time: None,
    })
}

/// The primary address of a list, if it is verified.
fn primary(body: &[u8]) -> Option<String> {
    let all: Vec<Object> = serde_json::from_slice(body).ok()?;
    let verified = |email: &&Object| truth(email.get("primary")) && truth(email.get("verified"));
    all.iter().find(verified).and_then(|email| text(email, "email")).map(str::to_owned)
}

fn person(
    provider: &Provider,
    answer: &Object,
    fields: &UserinfoFields,
) -> Result<ExternalPerson, OAuthError> {
    let id = match answer.get(&fields.subject) {
        Some(Value::String(text)) => text.clone(),
        // A fraction would not be the same text everywhere.
        Some(Value::Number(number)) if number.is_u64() || number.is_i64() => number.to_string(),
        _ => String::new(),
    };
    let email = text(answer, &fields.email).map(str::to_owned);
    Ok(ExternalPerson {
        provider: provider.name().to_owned(),
        subject: subject(&id)?,
        email_verified: email.is_some() && truth(answer.get(&fields.email_verified)),
        email,
        name: text(answer, &fields.name).map(str::to_owned),
        auth_time: None,
    })
}

async fn ask(provider: &Provider, address: &Url, token: &AccessToken) -> Result<Object, OAuthError> {
    let answer = request(provider, address, token).await?;
    let person = object(answer.body()).filter(|_| answer.status().is_success());
    person.ok_or_else(|| unusable(address, &answer))
}

async fn request(
    provider: &Provider,
    address: &Url,
    token: &AccessToken,
) -> Result<HttpResponse, OAuthError> {
    let request = http::Request::builder()
        .method(Method::GET)
        .uri(address.as_str())
        .header(header::ACCEPT, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {}", token.secret()))
        .body(Vec::new())
        .map_err(|_| OAuthError::Failed("userinfo: the request cannot be sent"))?;
    Ok(provider.http().send(request).await?)
}

fn unusable(address: &Url, answer: &HttpResponse) -> OAuthError {
    // A configured query may contain a key.
    let address = address.as_str().split('?').next().unwrap_or_default();
    let expected = format!("a JSON object at {address}");
    OAuthError::mismatch("userinfo: not understood", expected, outline(answer))
}
