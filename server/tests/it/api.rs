//! The application over HTTP, from outside: a server on port 0, and browsers with cookie jars that follow no
//! redirects.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod account;
mod anonymous;
mod bad_input;
mod combinations;
mod cookies;
mod corrupt;
mod csrf;
mod headers;
mod identities;
mod json;
mod log_in;
mod log_out;
mod oauth;
mod on_every_store;
mod outage;
mod outage_database;
mod outage_half_way;
mod preferences;
mod races;
mod register;
mod return_to;
mod sessions;
mod timeouts;
mod tower_session;
mod workouts;
