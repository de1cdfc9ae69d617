//! PostgreSQL, Redis and MongoDB servers for tests: found on this machine, started on free ports with a temporary
//! directory, and stopped with the test process, however that ends.
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
//! A variable names a server that runs already; `TEST_POSTGRES_PRODUCT` and `TEST_MONGODB_PRODUCT` say what it is, for
//! the table of results. What is not there is named in one line and its tests are skipped;
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

pub use self::programs::cargo;
pub use self::server::Server;

/// What kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// PostgreSQL.
    Postgres,
    /// Redis or Valkey.
    Redis,
    /// MongoDB, or what speaks its wire protocol.
    MongoDb,
}

/// Why there is no such server. One line that says what is missing and what would help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Missing(pub(crate) String);

impl Missing {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// The PostgreSQL server of this process.
///
/// # Errors
/// If none is to be had; the same for every call.
pub fn postgres() -> Result<&'static Server, Missing> {
    static SERVER: OnceLock<Result<Server, Missing>> = OnceLock::new();
    shared(&SERVER, Kind::Postgres)
}

/// The Redis server of this process.
///
/// # Errors
/// If none is to be had; the same for every call.
pub fn redis() -> Result<&'static Server, Missing> {
    static SERVER: OnceLock<Result<Server, Missing>> = OnceLock::new();
    shared(&SERVER, Kind::Redis)
}

/// The MongoDB server of this process, or its stand-in.
///
/// # Errors
/// If none is to be had; the same for every call.
pub fn mongodb() -> Result<&'static Server, Missing> {
    static SERVER: OnceLock<Result<Server, Missing>> = OnceLock::new();
    shared(&SERVER, Kind::MongoDb)
}

/// The server of that kind which all tests of this process share.
///
/// # Errors
/// If none is to be had; the same for every call.
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

/// A server of one's own, to be stopped, killed, paused and started at will. It goes when the value goes.
///
/// # Errors
/// If none can be started here; a server named by a variable does not count, for it is not ours to stop.
pub fn own(kind: Kind) -> Result<Server, Missing> {
    Server::start_own(kind, &[], false)
}

/// The same with further arguments of its command line, like `["--maxmemory", "2mb"]` for Redis.
///
/// # Errors
/// See [`own`].
pub fn own_with(kind: Kind, arguments: &[&str]) -> Result<Server, Missing> {
    Server::start_own(kind, arguments, false)
}

/// The same over TLS, with a certificate for `localhost` and `127.0.0.1` by [`Server::authority`], made with the program
/// `openssl`. The URL of Redis says so (`rediss://`); those of PostgreSQL and MongoDB need an option.
///
/// # Errors
/// See [`own`].
pub fn own_over_tls(kind: Kind) -> Result<Server, Missing> {
    Server::start_own(kind, &[], true)
}

/// The server, or `None` after one line that says why the test is skipped.
///
/// # Panics
/// If it is missing and `CI=true`: there a skip is a failure.
pub fn required<T>(found: Result<T, Missing>) -> Option<T> {
    match found {
        Ok(server) => Some(server),
        Err(Missing(reason)) => {
            assert!(
                std::env::var_os("CI").is_none_or(|ci| ci != "true"),
                "with CI=true a skip is a failure: {reason}"
            );
            say(&format!("SKIPPED: {reason}"));
            None
        }
    }
}

/// One line for the person at the terminal. Not `eprintln!`, which the test harness keeps to itself.
pub(crate) fn say(line: &str) {
    use std::io::Write as _;
    // Nobody listens: nothing to be done about it.
    let _ = writeln!(std::io::stderr(), "test servers: {line}");
}
