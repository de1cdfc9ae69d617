//! The URL of a remote server.

use std::fmt;
use std::str::FromStr as _;

use domain::form::FormFields;
use mongodb::options::ConnectionString;
use sqlx::postgres::PgConnectOptions;

use crate::redacted::redacted;

/// As given, including credentials. Its `Display` and `Debug` omit user, password and options.
#[derive(Clone, PartialEq, Eq)]
pub struct RemoteUrl(String);

impl RemoteUrl {
    /// The full URL, for connecting.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `postgres://…` or `postgresql://…`.
    pub(super) fn postgres(text: &str) -> Result<Self, &'static str> {
        match PgConnectOptions::from_str(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(_) => Err("this is not postgres://user:password@host:port/database"),
        }
    }

    /// `redis://…` or, with TLS, `rediss://…`; `?prefix=…` is ours and not the client's.
    pub(super) fn redis(text: &str) -> Result<Self, &'static str> {
        if redis::Client::open(text).is_err() {
            return Err("this is not redis://user:password@host:port/number");
        }
        let url = Self(text.to_owned());
        let is_usable = |prefix: &str| {
            (1..=64).contains(&prefix.len()) && prefix.bytes().all(|byte| byte.is_ascii_graphic())
        };
        match url.options() {
            None => Err("the options are not UTF-8"),
            Some(options) if options.all("prefix").next().is_none_or(is_usable) => Ok(url),
            Some(_) => Err("prefix= is 1 to 64 visible characters"),
        }
    }

    /// Redis only: the value of `prefix=`.
    #[must_use]
    pub fn prefix(&self) -> Option<String> {
        self.options()?.all("prefix").next().map(str::to_owned)
    }

    /// Strictly decoded: a prefix that is not UTF-8 must not become a different one.
    fn options(&self) -> Option<FormFields> {
        let (before_fragment, _) = self.0.split_once('#').unwrap_or((&self.0, ""));
        let (_, options) = before_fragment.split_once('?').unwrap_or_default();
        FormFields::from_urlencoded(options.as_bytes())
    }

    /// `mongodb://…` or `mongodb+srv://…`.
    pub(super) fn mongodb(text: &str) -> Result<Self, &'static str> {
        match ConnectionString::parse(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(_) => Err("this is not mongodb://user:password@host:port,host:port/database?replicaSet=name"),
        }
    }
}

impl fmt::Display for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redacted("DATABASE_URL", &self.0))
    }
}

impl fmt::Debug for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_user_nor_password_nor_options_are_shown() {
        for (given, shown) in [
            ("postgres://ann:s3cret@db.example/trainer", "postgres://***@db.example/trainer"),
            ("postgres://db/trainer?password=s3cret", "postgres://db/trainer?***"),
            ("redis://:s3cret@cache:6379/1", "redis://***@cache:6379/1"),
            ("rediss://cache", "rediss://cache"),
            ("mongodb://ann:s3%40ret@a:1,b:2/x?replicaSet=r", "mongodb://***@a:1,b:2/x?***"),
            ("mongodb://ann:s3@cret@a/x", "mongodb://***@a/x"),
        ] {
            let url = RemoteUrl(given.to_owned());
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), shown);
            assert_eq!(url.expose(), given);
        }
    }

    #[test]
    fn redis_may_be_given_a_prefix() {
        let prefix = |text| RemoteUrl::redis(text).map(|url| url.prefix());
        assert_eq!(prefix("redis://cache/1"), Ok(None));
        assert_eq!(prefix("redis://cache/1?protocol=resp3&prefix=app%3A"), Ok(Some("app:".to_owned())));
        assert_eq!(prefix("rediss://cache/?prefix=app:#insecure"), Ok(Some("app:".to_owned())));
        for text in [
            "redis://cache?prefix=",
            "redis://cache?prefix=a%20b",
            "redis://cache?prefix=%00",
            "redis://cache?prefix=%FF",
        ] {
            assert!(prefix(text).is_err(), "{text}");
        }
        assert!(prefix(&format!("redis://cache?prefix={}", "x".repeat(65))).is_err());
    }

    #[test]
    fn what_the_client_cannot_read_is_refused_without_repeating_it() {
        for refused in [
            RemoteUrl::postgres("postgres://ann:s3cret@[db/x"),
            RemoteUrl::redis("redis://:s3cret@cache/seven"),
            RemoteUrl::mongodb("mongodb://ann:s3@cret@a/x"),
        ] {
            let why = refused.unwrap_err();
            assert!(why.starts_with("this is not ") && !why.contains("s3"), "{why}");
        }
    }
}
