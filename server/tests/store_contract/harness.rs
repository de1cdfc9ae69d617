//! How the contract gets an empty store of each kind.

pub(crate) mod memory;
pub(crate) mod mongodb;
pub(crate) mod postgres;
pub(crate) mod redis;
pub(crate) mod sqlite;

pub(crate) use store_contract::{Harness, Store};

/// Hands every store to a macro, as `name, harness;`. The only list of them: tests by name and the table of results
/// are both made from it.
macro_rules! each_store {
    ($callback:ident!) => {
        $callback! {
            memory, crate::harness::memory::Memory;
            mongodb, crate::harness::mongodb::MongoDb;
            postgres, crate::harness::postgres::Postgres;
            redis, crate::harness::redis::Redis;
            sqlite, crate::harness::sqlite::SqliteFile;
            sqlite_in_memory, crate::harness::sqlite::SqliteInMemory;
        }
    };
}

pub(crate) use each_store;
