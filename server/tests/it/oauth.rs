//! Logging in with an external account, against providers in this process that can be made to misbehave.

#![expect(clippy::unwrap_used, reason = "what fails in a helper fails the test")]

mod demo; // slim: demo-provider
mod demo_wire; // slim: demo-provider
mod discovery;
mod fake;
mod github;
pub(crate) mod key;
mod openid;
mod openid_tokens;
mod plain;
mod profiles;
mod token_answers;
mod transport;
