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

/// For clients that do not check the options themselves.
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
            ("store://ann:s3cret@db.example/app", "store://***@db.example/app"),
            ("store://db/app?password=s3cret", "store://db/app?***"),
            ("store://:s3cret@cache:6379/1", "store://***@cache:6379/1"),
            ("store://cache", "store://cache"),
            ("store://ann:s3%40ret@a:1,b:2/x?replicaSet=r", "store://***@a:1,b:2/x?***"),
            ("store://ann:s3@cret@a/x", "store://***@a/x"),
        ] {
            let url = RemoteUrl(given.to_owned());
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), shown);
            assert_eq!(url.expose(), given);
        }
    }

    // slim: redis
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
    // slim: end

    // slim: mongodb/postgres/redis
    #[test]
    fn what_the_client_cannot_read_is_refused_without_repeating_it() {
        let refused = [
            RemoteUrl::postgres("postgres://ann:s3cret@[db/x"), // slim: postgres
            RemoteUrl::redis("redis://:s3cret@cache/seven"),    // slim: redis
            RemoteUrl::mongodb("mongodb://ann:s3@cret@a/x"),    // slim: mongodb
        ];
        for url in refused {
            let why = url.unwrap_err();
            assert!(why.starts_with("this is not ") && !why.contains("s3"), "{why}");
        }
    }

    #[test]
    fn an_option_that_is_not_understood_is_refused_by_its_name() {
        let refused = [
            (RemoteUrl::postgres("postgres://db/x?sslmod=require"), "sslmod"), // slim: postgres
            (RemoteUrl::postgres("postgres://db/x?sslmode=require&pasword=s3cret"), "pasword"), // slim: postgres
            (RemoteUrl::redis("redis://cache/1?prefx=s3cret"), "prefx"),                        // slim: redis
            (RemoteUrl::mongodb("mongodb://a/x?replicaSett=s3cret"), "not understood"), // slim: mongodb
        ];
        for (url, name) in refused {
            let why = url.unwrap_err();
            assert!(why.contains(name) && why.contains("not understood") && !why.contains("s3cret"), "{why}");
        }
    }
    // slim: end

    // slim: postgres
    #[test]
    fn options_that_are_understood_are_fine() {
        for fine in [
            "postgres://db/x?sslmode=verify-full&options=-c%20statement_timeout%3D5s",
            "postgres://db/x?options[search_path]=app&host=/var/run",
        ] {
            assert!(RemoteUrl::postgres(fine).is_ok(), "{fine}");
        }
    }
    // slim: end
}
