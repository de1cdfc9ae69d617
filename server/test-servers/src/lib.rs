//! What tests need from the machine.
// slim: mongodb/postgres/redis
//!
//! Database servers are found on it, started on free ports in a temporary directory, and stopped together with the test
//! process, however that ends.
//!
//! ```no_run
//! # fn main() {
//! # let kind = test_servers::Kind::ALL[0];
//! let Some(server) = test_servers::required(test_servers::shared_of(kind)) else { return };
//! println!("an empty database of {}: {}", server.product(), server.fresh_url());
//! # }
//! ```
//!
//! | server | found |
//! |---|---|
// slim: end
//! | PostgreSQL | `TEST_POSTGRES_URL`, `postgres` on `PATH`, or Debian's `/usr/lib/postgresql/*/bin` | <!-- slim: postgres -->
//! | Redis | `redis-server` or `valkey-server` on `PATH` | <!-- slim: redis -->
//! | MongoDB | `TEST_MONGODB_URL` (a replica set), or SecantusDB, a server that speaks MongoDB's wire protocol, installed from PyPI into the target directory; needs `python3` | <!-- slim: mongodb -->
// slim: mongodb/postgres
//!
//! The variables name servers that are already running; others that end in `_PRODUCT` say what they are, for the table of
//! results.
// slim: end
//!
//! If something cannot be found or started, one line names it and the command that installs it ([`install`]), and its tests are skipped; with `CI=true` a skip is a failure
//! ([`required`]).
#![forbid(unsafe_code)]

pub mod install;
mod kind; // slim: mongodb/postgres/redis
mod mongodb; // slim: mongodb
mod postgres; // slim: postgres
mod process; // slim: mongodb/postgres/redis
mod programs;
mod redis; // slim: redis
mod server; // slim: mongodb/postgres/redis
mod tls;
mod wire; // slim: mongodb/postgres/redis

use std::sync::OnceLock; // slim: mongodb/postgres/redis

pub use self::kind::Kind; // slim: mongodb/postgres/redis
pub use self::programs::{cargo, on_path, say};
pub use self::server::Server; // slim: mongodb/postgres/redis
pub use self::tls::Certificates;

/// Who speaks in [`say`].
pub(crate) const SPEAKER: &str = "test servers";

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

// slim: postgres
/// The PostgreSQL server of this process.
///
/// # Errors
/// If none can be found or started; every call gives the same answer.
pub fn postgres() -> Result<&'static Server, Missing> {
    static SERVER: OnceLock<Result<Server, Missing>> = OnceLock::new();
    shared(&SERVER, Kind::Postgres)
}
// slim: end

// slim: redis
/// The Redis server of this process.
///
/// # Errors
/// If none can be found or started; every call gives the same answer.
pub fn redis() -> Result<&'static Server, Missing> {
    static SERVER: OnceLock<Result<Server, Missing>> = OnceLock::new();
    shared(&SERVER, Kind::Redis)
}
// slim: end

// slim: mongodb
/// The MongoDB server of this process, or its stand-in.
///
/// # Errors
/// If none can be found or started; every call gives the same answer.
pub fn mongodb() -> Result<&'static Server, Missing> {
    static SERVER: OnceLock<Result<Server, Missing>> = OnceLock::new();
    shared(&SERVER, Kind::MongoDb)
}
// slim: end

// slim: mongodb/postgres/redis
/// The server of this kind that all tests of this process share.
///
/// # Errors
/// If none can be found or started; every call gives the same answer.
pub fn shared_of(kind: Kind) -> Result<&'static Server, Missing> {
    match kind {
        Kind::Postgres => postgres(), // slim: postgres
        Kind::Redis => redis(),       // slim: redis
        Kind::MongoDb => mongodb(),   // slim: mongodb
    }
}
// slim: end

// slim: mongodb/postgres/redis
fn shared(
    server: &'static OnceLock<Result<Server, Missing>>,
    kind: Kind,
) -> Result<&'static Server, Missing> {
    server.get_or_init(|| Server::shared(kind)).as_ref().map_err(Clone::clone)
}
// slim: end

// slim: mongodb/postgres/redis
/// A server for one test alone, which may stop, kill, pause and start it. Dropping the value ends it.
///
/// # Errors
/// If none can be started. A server named by a variable is never used here: it is not ours to stop.
pub fn own(kind: Kind) -> Result<Server, Missing> {
    Server::start_own(kind, &[], false)
}
// slim: end

// slim: mongodb/postgres/redis
/// Like [`own`], with more command-line arguments, as its program takes them.
///
/// # Errors
/// See [`own`].
pub fn own_with(kind: Kind, arguments: &[&str]) -> Result<Server, Missing> {
    Server::start_own(kind, arguments, false)
}
// slim: end

// slim: mongodb/postgres/redis
/// Like [`own`], over TLS. The certificate for `localhost` and `127.0.0.1` is signed by [`Server::authority`] and made
/// with the program `openssl`. Its URL says so if there is a scheme for that; otherwise it needs an option.
///
/// # Errors
/// See [`own`].
pub fn own_over_tls(kind: Kind) -> Result<Server, Missing> {
    Server::start_own(kind, &[], true)
}
// slim: end

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
