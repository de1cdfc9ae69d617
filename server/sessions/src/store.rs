//! The stores in which session rows are kept.
//!
//! Each module implements [`SessionRows`](session_rows::SessionRows) for one kind of server and contains
//! nothing but its statements: no policy, no clock, no knowledge of what a session contains.
//!
// slim: mongodb/postgres/redis
//! Those of remote servers are cargo features of this package.
//!
// slim: end
//! Adding a store takes three steps:
//!
//! 1. a module here with a type that implements the trait. Every operation is one atomic statement (or one
//!    transaction) of that server; reading first and writing afterwards is not atomic, whatever is checked in
//!    between;
//! 2. a harness in `server/tests/it/stores/harness/` that provides an empty store, and one line in
//!    `each_store!` (`harness.rs` there): every rule then runs against it by name;
//! 3. a scheme in the configuration, so that `SESSION_STORE` can select it, and a cargo feature of the packages
//!    that need its client.

mod intercepted;
mod memory;
#[cfg(feature = "mongodb")]
mod mongodb;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
pub mod redis;
mod sqlite;

pub use intercepted::Intercepted;
pub use memory::MemoryRows;
#[cfg(feature = "mongodb")]
pub use mongodb::MongoRows;
#[cfg(feature = "postgres")]
pub use postgres::PostgresRows;
#[cfg(feature = "redis")]
pub use redis::RedisRows;
pub use sqlite::SqliteRows;
