//! What each store can be asked for at once, and for how long.

use std::time::Duration;

use crate::time_limit::CallQueue;
use crate::{RemoteSettings, StoreUrl, sqlite};

/// How long an operation on a local file may take: the disk may be slow and SQLite's single writer busy
/// (`busy_timeout`), but there is no network to wait for.
const LOCAL_LIMIT: Duration = Duration::from_secs(10);

impl StoreUrl {
    /// The longest time one operation may take, and the queue in front of its connections: stores that share
    /// connections must share a clone of it.
    #[must_use]
    pub fn limits(&self, settings: &RemoteSettings) -> (Duration, CallQueue) {
        match self {
            Self::Memory | Self::SqliteFile(_) | Self::SqliteMemory => {
                (settings.timeout.max(LOCAL_LIMIT), CallQueue::unlimited())
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => (settings.timeout, CallQueue::of_connections(settings.pool_size)),
            #[cfg(feature = "mongodb")]
            Self::MongoDb(_) => (settings.timeout, CallQueue::of_connections(settings.pool_size)),
            #[cfg(feature = "redis")]
            Self::Redis(_) => (settings.timeout, CallQueue::plenty()),
        }
    }

    /// How many files and sockets it keeps open at most.
    #[must_use]
    // slim: mongodb/postgres/redis
    #[cfg_attr(
        not(any(feature = "mongodb", feature = "postgres", feature = "redis")),
        expect(unused_variables, reason = "only remote stores have a pool")
    )]
    pub fn descriptors(&self, settings: &RemoteSettings) -> usize {
        // slim: instead
        // pub fn descriptors(&self) -> usize {
        // slim: end
        match self {
            Self::Memory | Self::SqliteMemory => 0,
            Self::SqliteFile(_) => sqlite::descriptors(),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => pool(settings),
            #[cfg(feature = "mongodb")]
            Self::MongoDb(_) => pool(settings),
            #[cfg(feature = "redis")]
            Self::Redis(_) => pool(settings),
        }
    }
}

#[cfg(any(feature = "mongodb", feature = "postgres", feature = "redis"))]
fn pool(settings: &RemoteSettings) -> usize {
    usize::try_from(settings.pool_size).unwrap_or(usize::MAX).min(1000)
}
