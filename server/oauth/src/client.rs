//! The client side of a provider's token endpoint (RFC 6749 §3.2), based on `oauth2`.

use std::borrow::Cow;
use std::fmt;

use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
    BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeVerifier, RedirectUrl, RequestTokenError, StandardRevocableToken,
    StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::OAuthError;
use super::attempt::OAuthAttempt;
use super::config::ClientAuth;
use super::http::HttpError;
use super::registry::{Provider, Route};

pub(super) type Tokens = StandardTokenResponse<IdTokenField, BasicTokenType>;

pub(super) type ReadyClient = Client<
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

/// What an OpenID provider adds to the token response (OpenID Connect Core §3.1.3.3). Kept as text until
/// verified.
#[derive(Deserialize, Serialize)]
pub(super) struct IdTokenField {
    pub(super) id_token: Option<String>,
}

impl ExtraTokenFields for IdTokenField {}

impl fmt::Debug for IdTokenField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdTokenField(…)")
    }
}

/// A client of a provider, for one attempt.
pub(super) fn client(provider: &Provider, route: &Route, redirect_uri: &Url) -> ReadyClient {
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

/// Exchanges a code for tokens.
pub(super) async fn redeem(
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
