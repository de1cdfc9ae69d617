//! Connections to remote servers: PostgreSQL, Redis, MongoDB, each a cargo feature. Nothing here accesses the
//! network, so that an instance starts while a store is unavailable; the one exception is `mongodb+srv`, whose
//! hosts are looked up in DNS.

#[cfg(feature = "mongodb")]
mod mongodb;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;

use std::time::Duration;

#[cfg(feature = "mongodb")]
pub use self::mongodb::mongodb;
#[cfg(feature = "postgres")]
pub use self::postgres::postgres;
#[cfg(feature = "redis")]
pub use self::redis::redis;

/// Settings for connections to remote servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteSettings {
    /// `STORE_TIMEOUT`, default 2 s, at most a minute: the longest wait for one operation, including
    /// connecting and waiting for a connection.
    pub timeout: Duration,
    /// `STORE_POOL_SIZE`, default 10: maximum number of connections to one server. MongoDB adds two of its
    /// own for monitoring; Redis only ever needs one.
    pub pool_size: u32,
    /// For commands, which end or count a million sessions at once while no page waits: once connected, an
    /// operation may take ten minutes.
    pub maintenance: bool,
}

impl RemoteSettings {
    /// The longest time one operation may take.
    #[must_use]
    pub fn operation_limit(&self) -> Duration {
        if self.maintenance { Duration::from_mins(10) } else { self.timeout }
    }
}

impl Default for RemoteSettings {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(2), pool_size: 10, maintenance: false }
    }
}

/// The URL asks for something that is not supported. Contains no credentials.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RemoteError(pub(crate) String);

/// TLS of all three uses rustls, which must be told which cryptography provider to use.
#[cfg(any(feature = "mongodb", feature = "postgres", feature = "redis"))]
fn trust_provider() {
    // An error means that a provider is already installed, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
