//! Every integration test of the server, in one binary: linking it once is most of what it costs.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod api;
mod command_line;
mod database;
mod instances;
mod oauth;
mod outage;
mod redis;
mod stores;
mod support;
