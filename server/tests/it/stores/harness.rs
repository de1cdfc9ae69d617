//! How the contract gets an empty store of each kind.

pub(crate) mod memory;
pub(crate) mod mongodb;
pub(crate) mod postgres;
pub(crate) mod redis;
pub(crate) mod sqlite;

pub(crate) use store_contract::{Harness, Store};

/// Passes every store to a macro, as `name, harness;`. This is the only list: the tests and the results table
/// are both generated from it.
macro_rules! each_store {
    ($callback:ident!) => {
        $callback! {
            memory, crate::stores::harness::memory::Memory;
            mongodb, crate::stores::harness::mongodb::MongoDb;
            postgres, crate::stores::harness::postgres::Postgres;
            redis, crate::stores::harness::redis::Redis;
            sqlite, crate::stores::harness::sqlite::SqliteFile;
            sqlite_in_memory, crate::stores::harness::sqlite::SqliteInMemory;
        }
    };
}

pub(crate) use each_store;
