//! Signing in and slowing down failed logins.

pub mod attempts;
pub mod sign_in;
