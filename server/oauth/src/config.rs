//! The configured providers and how to talk to them. A value of these types is complete and validated, so no
//! code needs to check whether a URL is present or safe.

pub mod presets;
pub(crate) mod quirks;

use std::fmt;

use url::{Host, Url};

/// A provider to log in with.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderConfig {
    /// The path name, as in `/auth/<name>`. Identities are stored under it, so it must not change.
    pub name: String,
    /// The name people read: `Continue with <label>`.
    pub label: String,
    pub client_id: String,
    pub client_secret: String,
    /// The requested scopes.
    pub scopes: Vec<String>,
    /// How the token endpoint expects the secret.
    pub client_auth: ClientAuth,
    /// Its protocol and endpoints.
    pub kind: ProviderKind,
}

impl fmt::Debug for ProviderConfig {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderConfig")
            .field("name", &self.name)
            .field("label", &self.label)
            .field("client_id", &self.client_id)
            .field("client_secret", &format_args!("(redacted)"))
            .field("scopes", &self.scopes)
            .field("client_auth", &self.client_auth)
            .field("kind", &self.kind)
            .finish()
    }
}

/// How a client authenticates at the token endpoint (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClientAuth {
    /// In the `Authorization` header, which every server must support.
    #[default]
    Basic,
    /// In the form.
    Post,
}

/// The three kinds of providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderKind {
    /// OpenID Connect: endpoints and keys are discovered, ID tokens are verified.
    OpenId {
        /// Exactly as the provider writes it, including a trailing slash.
        issuer: String,
    },
    /// OAuth 2.0 with an endpoint that returns the person's data.
    Plain {
        endpoints: Endpoints,
        /// Keys in its response.
        fields: UserinfoFields,
        /// The expected `iss` in the callback (RFC 9207), if known. Otherwise an `iss` must at least have the
        /// origin of the authorization URL.
        issuer: Option<String>,
    },
    /// GitHub: a numeric id, and e-mail addresses on a separate endpoint.
    GitHub { endpoints: Endpoints },
}

/// The endpoints of a provider without discovery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Where the browser is sent.
    pub auth_url: Url,
    /// Where the code is redeemed.
    pub token_url: Url,
    /// Returns the person's data.
    pub userinfo_url: Url,
}

/// Keys in a userinfo response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserinfoFields {
    /// The stable identifier, text or number.
    pub subject: String,
    pub email: String,
    /// Whether the address belongs to the person: `true`, or a text or number that says so.
    pub email_verified: String,
    /// The display name.
    pub name: String,
}

impl Default for UserinfoFields {
    /// The names of OpenID Connect Core §5.1.
    fn default() -> Self {
        Self {
            subject: "sub".to_owned(),
            email: "email".to_owned(),
            email_verified: "email_verified".to_owned(),
            name: "name".to_owned(),
        }
    }
}

/// Whether secrets may be sent there: `https`, or `http` to this machine. No fragment (RFC 6749 §3.1) and no
/// password in the URL.
pub fn acceptable(url: &Url) -> bool {
    let safe = match url.scheme() {
        "https" => url.has_host(),
        "http" => on_loopback(url),
        _ => false,
    };
    safe && url.fragment().is_none() && url.username().is_empty() && url.password().is_none()
}

/// Whether a URL points to this machine.
pub(crate) fn on_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_over_https_or_stay_on_this_machine() {
        for (url, expected) in [
            ("https://as.example/authorize?tenant=1", true),
            ("http://127.0.0.1:9/", true),
            ("http://127.8.8.8/", true),
            ("http://[::1]:9/", true),
            ("http://localhost:9/", true),
            ("http://as.example/", false),
            ("http://127.0.0.1.example/", false),
            ("http://localhost.example/", false),
            ("https://user:pass@as.example/", false),
            ("https://as.example/#x", false),
            ("ftp://as.example/", false),
            ("javascript:alert(1)", false),
        ] {
            assert_eq!(acceptable(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
