//! The providers of this application, by name.

use std::sync::Arc;

use time::OffsetDateTime;
use url::Url;

use super::OAuthError;
use super::config::{ProviderConfig, ProviderKind};
use super::discovery::{Discovery, Patience};
use super::http::HttpClient;
use super::issuer::Issuer;
use super::keys::Keys;

/// All providers, in display order.
#[derive(Debug, Clone, Default)]
pub struct Providers(Vec<Arc<Provider>>);

impl Providers {
    /// From their configurations. No provider is contacted yet: one that is down must not keep the
    /// application from starting.
    #[must_use]
    pub fn new(configs: impl IntoIterator<Item = ProviderConfig>, http: &HttpClient) -> Self {
        Self(configs.into_iter().map(|config| Arc::new(Provider::new(config, http.clone()))).collect())
    }

    /// By path name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Provider>> {
        self.0.iter().find(|provider| provider.name() == name)
    }

    /// In display order.
    pub fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter().map(Arc::as_ref)
    }
}

#[derive(Debug)]
pub struct Provider {
    config: ProviderConfig,
    http: HttpClient,
    /// OpenID providers only.
    discovery: Option<Arc<Discovery>>,
}

/// The endpoints for one attempt.
#[derive(Debug, Clone)]
pub(super) struct Route {
    /// OpenID providers only.
    pub(super) openid: Option<OpenId>,
    pub(super) auth_url: Url,
    pub(super) token_url: Url,
    pub(super) userinfo_url: Option<Url>,
    /// How clients may authenticate at the token endpoint, if the provider says so.
    pub(super) client_auth_methods: Option<Vec<String>>,
}

#[derive(Debug, Clone)]
pub(super) struct OpenId {
    pub(super) issuer: Issuer,
    /// The callback must contain `iss` (RFC 9207).
    pub(super) iss_required: bool,
    pub(super) keys: Arc<Keys>,
}

impl Provider {
    /// A provider that has not been contacted yet.
    #[must_use]
    pub fn new(config: ProviderConfig, http: HttpClient) -> Self {
        let discovery = match &config.kind {
            ProviderKind::OpenId { issuer } => Some(Discovery::new(issuer.clone(), http.clone())),
            ProviderKind::Plain { .. } | ProviderKind::GitHub { .. } => None,
        };
        Self { config, http, discovery }
    }

    /// The path name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.config.name
    }

    /// The name people read.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.config.label
    }

    #[must_use]
    pub fn config(&self) -> &ProviderConfig {
        &self.config
    }

    /// Where it sends the browser back to: built from the configured `PUBLIC_URL` and never from a request's
    /// `Host`. One path per provider, so that a response cannot be mistaken for another provider's.
    ///
    /// # Errors
    /// [`OAuthError::Failed`] if `public_url` cannot have a path.
    pub fn redirect_uri(&self, public_url: &Url) -> Result<Url, OAuthError> {
        callback_url(public_url, &self.config.name)
    }

    pub(super) fn http(&self) -> &HttpClient {
        &self.http
    }

    /// Its endpoints; those of an OpenID provider are refetched from time to time.
    pub(super) async fn route(&self, patience: Patience, now: OffsetDateTime) -> Result<Route, OAuthError> {
        match &self.config.kind {
            ProviderKind::OpenId { .. } => {
                let known = self.discovery()?.known(patience, now).await?;
                let metadata = known.metadata.as_ref().clone();
                Ok(Route {
                    openid: Some(OpenId {
                        issuer: metadata.issuer,
                        iss_required: metadata.authorization_response_iss_parameter_supported,
                        keys: known.keys,
                    }),
                    auth_url: metadata.authorization_endpoint,
                    token_url: metadata.token_endpoint,
                    userinfo_url: metadata.userinfo_endpoint,
                    client_auth_methods: metadata.client_auth_methods,
                })
            }
            ProviderKind::Plain { endpoints, .. } | ProviderKind::GitHub { endpoints } => Ok(Route {
                openid: None,
                auth_url: endpoints.auth_url.clone(),
                token_url: endpoints.token_url.clone(),
                userinfo_url: Some(endpoints.userinfo_url.clone()),
                client_auth_methods: None,
            }),
        }
    }

    pub(super) async fn newer_keys(
        &self,
        tried: &Arc<Keys>,
        now: OffsetDateTime,
    ) -> Result<Option<Arc<Keys>>, OAuthError> {
        self.discovery()?.newer_keys(tried, now).await
    }

    fn discovery(&self) -> Result<&Arc<Discovery>, OAuthError> {
        self.discovery.as_ref().ok_or(OAuthError::Failed("no issuer"))
    }
}

/// `<public_url>/auth/<name>/callback`
pub(crate) fn callback_url(public_url: &Url, name: &str) -> Result<Url, OAuthError> {
    let path = format!("/auth/{name}/callback");
    public_url.join(&path).map_err(|_| OAuthError::Failed("the public URL cannot have a path"))
}
