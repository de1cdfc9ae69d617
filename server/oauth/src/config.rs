//! Which providers there are and how to talk to each of them. A value of these types is complete and checked:
//! nothing that has one need ask whether a URL is there or safe.

pub mod presets;

use std::fmt;

use url::{Host, Url};

/// A provider one can log in with.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderConfig {
    /// The path name, as in `/auth/<name>`; also what identities are stored under, so it must not change.
    pub name: String,
    /// What people read: `Continue with <label>`.
    pub label: String,
    /// Who we are to the provider.
    pub client_id: String,
    /// And how we prove it.
    pub client_secret: String,
    /// What we ask for.
    pub scopes: Vec<String>,
    /// How the token endpoint wants the secret.
    pub client_auth: ClientAuth,
    /// Its protocol and addresses.
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
    /// In the `Authorization` header: what every server must understand.
    #[default]
    Basic,
    /// In the form.
    Post,
}

/// The three kinds of providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderKind {
    /// OpenID Connect: addresses and keys are discovered, ID tokens are verified.
    OpenId {
        /// Exactly as the provider writes it, a slash at the end included.
        issuer: String,
    },
    /// OAuth 2.0 with an endpoint that says who the person is.
    Plain {
        endpoints: Endpoints,
        /// Keys in its answer.
        fields: UserinfoFields,
        /// What `iss` in the callback has to be (RFC 9207), where that is known. Where not, an `iss` must at
        /// least be of the authorization URL's origin.
        issuer: Option<String>,
    },
    /// GitHub: a numeric id, and e-mail addresses on an endpoint of their own.
    GitHub { endpoints: Endpoints },
}

/// The addresses of a provider without discovery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Where the browser is sent.
    pub auth_url: Url,
    /// Where the code is redeemed.
    pub token_url: Url,
    /// Where it says who the person is.
    pub userinfo_url: Url,
}

/// Keys in a userinfo answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserinfoFields {
    /// The stable name, text or number.
    pub subject: String,
    pub email: String,
    /// Whether the address is the person's: `true`, or the text `true`.
    pub email_verified: String,
    /// What to call the person.
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

/// Whether we may send secrets there: `https`, or `http` to this very machine. No fragment (RFC 6749 §3.1)
/// and no password in the address.
pub fn acceptable(url: &Url) -> bool {
    let safe = match url.scheme() {
        "https" => url.has_host(),
        "http" => on_loopback(url),
        _ => false,
    };
    safe && url.fragment().is_none() && url.username().is_empty() && url.password().is_none()
}

/// Whether a URL points to this very machine.
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
