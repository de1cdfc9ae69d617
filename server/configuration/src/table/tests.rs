//! Nothing can be forgotten: each row is read, shown and documented.

use std::collections::{BTreeMap, BTreeSet};

use storage::{RemoteSettings, redacted};

use super::*;
use crate::Config;

const SECRET: &str = "canary-Zk3v9Qx7Lm2Rt8Wp4Yb6Nc1Hd5Js0Fg";

/// Another value than the default for each row, and what `check-config` shows then. `APP_ENV` and
/// `SESSION_COOKIE_DOMAIN` need others to be set too.
const OTHERS: &[(&str, &str, &str)] = &[
    ("APP_ENV", "demo", "demo"),
    ("SITE_ADDR", "127.0.0.1:4000", "127.0.0.1:4000"),
    ("PUBLIC_URL", "https://train.example", "https://train.example"),
    ("DATABASE_URL", "sqlite://other.db", "sqlite://other.db"),
    ("STORE_TIMEOUT", "500ms", "500ms"),
    ("STORE_POOL_SIZE", "3", "3"), // slim: mongodb/postgres/redis
    ("SESSION_STORE", "memory", "memory"),
    ("SESSION_SECRETS", SECRET, "(redacted, 1 secret)"),
    ("SESSION_TTL", "48h", "2d"),
    ("SESSION_IDLE_TIMEOUT", "20m", "20m"),
    ("SESSION_ABSOLUTE_LIFETIME", "7d", "7d"),
    ("SESSION_TOUCH_INTERVAL", "30s", "30s"),
    ("SESSION_FRESH_FOR", "5m", "5m"),
    ("SESSION_SWEEP_INTERVAL", "1h", "1h"),
    ("SESSION_COOKIE_NAME", "id", "id"),
    ("SESSION_COOKIE_SAMESITE", "strict", "strict"),
    ("SESSION_COOKIE_DOMAIN", "train.example", "train.example"),
    ("TRUST_PROXY", "1", "1"),
    ("MAX_CONNECTIONS", "100", "100"),
    ("HSTS_SUBDOMAINS", "false", "false"),
    ("LOGIN_LIMIT", "3/10s", "3/10s"),
    ("LOGIN_LIMIT_ADDRESS", "5/20s", "5/20s"),
    ("OAUTH_DEMO", "false", "false"), // slim: demo-provider
    ("ADMIN_ADDR", "127.0.0.1:9090", "127.0.0.1:9090"),
    ("LOG_FORMAT", "json", "json"),
    ("RUST_LOG", "warn", "warn"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318", "http://127.0.0.1:4318/"),
    ("SITE_ROOT", "/srv/site", "/srv/site"),
];

fn config(vars: &[(&str, &str)]) -> Result<Config, String> {
    let vars: BTreeMap<_, _> = vars.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    Config::from_vars(&vars).map_err(|errors| errors.to_string())
}

#[test]
fn each_row_is_read_and_shown() {
    assert!(
        rows().map(|row| row.name).eq(OTHERS.iter().map(|(name, ..)| *name)),
        "a value for each row, in order"
    );
    for &(name, value, shown) in OTHERS {
        let needed: &[_] = match name {
            "APP_ENV" => &[("PUBLIC_URL", "https://train.example"), ("SESSION_SECRETS", SECRET)],
            "SESSION_COOKIE_DOMAIN" => &[("PUBLIC_URL", "https://app.train.example")],
            _ => &[],
        };
        let before = config(needed).expect(name).describe();
        let after = config(&[needed, &[(name, value)]].concat()).expect(name).describe();
        let line = format!("{name}={shown}\n");
        assert!(after.contains(&line) && !before.contains(&line), "{line}{after}");
    }
}

#[test]
fn each_row_is_shown_once() {
    let values = config(&[]).expect("good").values();
    let mut shown: Vec<_> = values.iter().map(|(name, _)| *name).collect();
    let mut known: Vec<_> = rows().map(|row| row.name).collect();
    shown.sort_unstable();
    known.sort_unstable();
    assert_eq!(shown, known);
    assert_eq!(known.iter().collect::<BTreeSet<_>>().len(), known.len());
}

#[test]
fn each_default_is_accepted_in_each_environment() {
    for env in ["development", "production", "demo"] {
        let vars = [("APP_ENV", env), ("PUBLIC_URL", "https://train.example"), ("SESSION_SECRETS", SECRET)];
        assert_eq!(config(&vars).expect(env).remote, RemoteSettings::default());
    }
}

#[test]
fn each_error_quotes_its_row() {
    for row in rows().filter(|row| row.name != SITE_ROOT.name) {
        for name in row.names() {
            let error = config(&[(name, "x=?")]).expect_err(name);
            assert!(error.contains(row.accepted) && error.contains(name), "{error}");
        }
    }
}

#[test]
fn each_row_is_documented_in_a_sentence() {
    for row in rows().chain(&crate::provider_rows::ROWS) {
        assert!(!row.accepted.is_empty() && !row.accepted.ends_with('.'), "{}", row.name);
        assert!(
            row.meaning.starts_with(|c: char| !c.is_lowercase()) && row.meaning.ends_with('.'),
            "{}",
            row.name
        );
        assert!(!row.meaning.contains('|'), "{} breaks the table of the page", row.name);
    }
}

#[test]
fn secrets_are_those_that_messages_leave_out() {
    for row in rows().chain(&crate::provider_rows::ROWS) {
        assert_eq!(redacted(row.name, "https://x.example") == "(redacted)", row.secret, "{}", row.name);
    }
}
