//! The stores in which session rows are kept.
//!
//! Each module implements [`SessionRows`](session_rows::SessionRows) for one kind of server and contains
//! nothing but its statements: no policy, no clock, no knowledge of what a session contains.
//!
//! Adding a store takes three steps:
//!
//! 1. a module here with a type that implements the trait. Every operation is one atomic statement (or one
//!    transaction) of that server; reading first and writing afterwards is not atomic, whatever is checked in
//!    between;
//! 2. a harness in `server/tests/it/stores/harness/` that provides an empty store, and one line in
//!    `each_store!` (`harness.rs` there): every rule then runs against it by name;
//! 3. a scheme in the configuration, so that `SESSION_STORE` can select it.

mod intercepted;
mod memory;
mod mongodb;
mod postgres;
pub mod redis;
mod sqlite;

pub use intercepted::Intercepted;
pub use memory::MemoryRows;
pub use mongodb::MongoRows;
pub use postgres::PostgresRows;
pub use redis::RedisRows;
pub use sqlite::SqliteRows;
