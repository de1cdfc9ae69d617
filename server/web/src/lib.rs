//! The web layer: routes, middleware, rendering, start-up and commands. It knows what pages show (`model`), and is handed the
//! function that turns that into HTML.
//!
//! A request passes through `router` from the outside in: request id and log line, security headers, error
//! rendering, cross-origin guard, session, visitor, and a handler in `routes`, which calls a use case in
//! `accounts`.
#![forbid(unsafe_code)]

mod admin;
pub mod anonymous_limit;
mod attempt_cookie;
mod bundle_step;
pub mod cli;
mod client_address;
pub mod commands;
mod context;
pub mod demo_account;
mod error;
pub mod event_streams;
pub mod form;
mod healthcheck;
mod live_reload;
mod middleware;
mod output;
mod readiness;
#[cfg(feature = "build-bundle")]
mod rename;
pub mod render;
mod respond;
mod return_to;
pub mod route_table;
mod router;
pub mod routes;
mod signals;
mod site;
#[cfg(feature = "build-bundle")]
mod slim;
#[cfg(feature = "build-bundle")]
mod sources;
pub mod startup;
pub mod state;
mod trailing_slash;
mod visitor;
