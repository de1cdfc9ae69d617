//! Which stores the application runs on in a test: by name, with fresh databases on real servers.

use test_servers::Kind; // slim: mongodb/postgres/redis
use test_servers::{Missing, required};

/// A session store and a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stack {
    pub(crate) sessions: Store,
    pub(crate) database: Store,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    /// Sessions only.
    Memory,
    /// A file in the test's own directory.
    Sqlite,
    /// On a real server. // slim: mongodb/postgres/redis
    Server(Kind), // slim: mongodb/postgres/redis
}

// slim: mongodb/postgres/redis
/// Servers of each kind that do not answer: nobody listens there.
pub(crate) const AWAY: &[&str] = &[
    "mongodb://127.0.0.1:1/x",  // slim: mongodb
    "postgres://127.0.0.1:1/x", // slim: postgres
    "redis://127.0.0.1:1",      // slim: redis
];
// slim: end

/// Addresses of both.
#[derive(Debug, Clone)]
pub(crate) struct Urls {
    pub(crate) sessions: String,
    pub(crate) database: String,
}

impl Store {
    pub(crate) const POSTGRES: Self = Self::Server(Kind::Postgres); // slim: postgres
    pub(crate) const REDIS: Self = Self::Server(Kind::Redis); // slim: redis
    pub(crate) const MONGODB: Self = Self::Server(Kind::MongoDb); // slim: mongodb

    /// An empty one.
    pub(crate) fn fresh(self, directory: &std::path::Path) -> Result<String, Missing> {
        match self {
            Self::Memory => Ok("memory".to_owned()),
            Self::Sqlite => Ok(format!("sqlite://{}", directory.join("test.db").display())),
            Self::Server(kind) => Ok(test_servers::shared_of(kind)?.fresh_url()), // slim: mongodb/postgres/redis
        }
    }
}

impl Stack {
    /// Everything in one database.
    pub(crate) const fn all_in(store: Store) -> Self {
        Self { sessions: store, database: store }
    }

    /// A stack by the name of its session store, as in `TEST_STACK`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "sqlite" => Self::all_in(Store::Sqlite),
            "memory" => Self { sessions: Store::Memory, database: Store::Sqlite },
            "postgres" => Self::all_in(Store::POSTGRES), // slim: postgres
            "redis" => Self { sessions: Store::REDIS, database: Store::Sqlite }, // slim: redis
            "redis+postgres" => Self { sessions: Store::REDIS, database: Store::POSTGRES }, // slim: postgres&redis
            "mongodb" => Self::all_in(Store::MONGODB),                                      // slim: mongodb
            _ => return None,
        })
    }

    /// According to `TEST_STACK`.
    pub(crate) fn of_environment() -> Self {
        let name = std::env::var("TEST_STACK").unwrap_or_else(|_| "sqlite".to_owned());
        Self::named(&name).unwrap_or_else(|| panic!("TEST_STACK={name}: there is no such stack"))
    }

    /// Whether several instances can share it.
    pub(crate) fn is_shared(self) -> bool {
        self.sessions != Store::Memory
    }

    /// Fresh databases; `None`, after printing the reason, if a server is missing and may be.
    pub(crate) fn fresh(self, directory: &std::path::Path) -> Option<Urls> {
        let database = required(self.database.fresh(directory))?;
        let sessions = if self.sessions == self.database {
            database.clone()
        } else {
            required(self.sessions.fresh(directory))?
        };
        Some(Urls { sessions, database })
    }
}

/// Begins the line of a test that has nothing to try on the stores of `TEST_STACK`.
pub(crate) const NOT_HERE: &str = "NOT ON THIS STACK: ";

/// Says that the test that calls it returns without having tried anything. `api/on_every_store.rs` reads it, so that no
/// test passes by doing nothing where it should do something.
pub(crate) fn not_here() {
    // The test harness names the thread after the test.
    say(&format!("{NOT_HERE}{}", std::thread::current().name().unwrap_or_default()));
}

/// One line for the person at the terminal. Not `eprintln!`, which the test harness captures.
pub(crate) fn say(line: &str) {
    use std::io::Write as _;
    // If this fails, nothing can be done about it.
    let _ = writeln!(std::io::stderr(), "{line}");
}
