//! How the application runs: configuration, router, middleware, sessions, accounts, OAuth, stores, commands.
#![forbid(unsafe_code)]

pub mod clock;
pub mod database;
pub mod session;
