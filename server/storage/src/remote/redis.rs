//! Redis: its URL, and a client.

use super::{RemoteError, trust_provider};
use crate::RemoteUrl;

/// What the client reads from a Redis URL, and `prefix`, which is ours.
const OPTIONS: [&str; 2] = ["protocol", "prefix"];

impl RemoteUrl {
    /// `redis://…` or, with TLS, `rediss://…`; `?prefix=…` is ours and not the client's.
    pub(crate) fn redis(text: &str) -> Result<Self, String> {
        if redis::Client::open(text).is_err() {
            return Err("this is not redis://user:password@host:port/number".to_owned());
        }
        let url = Self(text.to_owned()).with_options(|name| OPTIONS.contains(&name))?;
        let is_usable = |prefix: &str| {
            (1..=64).contains(&prefix.len()) && prefix.bytes().all(|byte| byte.is_ascii_graphic())
        };
        match url.options() {
            Some(options) if options.all("prefix").next().is_none_or(is_usable) => Ok(url),
            Some(_) | None => Err("prefix= is 1 to 64 visible characters".to_owned()),
        }
    }

    /// Redis only: the value of `prefix=`.
    #[must_use]
    pub fn prefix(&self) -> Option<String> {
        self.options()?.all("prefix").next().map(str::to_owned)
    }
}

/// A client that connects on first use.
///
/// # Errors
/// If the URL is invalid.
pub fn redis(url: &RemoteUrl) -> Result<redis::Client, RemoteError> {
    trust_provider();
    redis::Client::open(url.expose())
        .map_err(|_| RemoteError("this is not the URL of a Redis database".to_owned()))
}
