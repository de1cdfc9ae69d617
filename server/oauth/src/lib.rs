//! Logging in with an external account: OAuth 2.0 and OpenID Connect, client side.
//!
//! The whole protocol is implemented here, as plain functions: [`flow::start`] builds the URL the browser is
//! sent to, [`flow::finish`] turns what came back into an [`ExternalPerson`]. Cookies, sessions, redirects
//! and accounts belong to the routes and are not known here. Access tokens are used once and dropped.

#![forbid(unsafe_code)]

mod answer;
pub mod attempt;
pub mod callback;
mod client;
pub mod config;
pub mod demo_provider; // slim: demo-provider
mod discovery;
mod error;
pub mod flow;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod http;
mod id_token;
mod issuer;
mod keys;
mod metadata;
mod person;
mod random;
pub mod registry;
mod signed_token;
mod token_answer;
mod userinfo;

pub use self::error::{OAuthError, Shown};
pub use self::person::ExternalPerson;
pub(crate) use self::random::random_text;
