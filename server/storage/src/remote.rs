//! Connections to remote servers: PostgreSQL, Redis, MongoDB. Nothing here accesses the network, so that an
//! instance starts while a store is unavailable; the one exception is `mongodb+srv`, whose hosts are looked
//! up in DNS.

mod idle;

use std::str::FromStr as _;
use std::time::Duration;

use mongodb::options::{Acknowledgment, WriteConcern};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use self::idle::IdleTest;
use crate::RemoteUrl;

/// Sent with every connection, so that the server's operator can identify it.
const NAME: &str = "workout-trainer";

/// The default database of a MongoDB server, if the URL names none.
const DATABASE: &str = "workout_trainer";

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
pub struct RemoteError(String);

/// A pool that connects on first use. The URL's own `sslmode` and `statement_timeout` (in `options`) win. By
/// default the server itself ends a statement after [`RemoteSettings::operation_limit`], so that it does not
/// keep working for a caller that has given up.
///
/// # Errors
/// If the URL is invalid.
pub fn postgres(url: &RemoteUrl, settings: &RemoteSettings) -> Result<PgPool, RemoteError> {
    trust_provider();
    // The parser's own message may quote what it could not read.
    let options = PgConnectOptions::from_str(url.expose())
        .map_err(|_| RemoteError("this is not the URL of a PostgreSQL database".to_owned()))?
        .application_name(NAME);
    let options = if url.expose().contains("statement_timeout") {
        options
    } else {
        options.options([("statement_timeout", settings.operation_limit().as_millis().to_string())])
    };
    let idle = IdleTest::new(settings.timeout);
    let pool = PgPoolOptions::new()
        .max_connections(settings.pool_size)
        .acquire_timeout(settings.timeout)
        .test_before_acquire(false)
        .before_acquire(move |connection, metadata| {
            let idle = idle.clone();
            Box::pin(async move { Ok(idle.passes(connection, metadata).await) })
        });
    Ok(pool.connect_lazy_with(options))
}

/// A client that connects on first use.
///
/// # Errors
/// If the URL is invalid.
pub fn redis(url: &RemoteUrl) -> Result<redis::Client, RemoteError> {
    trust_provider();
    redis::Client::open(url.expose())
        .map_err(|_| RemoteError("this is not the URL of a Redis database".to_owned()))
}

/// A client that connects on first use, and the database named by the URL (`workout_trainer` by default). The
/// URL's own time limits win. Its `maxPoolSize` does not, because callers queue in front of the pool and the
/// queue must know its size; nor does its `w`, because an acknowledged logout must survive a fail-over.
/// Readers choose to read from the primary themselves.
///
/// # Errors
/// If the URL is invalid, or (`mongodb+srv`) DNS does not know its hosts.
pub async fn mongodb(url: &RemoteUrl, settings: &RemoteSettings) -> Result<mongodb::Database, RemoteError> {
    trust_provider();
    let parsed = mongodb::options::ClientOptions::parse(url.expose()).await;
    let mut options =
        parsed.map_err(|_| RemoteError("this is not the URL of a MongoDB database".to_owned()))?;
    options.app_name.get_or_insert_with(|| NAME.to_owned());
    options.server_selection_timeout.get_or_insert(settings.timeout);
    options.connect_timeout.get_or_insert(settings.timeout);
    options.max_pool_size = Some(settings.pool_size);
    options.write_concern.get_or_insert_with(WriteConcern::majority).w = Some(Acknowledgment::Majority);
    // The driver finds dead connections by its heartbeat, every ten seconds by default; it does not allow
    // less than half a second.
    options.heartbeat_freq.get_or_insert(settings.timeout.max(Duration::from_millis(500)));
    let name = options.default_database.clone().unwrap_or_else(|| DATABASE.to_owned());
    let client = mongodb::Client::with_options(options)
        .map_err(|_| RemoteError("the options of the MongoDB URL contradict each other".to_owned()))?;
    Ok(client.database(&name))
}

/// TLS of all three uses rustls, which must be told which cryptography provider to use.
fn trust_provider() {
    // An error means that a provider is already installed, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
