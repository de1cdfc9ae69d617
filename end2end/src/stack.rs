//! Where the servers under test store sessions and accounts, and which tests run there.

use std::fmt;

use serde_json::json;
use test_servers::Missing;
use test_servers::{Kind, shared_of}; // slim: mongodb/postgres

/// Enough for the servers that run at once: each worker starts one for each configuration in
/// `end2end/support/server.ts`. Each has a database to itself.
const PLACES: usize = 24;

/// A session store together with a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stack {
    /// Sessions in the server's memory, accounts in an SQLite file.
    Memory,
    /// Both in one SQLite file, as with `cargo run`.
    Sqlite,
    MongoDb,  // slim: mongodb
    Postgres, // slim: postgres
    // slim: postgres&redis
    /// Sessions in Redis, accounts in PostgreSQL.
    Redis,
    // slim: end
}

impl Stack {
    const ALL: &[Self] = &[
        Self::Memory,
        Self::Sqlite,
        Self::MongoDb,  // slim: mongodb
        Self::Postgres, // slim: postgres
        Self::Redis,    // slim: postgres&redis
    ];

    // slim: mongodb/postgres
    /// One that needs a server, for the tests of what is stored.
    pub const ON_A_SERVER: Self = Self::ALL[2];
    // slim: end

    /// The stack with this name, as in `E2E_STACK`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|stack| stack.name() == name)
    }

    /// The name of its session store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres", // slim: postgres
            Self::Redis => "redis",       // slim: postgres&redis
            Self::MongoDb => "mongodb",   // slim: mongodb
        }
    }

    /// What the tests are told: the environments for their servers, a JSON list. `None` if every server stores everything
    /// in an SQLite file of its own.
    pub(crate) fn stores(self) -> Result<Option<String>, Missing> {
        // slim: mongodb/postgres
        let (sessions, accounts) = match self {
            Self::Memory => return Ok(Some(places(|| json!({ "SESSION_STORE": "memory" })))),
            Self::Sqlite => return Ok(None),
            Self::Postgres => (Kind::Postgres, Kind::Postgres), // slim: postgres
            Self::Redis => (Kind::Redis, Kind::Postgres),       // slim: postgres&redis
            Self::MongoDb => (Kind::MongoDb, Kind::MongoDb),    // slim: mongodb
        };
        let (store, database) = (shared_of(sessions)?, shared_of(accounts)?);
        Ok(Some(places(|| {
            let accounts = database.fresh_url();
            let sessions = if store.kind() == database.kind() { accounts.clone() } else { store.fresh_url() };
            json!({ "DATABASE_URL": accounts, "SESSION_STORE": sessions })
        })))
        // slim: instead
        // Ok(match self {
        //     Self::Memory => Some(places(|| json!({ "SESSION_STORE": "memory" }))),
        //     Self::Sqlite => None,
        // })
        // slim: end
    }
}

fn places(place: impl Fn() -> serde_json::Value) -> String {
    serde_json::Value::Array((0..PLACES).map(|_| place()).collect()).to_string()
}

/// Which tests run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    Everything,
    // slim: mongodb/postgres
    /// Only the files whose tests store sessions or accounts: `playwright.config.ts` leaves out the others.
    StoresOnly,
    // slim: end
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Everything => "all tests",
            Self::StoresOnly => "tests of sessions and accounts", // slim: mongodb/postgres
        })
    }
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Memory => "memory and SQLite",
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",        // slim: postgres
            Self::Redis => "Redis and PostgreSQL", // slim: postgres&redis
            Self::MongoDb => "MongoDB",            // slim: mongodb
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stack_is_found_by_its_name() {
        for &stack in Stack::ALL {
            assert_eq!(Stack::named(stack.name()), Some(stack));
        }
        assert_eq!(Stack::named("mysql"), None);
    }
}
