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
mod outage; // slim: mongodb/postgres/redis
mod proof;
mod redis; // slim: redis
mod round_trips; // slim: postgres
mod stores;
mod support;
mod traces;
