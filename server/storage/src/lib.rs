//! How stores are reached: what a URL says, the pools behind it, and the time an operation may take.
//!
//! What is kept there is not known here; that is for `sessions` and `database`.
#![forbid(unsafe_code)]

pub mod intercept;
pub mod postgres;
mod redacted;
pub mod remote;
mod remote_url;
pub mod sqlite;
mod store_url;
pub mod time_limit;

pub use self::redacted::redacted;
pub use self::remote::RemoteSettings;
pub use self::remote_url::RemoteUrl;
pub use self::store_url::{ACCEPTED_DATABASE, ACCEPTED_STORE, DatabaseUrl, StoreUrl};
