//! An OpenID provider's metadata (OpenID Connect Discovery 1.0) and keys.

use std::sync::Arc;

use http::{Method, StatusCode, header};
use openidconnect::core::CoreJsonWebKeySet;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use time::{Duration, OffsetDateTime};
use url::Url;

use super::OAuthError;
use super::config::{acceptable, on_loopback};
use super::http::HttpClient;

/// How long metadata and keys are cached.
const BELIEVED: Duration = Duration::hours(1);
/// Keys are refetched (when a token names an unknown one) at most this often: tokens with invented key names
/// must not make us put load on the provider.
const KEYS_AGAIN: Duration = Duration::minutes(1);
/// For this long after a failure, waiting requests fail at once instead of each waiting in turn.
const FAILED: Duration = Duration::seconds(2);

/// The parts of the metadata we use.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    jwks_uri: Url,
    /// RFC 9207 §3
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
    /// RFC 8414 §2
    code_challenge_methods_supported: Option<Vec<String>>,
}

impl Metadata {
    fn check(self, issuer: &str) -> Result<Self, OAuthError> {
        // Discovery §4.3: exactly the same, including a trailing slash.
        if self.issuer != issuer {
            return Err(OAuthError::Failed("discovery: another issuer"));
        }
        let local = Url::parse(issuer).is_ok_and(|issuer| on_loopback(&issuer));
        let urls = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        let safe = |url: &Url| acceptable(url) && (local || !on_loopback(url));
        if !urls.into_iter().chain(&self.userinfo_endpoint).all(safe) {
            return Err(OAuthError::Failed("discovery: an address that is not safe"));
        }
        // A provider that lists methods without S256 would ignore our challenge (RFC 9700 §2.1.1).
        if self.code_challenge_methods_supported.as_ref().is_some_and(|all| !all.iter().any(|m| m == "S256"))
        {
            return Err(OAuthError::Failed("discovery: PKCE with S256 is not supported"));
        }
        Ok(self)
    }
}

/// What is known about an OpenID provider.
#[derive(Debug, Default)]
pub(super) struct Discovery {
    known: Option<Known>,
    failed_at: Option<(OffsetDateTime, OAuthError)>,
}

#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) metadata: Arc<Metadata>,
    pub(super) keys: Arc<CoreJsonWebKeySet>,
    metadata_at: OffsetDateTime,
    keys_at: OffsetDateTime,
}

impl Discovery {
    /// Metadata and keys, fetched from the provider only if they are missing or too old.
    pub(super) async fn known(
        &mut self,
        issuer: &str,
        http: &HttpClient,
        now: OffsetDateTime,
    ) -> Result<Known, OAuthError> {
        if let Some(known) = self.known.as_ref().filter(|known| recent(known.metadata_at, BELIEVED, now)) {
            return Ok(known.clone());
        }
        if let Some((at, error)) = self.failed_at
            && recent(at, FAILED, now)
        {
            return Err(error);
        }
        match discover(issuer, http, now).await {
            Ok(known) => {
                *self = Self { known: Some(known.clone()), failed_at: None };
                Ok(known)
            }
            Err(error) => {
                self.failed_at = Some((now, error));
                Err(error)
            }
        }
    }

    /// Newer keys than those tried, fetched from the provider unless that was done a moment ago.
    pub(super) async fn newer_keys(
        &mut self,
        tried: &Arc<CoreJsonWebKeySet>,
        http: &HttpClient,
        now: OffsetDateTime,
    ) -> Result<Option<Arc<CoreJsonWebKeySet>>, OAuthError> {
        let Some(known) = &mut self.known else { return Ok(None) };
        // Another login may have fetched them in the meantime.
        if Arc::ptr_eq(tried, &known.keys) {
            if recent(known.keys_at, KEYS_AGAIN, now) {
                return Ok(None);
            }
            // Recorded before the outcome is known, because failures count as well.
            known.keys_at = now;
            known.keys = Arc::new(json(http, &known.metadata.jwks_uri).await?);
        }
        Ok(Some(Arc::clone(&known.keys)))
    }
}

fn recent(at: OffsetDateTime, period: Duration, now: OffsetDateTime) -> bool {
    (Duration::ZERO..period).contains(&(now - at))
}

async fn discover(issuer: &str, http: &HttpClient, now: OffsetDateTime) -> Result<Known, OAuthError> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let address = Url::parse(&address).map_err(|_| OAuthError::Failed("discovery: no URL"))?;
    let metadata = json::<Metadata>(http, &address).await?.check(issuer)?;
    let keys = json(http, &metadata.jwks_uri).await?;
    Ok(Known { metadata: Arc::new(metadata), keys: Arc::new(keys), metadata_at: now, keys_at: now })
}

async fn json<T: DeserializeOwned>(http: &HttpClient, address: &Url) -> Result<T, OAuthError> {
    let request = http::Request::builder()
        .method(Method::GET)
        .uri(address.as_str())
        .header(header::ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|_| OAuthError::Failed("discovery: no URL"))?;
    let answer = http.send(request).await?;
    if answer.status() != StatusCode::OK {
        return Err(OAuthError::Failed("discovery: not found"));
    }
    serde_json::from_slice(answer.body()).map_err(|_| OAuthError::Failed("discovery: not understood"))
}
