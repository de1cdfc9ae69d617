//! Settings that are valid and rarely meant: told at the start and by `check-config`.

use std::net::IpAddr;

use storage::{DatabaseUrl, StoreUrl};
use time::Duration;

use super::{AppEnv, Config};

/// NIST SP 800-63B §4.1.3 asks for a new login after 30 days even at the lowest level.
const LONG_LIFETIME: Duration = Duration::days(30);
/// More is a password list, not a person.
const MANY_GUESSES_A_MINUTE: i64 = 100;

pub(super) fn warnings(config: &Config) -> Vec<String> {
    let Config { env, public_url, session, login_limit, .. } = config;
    let settings = &session.settings;
    let online = *env != AppEnv::Development;
    let relative = matches!(&config.database, DatabaseUrl::SqliteFile(path) if path.is_relative());
    // Without a variable of its own it is the database.
    let other_file = matches!(&session.store, StoreUrl::SqliteFile(path) if path.is_relative())
        && session.store != StoreUrl::from(&config.database);
    let guesses = i64::from(login_limit.count) * 60_000;
    let period = i64::try_from(login_limit.period.whole_milliseconds()).unwrap_or(i64::MAX).max(1);
    let verbose =
        ["debug", "trace"].iter().any(|level| config.log_filter.to_ascii_lowercase().contains(level));
    let domain = settings.cookie.domain.as_deref();

    let mut found = Vec::new();
    let mut warn = |applies: bool, text: &str| {
        if applies {
            found.push(text.to_owned());
        }
    };
    warn(
        online && public_url.is_https() && config.trust_proxy == 0,
        "TRUST_PROXY=0 with an https PUBLIC_URL: this server speaks http, so a proxy in front ends TLS, and all \
         visitors share its address in limits, sessions and logs; set it to the number of proxies",
    );
    warn(
        online && !public_url.is_https() && !public_url.is_loopback(),
        "PUBLIC_URL is http: passwords and cookies can be read and changed on their way",
    );
    warn(
        domain.is_some(),
        "SESSION_COOKIE_DOMAIN is set: every host below that domain can read and replace the session cookie",
    );
    warn(
        online && relative,
        "DATABASE_URL is relative to the working directory: started elsewhere, the server would begin with an empty \
         database; use sqlite:///absolute/path",
    );
    warn(
        online && other_file,
        "SESSION_STORE is relative to the working directory: started elsewhere, the server would begin with an empty \
         store, and everybody would be signed out; use sqlite:///absolute/path",
    );
    warn(
        settings.idle_timeout >= settings.absolute_lifetime,
        "SESSION_IDLE_TIMEOUT is not shorter than SESSION_ABSOLUTE_LIFETIME and has no effect",
    );
    warn(
        settings.fresh_for >= settings.absolute_lifetime,
        "SESSION_FRESH_FOR is not shorter than SESSION_ABSOLUTE_LIFETIME: sensitive changes never need a fresh login",
    );
    warn(
        settings.absolute_lifetime > LONG_LIFETIME,
        "SESSION_ABSOLUTE_LIFETIME is longer than 30 days: a stolen cookie works as long",
    );
    warn(
        guesses / period > MANY_GUESSES_A_MINUTE,
        "LOGIN_LIMIT allows more than 100 wrong passwords a minute for one account",
    );
    warn(
        online && verbose,
        "RUST_LOG writes debug events: a line for each request, with the visitor's address",
    );
    warn(
        config.admin_addr.is_some_and(|addr| !is_internal(addr.ip())),
        "ADMIN_ADDR is neither a loopback nor a private address: anyone who can connect can read the metrics, without a \
         login; make sure that only the monitoring can",
    );
    found
}

/// Of this machine, or of a network that the internet does not lead to (RFC 1918, RFC 3927, RFC 4193, RFC 4291).
fn is_internal(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const PRODUCTION: [(&str, &str); 5] = [
        ("APP_ENV", "production"),
        ("PUBLIC_URL", "https://app.train.example"),
        ("SESSION_SECRETS", "canary-Zk3v9Qx7Lm2Rt8Wp4Yb6Nc1Hd5Js0Fg"),
        ("DATABASE_URL", "sqlite:///srv/test.db"),
        ("TRUST_PROXY", "1"),
    ];

    fn told(base: &[(&str, &str)], more: &[(&str, &str)]) -> Vec<String> {
        let vars: BTreeMap<String, String> =
            base.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::from_vars(&vars).expect("a good configuration").warnings
    }

    #[test]
    fn the_defaults_and_a_careful_production_have_no_warnings() {
        assert_eq!(told(&[], &[]), Vec::<String>::new());
        assert_eq!(told(&PRODUCTION, &[]), Vec::<String>::new());
    }

    #[test]
    fn each_risk_is_told_with_the_variable_to_change() {
        for (name, value) in [
            ("TRUST_PROXY", "0"),
            ("SESSION_COOKIE_DOMAIN", "train.example"),
            ("DATABASE_URL", "sqlite://data/test.db"),
            ("SESSION_STORE", "sqlite://data/sessions.db"),
            ("SESSION_IDLE_TIMEOUT", "12h"),
            ("SESSION_FRESH_FOR", "12h"),
            ("SESSION_ABSOLUTE_LIFETIME", "31d"),
            ("LOGIN_LIMIT", "1000/1m"),
            ("RUST_LOG", "info,server=DEBUG"),
            ("ADMIN_ADDR", "0.0.0.0:9090"),
        ] {
            let warnings = told(&PRODUCTION, &[(name, value)]);
            assert!(warnings.len() == 1 && warnings[0].starts_with(name), "{name}: {warnings:?}");
        }
        for internal in ["127.0.0.1:9090", "10.0.0.7:9090", "192.168.1.2:1", "[::1]:9090", "[fd00::1]:9090"] {
            assert_eq!(told(&PRODUCTION, &[("ADMIN_ADDR", internal)]), Vec::<String>::new(), "{internal}");
        }
        for open in ["192.0.2.1:9090", "[::]:9090", "[2001:db8::1]:9090", "172.32.0.1:9090"] {
            assert_eq!(told(&PRODUCTION, &[("ADMIN_ADDR", open)]).len(), 1, "{open}");
        }
        let same = [("DATABASE_URL", "sqlite://data/test.db"), ("SESSION_STORE", "sqlite://data/test.db")];
        assert_eq!(told(&PRODUCTION, &same).len(), 1, "one file, one warning");
        let absolute = [("SESSION_STORE", "sqlite:///srv/sessions.db")];
        assert_eq!(told(&PRODUCTION, &absolute), Vec::<String>::new());
        let http = [("APP_ENV", "demo"), ("PUBLIC_URL", "http://train.example"), ("TRUST_PROXY", "0")];
        let warnings = told(&PRODUCTION, &http);
        assert!(warnings.len() == 1 && warnings[0].starts_with("PUBLIC_URL"), "{warnings:?}");
    }
}
