//! The built-in identity provider, for trying OAuth on a fresh clone: an ordinary OAuth 2.0 server on routes of
//! its own, which the application talks to over HTTP like to any other. It believes every name and address
//! typed in, and therefore calls no address verified and never runs in production.
//!
//! | route | here |
//! |---|---|
//! | `GET /demo-provider/authorize` | [`DemoProvider::show`], rendered by the caller |
//! | `POST /demo-provider/authorize` | [`DemoProvider::decide`], rendered by the caller |
//! | `POST /demo-provider/token`, `GET /demo-provider/userinfo` | [`DemoProvider::back_channel`] |
//!
//! Codes and tokens live in the database as hashes, so that any instance can redeem them.

mod authorize;
mod consent;
mod grant;
mod token;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use url::Url;

use crate::clock::Clock;
use crate::database::DemoGrants;
use crate::oauth::OAuthError;
use crate::oauth::config::{ClientAuth, Endpoints, ProviderConfig, ProviderKind, UserinfoFields};
use crate::oauth::registry::callback_url;

pub use consent::Answer;

/// The path name, as in `/auth/demo`.
pub const NAME: &str = "demo";
/// What people read.
pub const LABEL: &str = "Demo";

const CLIENT_ID: &str = "workout-trainer";
const SCOPES: [&str; 3] = ["openid", "profile", "email"];
/// A token request is far smaller.
const LARGEST_REQUEST: usize = 16 * 1024;

/// The provider. It knows one client: this application.
pub struct DemoProvider {
    grants: Arc<dyn DemoGrants>,
    clock: Clock,
    client_secret: String,
    redirect_uri: Url,
    public_url: Url,
    issuer: String,
}

impl fmt::Debug for DemoProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DemoProvider").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl DemoProvider {
    /// A provider under `public_url`. `client_secret` must be the same on all instances.
    ///
    /// # Errors
    /// [`OAuthError::Failed`] if `public_url` cannot have a path.
    pub fn new(
        grants: Arc<dyn DemoGrants>,
        clock: Clock,
        public_url: &Url,
        client_secret: String,
    ) -> Result<Self, OAuthError> {
        Ok(Self {
            grants,
            clock,
            client_secret,
            redirect_uri: callback_url(public_url, NAME)?,
            issuer: at(public_url, "/demo-provider")?.to_string(),
            public_url: public_url.clone(),
        })
    }

    /// How the application reaches it: the browser by the public URL, the server itself (`listen` is the
    /// address really bound) without the way around through proxies.
    ///
    /// # Errors
    /// [`OAuthError::Failed`] if the URLs cannot be made.
    pub fn config(&self, listen: SocketAddr) -> Result<ProviderConfig, OAuthError> {
        let ip = match listen.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        let own = format!("http://{}", SocketAddr::new(ip, listen.port()));
        let own = Url::parse(&own).map_err(|_| OAuthError::Failed("the listen address makes no URL"))?;
        Ok(ProviderConfig {
            name: NAME.to_owned(),
            label: LABEL.to_owned(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: self.client_secret.clone(),
            scopes: SCOPES.map(str::to_owned).to_vec(),
            client_auth: ClientAuth::Basic,
            kind: ProviderKind::Plain {
                endpoints: Endpoints {
                    auth_url: at(&self.public_url, "/demo-provider/authorize")?,
                    token_url: at(&own, "/demo-provider/token")?,
                    userinfo_url: at(&own, "/demo-provider/userinfo")?,
                },
                fields: UserinfoFields::default(),
                issuer: Some(self.issuer.clone()),
            },
        })
    }

    /// The two routes no browser comes to. They read no cookie: the client proves who it is, the token what it
    /// may see.
    pub fn back_channel(self: Arc<Self>) -> Router {
        Router::new()
            .route("/demo-provider/token", post(token::token))
            .route("/demo-provider/userinfo", get(token::userinfo))
            .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
            .with_state(self)
    }
}

fn at(base: &Url, path: &str) -> Result<Url, OAuthError> {
    base.join(path).map_err(|_| OAuthError::Failed("the URL cannot have a path"))
}
