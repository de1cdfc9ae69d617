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
mod corrections; // slim: trainer
mod corrupt;
mod csp_reports;
mod csrf;
mod demo;
mod demo_provider; // slim: demo-provider
mod devices;
mod events;
mod every_answer;
mod export;
mod form_errors;
mod form_post;
mod forwarded;
mod full_disk;
mod headers;
mod history; // slim: trainer
mod history_kept; // slim: trainer
mod hostile_bytes;
mod identities;
mod json;
mod late_forms; // slim: trainer
mod locked;
mod log_in;
mod log_out;
mod long_history; // slim: trainer
mod machines;
pub(crate) mod oauth;
mod on_every_store;
mod outage;
mod outage_database;
mod outage_half_way;
mod own_site;
mod page_size; // slim: trainer
mod panics;
mod parallel;
mod preferences;
mod races;
mod refusals;
mod register;
mod repeated_log_in;
mod return_to;
mod rpc;
mod sessions;
mod sign_ins;
mod strangers;
mod suspicion;
mod timeouts;
mod tower_session;
mod training_details; // slim: trainer
mod workout_days; // slim: trainer
mod workout_interleavings; // slim: trainer
mod workout_units; // slim: trainer
mod workouts; // slim: trainer
