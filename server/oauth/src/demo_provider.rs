//! The built-in identity provider, for trying OAuth on a fresh clone: an ordinary OAuth 2.0 server on its own
//! routes, which the application talks to over HTTP like any other. It accepts any name and address, and
//! therefore never calls an address verified and never runs in production.
//!
//! This module contains the decisions for each route; the routes themselves and the consent page belong to
//! the web layer.
//!
//! | route | decided by |
//! |---|---|
//! | `GET /demo-provider/authorize` | [`DemoProvider::show`] |
//! | `POST /demo-provider/authorize` | [`DemoProvider::decide`], [`DemoProvider::issue_code`] |
//! | `POST /demo-provider/token` | [`DemoProvider::redeem`] |
//! | `GET /demo-provider/userinfo` | [`DemoProvider::userinfo`] |
//!
//! Codes and tokens are kept as hashes in a store shared by all instances ([`DemoGrants`]), so that any of
//! them can redeem a code.

mod authorize;
mod consent;
mod grant;
mod token;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use domain::name;
use url::Url;

use crate::OAuthError;
use crate::config::{ClientAuth, Endpoints, ProviderConfig, ProviderKind, UserinfoFields};
use crate::registry::callback_url;

pub use self::consent::{Allowed, Answer, Consent, Decision};
pub use self::grant::{DemoGrant, DemoGrants, GrantError};
pub use self::token::{TokenError, Tokens, Userinfo, UserinfoError};

/// The path name, as in `/auth/demo`.
pub const NAME: &str = "demo";
/// The name people read.
pub const LABEL: &str = "Demo";

const CLIENT_ID: &str = name::SLUG;
const SCOPES: [&str; 3] = ["openid", "profile", "email"];

/// The provider. It knows one client: this application.
pub struct DemoProvider {
    grants: Arc<dyn DemoGrants>,
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
        public_url: &Url,
        client_secret: String,
    ) -> Result<Self, OAuthError> {
        Ok(Self {
            grants,
            client_secret,
            redirect_uri: callback_url(public_url, NAME)?,
            issuer: at(public_url, "/demo-provider")?.to_string(),
            public_url: public_url.clone(),
        })
    }

    /// How the application reaches it: the browser through the public URL, the server itself directly
    /// (`listen` is the bound address) rather than through proxies.
    ///
    /// # Errors
    /// [`OAuthError::Failed`] if the URLs cannot be built.
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
}

fn at(base: &Url, path: &str) -> Result<Url, OAuthError> {
    base.join(path).map_err(|_| OAuthError::Failed("the URL cannot have a path"))
}
