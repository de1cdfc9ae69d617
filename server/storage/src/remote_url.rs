//! The URL of a remote server.

use std::fmt;

#[cfg(any(feature = "postgres", feature = "redis"))]
use domain::form::FormFields;

use crate::redacted::redacted;

/// As given, including credentials. Its `Display` and `Debug` omit user, password and options.
#[derive(Clone, PartialEq, Eq)]
pub struct RemoteUrl(pub(crate) String);

impl RemoteUrl {
    /// The full URL, for connecting.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// What PostgreSQL and Redis share; the client for MongoDB checks the options itself.
#[cfg(any(feature = "postgres", feature = "redis"))]
impl RemoteUrl {
    /// Strictly decoded: a prefix that is not UTF-8 must not become a different one.
    pub(crate) fn options(&self) -> Option<FormFields> {
        let (before_fragment, _) = self.0.split_once('#').unwrap_or((&self.0, ""));
        let (_, options) = before_fragment.split_once('?').unwrap_or_default();
        FormFields::from_urlencoded(options.as_bytes())
    }

    /// Refuses an option that is not understood, by its name. What follows the name may be a secret.
    pub(crate) fn with_options(self, is_known: impl Fn(&str) -> bool) -> Result<Self, String> {
        let Some(options) = self.options() else { return Err("the options are not UTF-8".to_owned()) };
        match options.iter().find(|(name, _)| !is_known(name)) {
            None => Ok(self),
            Some((name, _)) => {
                let name: String = name.chars().take(40).collect();
                Err(format!("the option {name:?} is not understood"))
            }
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
            ("postgres://ann:s3cret@db.example/app", "postgres://***@db.example/app"),
            ("postgres://db/app?password=s3cret", "postgres://db/app?***"),
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

    #[test]
    fn an_option_that_is_not_understood_is_refused_by_its_name() {
        for (refused, name) in [
            (RemoteUrl::postgres("postgres://db/x?sslmod=require"), "sslmod"),
            (RemoteUrl::postgres("postgres://db/x?sslmode=require&pasword=s3cret"), "pasword"),
            (RemoteUrl::redis("redis://cache/1?prefx=s3cret"), "prefx"),
            (RemoteUrl::mongodb("mongodb://a/x?replicaSett=s3cret"), "not understood"),
        ] {
            let why = refused.unwrap_err();
            assert!(why.contains(name) && why.contains("not understood") && !why.contains("s3cret"), "{why}");
        }
        for fine in [
            "postgres://db/x?sslmode=verify-full&options=-c%20statement_timeout%3D5s",
            "postgres://db/x?options[search_path]=app&host=/var/run",
        ] {
            assert!(RemoteUrl::postgres(fine).is_ok(), "{fine}");
        }
    }
}
