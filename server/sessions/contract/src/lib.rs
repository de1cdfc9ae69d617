//! One contract for every session store.
//!
//! The documentation of [`session_rows::SessionRows`] says what a store promises. Here each promise is a
//! named rule, written once and run against every store: the server's own (`server/tests/it/stores`), and others
//! for comparison. Two of the names come from
//! Django, which has run the same test cases against each of its session back ends for years; four come from
//! [an issue of better-auth](https://github.com/better-auth/better-auth/issues/11073), see [`rules::index`].
//!
//! - [`rules`] – what must hold, one function each; [`for_each_rule!`] lists them, [`RULES`] is that list as
//!   data;
//! - [`interleavings`] – all store operations in random order, checked by a ledger;
//! - [`examine`] – runs all of it on one store and produces a line of the results table.
//!
//! A rule takes an empty store and panics if the store breaks the rule, so it can be used directly as a
//! `#[tokio::test]`.
#![expect(clippy::unwrap_used, reason = "a rule whose store fails can only stop")]

pub mod examine;
pub mod harness;
pub mod interleavings;
mod list;
mod not_offered;
pub mod rules;
pub mod support;

use std::sync::Arc;

use session_rows::SessionRows;

pub use harness::{Harness, Store};
pub use list::{RULES, Rule};
pub use not_offered::NotOffered;

/// What a rule works on.
pub type Rows = Arc<dyn SessionRows>;
