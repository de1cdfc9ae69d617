//! Why a login at a provider fails.

/// What went wrong. The reasons are fixed texts for the log and can never contain anything sent by a
/// provider, a code or a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// The person declined at the provider.
    #[error("denied by the person")]
    Denied,
    /// The provider, or the site that sent the browser back, violated the protocol.
    #[error("failed: {0}")]
    Failed(&'static str),
    /// The provider does not respond, or reports that it is temporarily unavailable.
    #[error("unavailable: {0}")]
    Unavailable(&'static str),
}
