//! The web layer: configuration, routes, middleware, rendering, start-up and commands.
//!
//! A request passes through `router` from the outside in: request id and log line, security headers, error
//! rendering, cross-origin guard, session, visitor, and a handler in `routes`, which calls a use case in
//! `accounts`.
#![forbid(unsafe_code)]

pub mod anonymous_limit;
mod bundle_step;
pub mod cli;
pub mod client_address;
pub mod commands;
pub mod context;
pub mod demo_account;
pub mod error;
pub mod form;
pub mod middleware;
pub mod output;
mod rate_limit;
mod readiness;
pub mod render;
pub mod respond;
pub mod return_to;
pub mod route_table;
pub mod router;
pub mod routes;
mod signals;
pub mod site;
pub mod startup;
pub mod state;
pub mod telemetry;
mod trailing_slash;
pub mod visitor;
