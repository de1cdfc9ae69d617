//! How the contract gets an empty store of each kind.

pub(crate) mod memory;
pub(crate) mod mongodb; // slim: mongodb
pub(crate) mod postgres; // slim: postgres
pub(crate) mod redis; // slim: redis
pub(crate) mod sqlite;

pub(crate) use store_contract::{Harness, Store};

/// Passes every store to a macro, as `name, harness;`. This is the only list: the tests and the results table
/// are both generated from it.
macro_rules! each_store {
    ($callback:ident!) => {
        $callback! {
            memory, crate::stores::harness::memory::Memory;
            mongodb, crate::stores::harness::mongodb::MongoDb; // slim: mongodb
            postgres, crate::stores::harness::postgres::Postgres; // slim: postgres
            redis, crate::stores::harness::redis::Redis; // slim: redis
            sqlite, crate::stores::harness::sqlite::SqliteFile;
            sqlite_in_memory, crate::stores::harness::sqlite::SqliteInMemory;
        }
    };
}

pub(crate) use each_store;
