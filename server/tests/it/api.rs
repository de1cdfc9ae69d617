//! The application over HTTP, from outside: a server on port 0, and browsers with cookie jars that follow no
//! redirects.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod account;
mod anonymous;
mod attempt_cookie;
mod attempt_ends;
mod bad_input;
mod broken_off;
mod combinations;
mod connections;
mod cookies;
mod corrupt;
mod csp_reports;
mod csrf;
mod demo;
mod devices;
mod export;
mod form_errors;
mod form_post;
mod full_disk;
mod headers;
mod history;
mod identities;
mod json;
mod locked;
mod log_in;
mod log_out;
mod machines;
pub(crate) mod oauth;
mod on_every_store;
mod outage;
mod outage_database;
mod outage_half_way;
mod parallel;
mod preferences;
mod races;
mod refusals;
mod register;
mod repeated_log_in;
mod return_to;
mod rpc;
mod sessions;
mod strangers;
mod timeouts;
mod tower_session;
mod workouts;
