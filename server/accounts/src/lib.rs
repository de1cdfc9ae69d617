//! Accounts: what people can do with them, and what that needs from a database.
#![forbid(unsafe_code)]

pub mod cache;
pub mod password;
pub mod ports;
