//! All integration tests of the server in one binary, because linking is most of their cost.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod api;
mod benchmark;
#[cfg(unix)]
mod cargo_dev;
mod command_line;
mod database;
mod deploy;
mod instances;
mod metrics;
mod oauth;
mod outage;
mod proof;
mod redis;
mod round_trips;
mod stores;
mod support;
mod traces;
