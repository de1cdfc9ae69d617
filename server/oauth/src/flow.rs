//! The authorization code flow with PKCE (RFC 6749 §4.1, RFC 7636, RFC 9700), from start to finish.

use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, Scope, TokenResponse as _};
use time::OffsetDateTime;
use url::Url;

use super::attempt::{Intent, OAuthAttempt, begin};
use super::callback::Callback;
use super::client::{client, redeem};
use super::config::ProviderKind;
use super::config::quirks::Quirks;
use super::discovery::Patience;
use super::registry::{Provider, Route};
use super::{ExternalPerson, OAuthError, id_token, userinfo};

/// Starts: returns the URL to send the browser to, and what to keep for it until it returns.
///
/// # Errors
/// Only OpenID providers can fail here, if their metadata is not available.
pub async fn start(
    provider: &Provider,
    redirect_uri: &Url,
    return_to: String,
    intent: Intent,
    now: OffsetDateTime,
) -> Result<(Url, OAuthAttempt), OAuthError> {
    let route = provider.route(Patience::Little, now).await?;
    let issuer = route.openid.as_ref().map(|openid| openid.issuer.as_str().to_owned());
    let attempt = begin(provider.name(), issuer, route.token_url.to_string(), return_to, intent, now);

    let verifier = PkceCodeVerifier::new(attempt.pkce_verifier.clone());
    let client = client(provider, &route, redirect_uri);
    let state = attempt.state.clone();
    let mut request = client
        .authorize_url(move || CsrfToken::new(state))
        .add_scopes(provider.config().scopes.iter().cloned().map(Scope::new));
    let quirks = Quirks::of(&route.token_url);
    if quirks.pkce {
        request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    }
    if quirks.answers_by_post(&provider.config().scopes) {
        request = request.add_extra_param("response_mode", "form_post");
    }
    if let Some(nonce) = &attempt.nonce {
        request = request.add_extra_param("nonce", nonce.clone());
        if intent == Intent::FreshLogIn {
            // A provider that merely remembers the person does not provide a fresh login.
            request = request.add_extra_param("prompt", "login").add_extra_param("max_age", "0");
        }
    }
    Ok((request.url().0, attempt))
}

/// Finishes: redeems the code and returns the person. No other request may get the same `attempt`, and that
/// must be settled before, so that nothing is redeemed twice. Without a code the provider is not asked
/// anything: there is nothing to redeem, and a person who said no need not wait for its metadata.
///
/// # Errors
/// [`OAuthError`]; then nothing has changed except that the attempt is used up.
pub async fn finish(
    provider: &Provider,
    redirect_uri: &Url,
    attempt: OAuthAttempt,
    callback: Callback,
    now: OffsetDateTime,
) -> Result<ExternalPerson, OAuthError> {
    if !attempt.is_answered_by(provider.name(), callback.state()) || attempt.expired(now) {
        return Err(OAuthError::Failed("the attempt does not belong to this answer"));
    }
    let iss = callback.issuer().map(str::to_owned);
    let code = callback.into_code()?;
    let route = provider.route(Patience::Full, now).await?;
    let (issuer, token_url) = (route.openid.as_ref().map(|openid| openid.issuer.as_str()), &route.token_url);
    if issuer != attempt.issuer.as_deref() || token_url.as_str() != attempt.token_url {
        let place =
            |issuer: Option<&str>, token_url: &str| format!("{} {token_url}", issuer.unwrap_or_default());
        let before = place(attempt.issuer.as_deref(), &attempt.token_url);
        let after = place(issuer, token_url.as_str());
        return Err(OAuthError::mismatch("the provider has moved since the attempt began", before, after));
    }
    check_issuer(provider, &route, iss.as_deref())?;
    let tokens = redeem(provider, &route, redirect_uri, &attempt, code).await?;
    let access_token = tokens.access_token();
    match (&route.openid, &provider.config().kind) {
        (Some(openid), _) => {
            let raw = tokens.extra_fields().id_token.as_deref();
            let raw = raw.ok_or(OAuthError::Failed("token endpoint: no ID token"))?;
            let verified = id_token::verify(provider, openid, &attempt, raw, access_token, now).await?;
            userinfo::openid(provider, route.userinfo_url.as_ref(), access_token, verified).await
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

/// RFC 9207: a response from a different provider is rejected before the code is sent anywhere.
fn check_issuer(provider: &Provider, route: &Route, iss: Option<&str>) -> Result<(), OAuthError> {
    // Without a known issuer, an `iss` must at least have the origin the browser was sent to.
    let origin = route.auth_url.origin();
    let same_origin = |iss: &str| Url::parse(iss).is_ok_and(|iss| iss.origin() == origin);
    let (expected, required) = match (&route.openid, &provider.config().kind) {
        (Some(openid), _) => (openid.issuer.as_str().to_owned(), openid.iss_required),
        (None, ProviderKind::Plain { issuer: Some(issuer), .. }) => (issuer.clone(), true),
        (None, _) => (origin.ascii_serialization(), false),
    };
    let Some(iss) = iss else {
        if required {
            return Err(OAuthError::mismatch("callback: no issuer", expected, "(nothing)"));
        }
        return Ok(());
    };
    let right = match (&route.openid, &provider.config().kind) {
        (Some(openid), _) => openid.issuer.is_in_callback(iss),
        (None, ProviderKind::Plain { issuer: Some(issuer), .. }) => iss == issuer,
        (None, _) => same_origin(iss),
    };
    if right { Ok(()) } else { Err(OAuthError::mismatch("callback: another issuer", expected, iss)) }
}
