//! How the application runs: configuration, router, middleware, sessions, accounts, OAuth, stores, commands.
//!
//! A request passes `router` from the outside in: request id and log line, security headers, refusals turned
//! into answers, cross-origin guard, session, visitor, handler in `routes`.
#![forbid(unsafe_code)]

pub mod accounts;
pub mod cli;
pub mod client_address;
pub mod commands;
pub mod config;
pub mod context;
pub mod demo_account;
pub mod form;
pub mod middleware;
pub mod refusal;
pub mod render;
pub mod respond;
pub mod return_to;
pub mod router;
pub mod routes;
pub mod startup;
pub mod state;
pub mod telemetry;
pub mod visitor;
