//! The domain: accounts, preferences, and what the product is about.
//!
//! Pure functions over parsed values: no clock, no environment, no I/O. Shared by server and browser.
#![forbid(unsafe_code)]

pub mod account;
pub mod form;
pub mod human_time;
pub mod local_path;
pub mod millis;
pub mod name;
pub mod preferences;
pub mod session;
mod text;
pub mod user_agent;
pub mod workout; // slim: trainer
