//! The store against a server that runs: MongoDB, or the stand-in that `test_servers` finds.
//!
//! The rules of the row operations as such are a contract that all stores of this repository share
//! (`server/tests/it/stores`). Here is what only concerns this one: what happens between two statements of an
//! operation, when a statement fails, which indexes are used, and what users of `tower-sessions` see.
#![expect(clippy::unwrap_used, reason = "a test whose store fails can only stop")]

mod ending;
mod example;
mod expiry;
mod failures;
mod layer;
mod old_records;
mod plans;
mod primary;
mod replacing;
mod schema;
mod session_store;
mod support;
