#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod document;
mod error;
mod row;
mod rows;
mod schema;
mod store;

pub use mongodb;

pub use crate::error::{MongoDBStoreError, Result};
pub use crate::row::{Created, Key, Lifetime, Lookup, NewRow, Replaced, Row, Saved, Stats, Times};
pub use crate::rows::{DEFAULT_EXPIRY_MARGIN, Rows, RowsBuilder};
pub use crate::store::{MongoDBStore, MongoDBStoreBuilder};
