//! Access to stores: parsing URLs, connection pools, SQLite in the process, and time limits for operations.
//!
//! What is stored is not known here; that is the business of `sessions` and `database`.
//!
// slim: mongodb/postgres/redis
//! SQLite is always there. Each of the others is a cargo feature, so that the first build compiles one client
//! and not four; a URL of a store that was not compiled in is refused with the name of its feature.
// slim: instead
// //! Everything is kept in SQLite.
// slim: end
#![forbid(unsafe_code)]

pub mod fault;
pub mod intercept;
pub mod measured;
#[cfg(feature = "postgres")]
pub mod postgres;
mod redacted;
pub mod remote;
mod remote_url; // slim: mongodb/postgres/redis
pub mod sqlite;
mod store_limits;
mod store_url;
pub mod time_limit;

pub use self::redacted::redacted;
pub use self::remote::RemoteSettings;
pub use self::remote_url::RemoteUrl; // slim: mongodb/postgres/redis
pub use self::store_url::{ACCEPTED_DATABASE, ACCEPTED_STORE, DatabaseUrl, StoreUrl};
