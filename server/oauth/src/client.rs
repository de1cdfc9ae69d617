//! The client side of a provider's token endpoint (RFC 6749 §3.2), based on `oauth2`.

use std::borrow::Cow;
use std::fmt;

use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeVerifier, RedirectUrl, RequestTokenError, StandardRevocableToken,
    StandardTokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::OAuthError;
use super::attempt::OAuthAttempt;
use super::config::ClientAuth;
use super::config::quirks::Quirks;
use super::registry::{Provider, Route};
use super::token_answer::TokenEndpoint;

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
    let client = client(provider, route, redirect_uri);
    let mut request = client
        .exchange_code(AuthorizationCode::new(code))
        .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(redirect_uri.clone())));
    if Quirks::of(&route.token_url).pkce {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(attempt.pkce_verifier.clone()));
    }
    let endpoint = TokenEndpoint { provider, route };
    request.request_async(&endpoint).await.map_err(|error| match error {
        RequestTokenError::Request(error) => error,
        // The answer was put into order before the library saw it.
        RequestTokenError::ServerResponse(_) | RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            OAuthError::Failed("token endpoint: no token")
        }
    })
}
