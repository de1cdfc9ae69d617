//! What accounts need from a database ([`accounts::ports`]), on SQLite, PostgreSQL and MongoDB, and the opening of
//! whatever the configuration names ([`stores`]).
//!
//! One suite, `server/tests/it/database`, holds every database to the same promises.
#![forbid(unsafe_code)]

pub mod mongodb;
pub mod postgres;
pub mod sqlite;
mod stored;
pub mod stores;
pub mod timed;

use accounts::ports::{AccountStore, DatabaseError};
use async_trait::async_trait;
use oauth::demo_provider::DemoGrants;

/// The whole database.
#[async_trait]
pub trait Database: AccountStore + DemoGrants {
    /// `sqlite`, `postgres` or `mongodb`.
    fn kind(&self) -> &'static str;
    /// Answers if the database does.
    async fn ping(&self) -> Result<(), DatabaseError>;
}
