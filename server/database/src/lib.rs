//! What accounts need from a database ([`accounts::ports`]), implemented on each database, and opening the
//! configured stores ([`stores`]). SQLite is always there<!-- slim: mongodb/postgres -->, others are cargo features<!-- slim: end -->.
//!
//! A single test suite, `server/tests/it/database`, holds every database to the same promises.
#![forbid(unsafe_code)]

pub mod backup;
pub mod check;
mod codec;
mod existing;
mod grants; // slim: demo-provider
mod intercepted;
#[cfg(feature = "mongodb")]
pub mod mongodb;
mod pages; // slim: trainer
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod sqlite;
pub mod stores;

use accounts::ports::{AccountStore, DatabaseError};
use async_trait::async_trait;
use oauth::demo_provider::DemoGrants; // slim: demo-provider

pub use self::intercepted::Intercepted;

#[async_trait]
// slim: demo-provider
pub trait Database: AccountStore + DemoGrants {
    // slim: instead
    // pub trait Database: AccountStore {
    // slim: end
    /// Its name, as in [`DatabaseUrl`](storage::DatabaseUrl).
    fn kind(&self) -> &'static str;
    /// Succeeds if the database responds.
    async fn ping(&self) -> Result<(), DatabaseError>;
}
