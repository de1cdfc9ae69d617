// slim: mongodb/postgres/redis
//! Connections to remote servers, each kind a cargo feature. Nothing here accesses the network, so that an instance
//! starts while a store is unavailable; one kind of URL, whose hosts are looked up in DNS, is the exception.
// slim: instead
// //! Settings for connections.
// slim: end

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

/// Settings for connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteSettings {
    /// `STORE_TIMEOUT`, default 2 s, at most a minute: the longest wait for one operation, including
    /// connecting and waiting for a connection.
    pub timeout: Duration,
    // slim: mongodb/postgres/redis
    /// `STORE_POOL_SIZE`, default 10: maximum number of connections to one server. Drivers may add some of
    /// their own for monitoring, or need only one.
    pub pool_size: u32,
    /// For commands, which end or count a million sessions at once while no page waits: once connected, an
    /// operation may take ten minutes.
    pub maintenance: bool,
    // slim: end
}

// slim: mongodb/postgres/redis
impl RemoteSettings {
    /// The longest time one operation may take.
    #[must_use]
    pub fn operation_limit(&self) -> Duration {
        if self.maintenance { Duration::from_mins(10) } else { self.timeout }
    }
}
// slim: end

impl Default for RemoteSettings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(2),
            pool_size: 10,      // slim: mongodb/postgres/redis
            maintenance: false, // slim: mongodb/postgres/redis
        }
    }
}

// slim: mongodb/postgres/redis
/// The URL asks for something that is not supported. Contains no credentials.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RemoteError(pub(crate) String);
// slim: end

/// TLS of all of them uses rustls, which must be told which cryptography provider to use.
#[cfg(any(feature = "mongodb", feature = "postgres", feature = "redis"))]
fn trust_provider() {
    // An error means that a provider is already installed, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
