//! The authorization code flow with PKCE (RFC 6749 §4.1, RFC 7636, RFC 9700), from start to finish.

use std::borrow::Cow;
use std::fmt;

use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
    BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AccessToken, AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    EndpointNotSet, EndpointSet, ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use url::Url;

use super::attempt::{Intent, OAuthAttempt, begin};
use super::callback::Callback;
use super::config::{ClientAuth, ProviderKind};
use super::http::HttpError;
use super::registry::{Provider, Route};
use super::{ExternalPerson, OAuthError, id_token, userinfo};

/// Begins: the address to send the browser to, and what to keep in its session until it comes back.
///
/// # Errors
/// Only OpenID providers can fail here, when their metadata cannot be had.
pub async fn start(
    provider: &Provider,
    redirect_uri: &Url,
    return_to: String,
    intent: Intent,
    now: OffsetDateTime,
) -> Result<(Url, OAuthAttempt), OAuthError> {
    let route = provider.route(now).await?;
    let issuer = route.openid.as_ref().map(|openid| openid.issuer.clone());
    let attempt = begin(provider.name(), issuer, route.token_url.to_string(), return_to, intent, now);

    let verifier = PkceCodeVerifier::new(attempt.pkce_verifier.clone());
    let client = client(provider, &route, redirect_uri);
    let state = attempt.state.clone();
    let mut request = client
        .authorize_url(move || CsrfToken::new(state))
        .add_scopes(provider.config().scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    if let Some(nonce) = &attempt.nonce {
        request = request.add_extra_param("nonce", nonce.clone());
        if intent == Intent::FreshLogIn {
            // A provider that only remembers the person proves nothing fresh.
            request = request.add_extra_param("prompt", "login").add_extra_param("max_age", "0");
        }
    }
    Ok((request.url().0, attempt))
}

/// Finishes: redeems the code and says who the person is. `attempt` must have been taken out of the session
/// (and that been saved) before, so that nothing can be redeemed twice.
///
/// # Errors
/// [`OAuthError`]; nothing has changed anywhere then but that the attempt is used up.
pub async fn finish(
    provider: &Provider,
    redirect_uri: &Url,
    attempt: OAuthAttempt,
    callback: Callback,
    now: OffsetDateTime,
) -> Result<ExternalPerson, OAuthError> {
    if attempt.provider != provider.name() || !attempt.has_state(callback.state()) || attempt.expired(now) {
        return Err(OAuthError::Failed("the attempt does not belong to this answer"));
    }
    let route = provider.route(now).await?;
    if route.openid.as_ref().map(|openid| &openid.issuer) != attempt.issuer.as_ref()
        || route.token_url.as_str() != attempt.token_url
    {
        return Err(OAuthError::Failed("the provider has moved since the attempt began"));
    }
    check_issuer(provider, &route, callback.issuer())?;
    let code = callback.into_code()?;
    let tokens = redeem(provider, &route, redirect_uri, &attempt, code).await?;
    let access_token = tokens.access_token();
    match (&route.openid, &provider.config().kind) {
        (Some(openid), _) => {
            let raw = tokens.extra_fields().id_token.as_deref();
            let raw = raw.ok_or(OAuthError::Failed("token endpoint: no ID token"))?;
            let claims = id_token::verify(provider, openid, &attempt, raw, access_token, now).await?;
            userinfo::openid(provider, route.userinfo_url.as_ref(), access_token, claims).await
        }
        (None, ProviderKind::GitHub { endpoints }) => {
            userinfo::github(provider, &endpoints.userinfo_url, access_token).await
        }
        (None, ProviderKind::Plain { endpoints, fields, .. }) => {
            userinfo::plain(provider, &endpoints.userinfo_url, fields, access_token).await
        }
        (None, ProviderKind::OpenId { .. }) => Err(OAuthError::Failed("no issuer")),
    }
}

/// RFC 9207: an answer of another provider than the one asked is refused before the code is sent anywhere.
fn check_issuer(provider: &Provider, route: &Route, iss: Option<&str>) -> Result<(), OAuthError> {
    let wrong = Err(OAuthError::Failed("callback: another issuer"));
    let (expected, required) = match (&route.openid, &provider.config().kind) {
        (Some(openid), _) => (Some(&openid.issuer), openid.iss_required),
        (None, ProviderKind::Plain { issuer, .. }) => (issuer.as_ref(), issuer.is_some()),
        (None, _) => (None, false),
    };
    match (iss, expected) {
        (None, _) if required => Err(OAuthError::Failed("callback: no issuer")),
        (None, _) => Ok(()),
        (Some(iss), Some(expected)) if iss == expected => Ok(()),
        (Some(_), Some(_)) => wrong,
        // The issuer was not configured: it must at least be at home where the browser was sent.
        (Some(iss), None) => match Url::parse(iss) {
            Ok(iss) if iss.origin() == route.auth_url.origin() => Ok(()),
            _ => wrong,
        },
    }
}

type Tokens = StandardTokenResponse<IdTokenField, BasicTokenType>;

type ReadyClient = Client<
    BasicErrorResponse,
    Tokens,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// What an OpenID provider adds to the token answer (OpenID Connect Core §3.1.3.3). It stays text until it is
/// verified.
#[derive(Deserialize, Serialize)]
struct IdTokenField {
    id_token: Option<String>,
}

impl ExtraTokenFields for IdTokenField {}

impl fmt::Debug for IdTokenField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdTokenField(…)")
    }
}

fn client(provider: &Provider, route: &Route, redirect_uri: &Url) -> ReadyClient {
    let config = provider.config();
    Client::new(ClientId::new(config.client_id.clone()))
        .set_client_secret(ClientSecret::new(config.client_secret.clone()))
        .set_auth_type(match config.client_auth {
            ClientAuth::Basic => AuthType::BasicAuth,
            ClientAuth::Post => AuthType::RequestBody,
        })
        .set_auth_uri(AuthUrl::from_url(route.auth_url.clone()))
        .set_token_uri(TokenUrl::from_url(route.token_url.clone()))
        .set_redirect_uri(RedirectUrl::from_url(redirect_uri.clone()))
}

async fn redeem(
    provider: &Provider,
    route: &Route,
    redirect_uri: &Url,
    attempt: &OAuthAttempt,
    code: String,
) -> Result<Tokens, OAuthError> {
    let tokens = client(provider, route, redirect_uri)
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(PkceCodeVerifier::new(attempt.pkce_verifier.clone()))
        .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(redirect_uri.clone())))
        .request_async(provider.http())
        .await
        .map_err(|error| refusal(&error))?;
    if *tokens.token_type() != BasicTokenType::Bearer {
        return Err(OAuthError::Failed("token endpoint: not a bearer token"));
    }
    Ok(tokens)
}

fn refusal(error: &RequestTokenError<HttpError, BasicErrorResponse>) -> OAuthError {
    let reason = match error {
        RequestTokenError::Request(error) => return (*error).into(),
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            BasicErrorResponseType::InvalidClient => "token endpoint: invalid_client, check id and secret",
            BasicErrorResponseType::InvalidGrant => "token endpoint: invalid_grant",
            BasicErrorResponseType::UnauthorizedClient => "token endpoint: unauthorized_client",
            _ => "token endpoint: refused",
        },
        RequestTokenError::Parse(..) => "token endpoint: not understood",
        RequestTokenError::Other(_) => "token endpoint: no token",
    };
    OAuthError::Failed(reason)
}

/// Sent as `Authorization: Bearer`.
pub(super) fn bearer(token: &AccessToken) -> String {
    format!("Bearer {}", token.secret())
}
