//! PostgreSQL, Redis and MongoDB servers for tests: found on this machine, started on free ports in a temporary
//! directory, and stopped together with the test process, however that ends.
//!
//! ```no_run
//! # fn main() {
//! let Some(server) = test_servers::required(test_servers::redis()) else { return };
//! println!("an empty database of {}: {}", server.product(), server.fresh_url());
//! # }
//! ```
//!
//! | server | found |
//! |---|---|
//! | PostgreSQL | `TEST_POSTGRES_URL`, `postgres` on `PATH`, or Debian's `/usr/lib/postgresql/*/bin` |
//! | Redis | `redis-server` or `valkey-server` on `PATH` |
//! | MongoDB | `TEST_MONGODB_URL` (a replica set), or SecantusDB, a server that speaks MongoDB's wire protocol, installed from PyPI into the target directory; needs `python3` |
//!
//! The variables name servers that are already running; `TEST_POSTGRES_PRODUCT` and `TEST_MONGODB_PRODUCT` say what they
//! are, for the table of results. If a server cannot be found or started, one line names it and its tests are skipped;
//! with `CI=true` a skip is a failure ([`required`]).
#![forbid(unsafe_code)]

mod mongodb;
mod postgres;
mod process;
mod programs;
mod redis;
mod server;
mod tls;
mod wire;

use std::sync::OnceLock;

pub use self::programs::{cargo, on_path, say};
pub use self::server::Server;
pub use self::tls::Certificates;

/// Who speaks in [`say`].
pub(crate) const SPEAKER: &str = "test servers";

/// The kind of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Postgres,
    /// Redis or Valkey.
    Redis,
    /// MongoDB, or a server that speaks its wire protocol.
    MongoDb,
}

/// Why something a test needs is not there: one line that says what is missing and what would help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Missing(pub(crate) String);

impl Missing {
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// The PostgreSQL server of this process.
///
/// # Errors
/// If none can be found or started; every call gives the same answer.
pub fn postgres() -> Result<&'static Server, Missing> {
    static SERVER: OnceLock<Result<Server, Missing>> = OnceLock::new();
    shared(&SERVER, Kind::Postgres)
}

/// The Redis server of this process.
///
/// # Errors
/// If none can be found or started; every call gives the same answer.
pub fn redis() -> Result<&'static Server, Missing> {
    static SERVER: OnceLock<Result<Server, Missing>> = OnceLock::new();
    shared(&SERVER, Kind::Redis)
}

/// The MongoDB server of this process, or its stand-in.
///
/// # Errors
/// If none can be found or started; every call gives the same answer.
pub fn mongodb() -> Result<&'static Server, Missing> {
    static SERVER: OnceLock<Result<Server, Missing>> = OnceLock::new();
    shared(&SERVER, Kind::MongoDb)
}

/// The server of this kind that all tests of this process share.
///
/// # Errors
/// If none can be found or started; every call gives the same answer.
pub fn shared_of(kind: Kind) -> Result<&'static Server, Missing> {
    match kind {
        Kind::Postgres => postgres(),
        Kind::Redis => redis(),
        Kind::MongoDb => mongodb(),
    }
}

fn shared(
    server: &'static OnceLock<Result<Server, Missing>>,
    kind: Kind,
) -> Result<&'static Server, Missing> {
    server.get_or_init(|| Server::shared(kind)).as_ref().map_err(Clone::clone)
}

/// A server for one test alone, which may stop, kill, pause and start it. Dropping the value ends it.
///
/// # Errors
/// If none can be started. A server named by a variable is never used here: it is not ours to stop.
pub fn own(kind: Kind) -> Result<Server, Missing> {
    Server::start_own(kind, &[], false)
}

/// Like [`own`], with more command-line arguments, for example `["--maxmemory", "2mb"]` for Redis.
///
/// # Errors
/// See [`own`].
pub fn own_with(kind: Kind, arguments: &[&str]) -> Result<Server, Missing> {
    Server::start_own(kind, arguments, false)
}

/// Like [`own`], over TLS. The certificate for `localhost` and `127.0.0.1` is signed by [`Server::authority`] and made
/// with the program `openssl`. The URL of Redis says so (`rediss://`); those of PostgreSQL and MongoDB need an option.
///
/// # Errors
/// See [`own`].
pub fn own_over_tls(kind: Kind) -> Result<Server, Missing> {
    Server::start_own(kind, &[], true)
}

/// The server, or `None` after printing one line that says why the test is skipped.
///
/// # Panics
/// If it is missing and `CI=true`, where a skip is a failure.
pub fn required<T>(found: Result<T, Missing>) -> Option<T> {
    match found {
        Ok(server) => Some(server),
        Err(Missing(reason)) => {
            assert!(
                std::env::var_os("CI").is_none_or(|ci| ci != "true"),
                "with CI=true a skip is a failure: {reason}"
            );
            say(SPEAKER, &format!("SKIPPED: {reason}"));
            None
        }
    }
}
