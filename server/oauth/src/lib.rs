//! Logging in with somebody else's account: OAuth 2.0 and OpenID Connect, from the client's side.
//!
//! Everything about the protocol is here, as plain functions: [`flow::start`] makes the address the browser is
//! sent to, [`flow::finish`] turns what came back into an [`ExternalPerson`]. Cookies, sessions, redirects and
//! accounts are the routes' business and not known here. Access tokens are used once and dropped.

#![forbid(unsafe_code)]

pub mod attempt;
pub mod callback;
pub mod config;
pub mod demo_provider;
pub mod discovery;
pub mod flow;
pub mod http;
pub mod id_token;
pub mod registry;
pub mod userinfo;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What went wrong. The reasons are fixed texts for the log: nothing a provider sent, no code and no token can
/// get into them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// The person said no at the provider.
    #[error("denied by the person")]
    Denied,
    /// The provider, or whoever sent the browser back, did not keep to the protocol.
    #[error("failed: {0}")]
    Failed(&'static str),
    /// The provider does not answer, or answers that it cannot at the moment.
    #[error("unavailable: {0}")]
    Unavailable(&'static str),
}

/// Who a provider says the person is. Only `(provider, subject)` identifies; the address is a hint that opens
/// no account.
#[derive(Clone, PartialEq, Eq)]
pub struct ExternalPerson {
    /// The provider's path name.
    pub provider: String,
    /// The provider's own, stable name for the person: 1 to 255 characters.
    pub subject: String,
    /// As the provider wrote it; not parsed.
    pub email: Option<String>,
    /// The provider says that the address is the person's.
    pub email_verified: bool,
    /// What to call the person; not parsed.
    pub name: Option<String>,
    /// When the person last proved to the provider who they are, in seconds since 1970; only OpenID providers
    /// say so, and not all of them.
    pub auth_time: Option<i64>,
}

impl fmt::Debug for ExternalPerson {
    /// Names and addresses do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalPerson").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// 32 random bytes as 43 characters that need no escaping anywhere: a state, a nonce, a PKCE verifier
/// (RFC 7636 §4.1 asks for 43 to 128 of them), a code, a token.
#[must_use]
pub fn random_text() -> String {
    let mut bytes = [0_u8; 32];
    rand::fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_text_is_long_enough_for_pkce_and_never_the_same() {
        let texts: std::collections::BTreeSet<String> = (0..1_000).map(|_| random_text()).collect();
        assert_eq!(texts.len(), 1_000);
        assert!(texts.iter().all(|text| text.len() == 43));
    }

    #[test]
    fn a_person_is_not_printed() {
        let person = ExternalPerson {
            provider: "acme".to_owned(),
            subject: "subject-1".to_owned(),
            email: Some("ann@example.com".to_owned()),
            email_verified: true,
            name: Some("Ann".to_owned()),
            auth_time: None,
        };
        let printed = format!("{person:?}");
        assert!(!printed.contains("ann@") && !printed.contains("subject-1"), "{printed}");
    }
}
