//! Accounts as the server handles them: passwords, and the cache of what pages show about a person.
//!
//! Where they are kept is [`crate::database`]'s business.

pub mod attempts;
pub mod cache;
pub mod password;
pub mod sign_in;
