//! Why a login at a provider does not succeed.

/// What went wrong. The reasons are fixed texts for the log: nothing a provider sent, no code and no token can
/// get into them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// The person said no at the provider.
    #[error("denied by the person")]
    Denied,
    /// The provider, or the site that sent the browser back, did not keep to the protocol.
    #[error("failed: {0}")]
    Failed(&'static str),
    /// The provider does not answer, or answers that it cannot at the moment.
    #[error("unavailable: {0}")]
    Unavailable(&'static str),
}
