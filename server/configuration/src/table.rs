//! The table of all variables. The reader takes defaults and error messages from it; `check-config`, `--help`,
//! `.env.example` and `CONFIGURATION.md` are printed from it.
//!
//! To add a variable: a row here, listed in its section; a field in [`Config`](super::Config), filled where the
//! sections' readers are; its value in `describe.rs`; a second value in `table/tests.rs`. The compiler or a test
//! points to each of them. Then regenerate the documents:
//! `UPDATE_DOCS=1 cargo test -p configuration`.

mod session;
#[cfg(test)]
mod tests;

use domain::name;
use storage::ACCEPTED_DATABASE;

pub(super) use self::session::*;
use super::row::{DefaultValue, Row};
use DefaultValue::{ByEnvironment, Rule, Text, Unset};

/// Rows that stand together in the documents.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) rows: &'static [Row],
}

/// In the order of the documents and of `check-config`. The open family `OAUTH_<NAME>_…` follows in
/// [`provider_rows`](super::provider_rows).
pub(super) const SECTIONS: [Section; 4] = [
    Section {
        title: "Application",
        rows: &[
            APP_ENV,
            SITE_ADDR,
            PUBLIC_URL,
            DATABASE_URL,
            STORE_TIMEOUT,
            STORE_POOL_SIZE, // slim: mongodb/postgres/redis
        ],
    },
    Section {
        title: "Sessions",
        rows: &[
            SESSION_STORE,
            SESSION_SECRETS,
            SESSION_TTL,
            SESSION_IDLE_TIMEOUT,
            SESSION_ABSOLUTE_LIFETIME,
            SESSION_TOUCH_INTERVAL,
            SESSION_FRESH_FOR,
            SESSION_SWEEP_INTERVAL,
            SESSION_COOKIE_NAME,
            SESSION_COOKIE_SAMESITE,
            SESSION_COOKIE_DOMAIN,
        ],
    },
    Section {
        title: "Clients and login",
        rows: &[
            TRUST_PROXY,
            MAX_CONNECTIONS,
            HSTS_SUBDOMAINS,
            LOGIN_LIMIT,
            LOGIN_LIMIT_ADDRESS,
            OAUTH_DEMO, // slim: demo-provider
        ],
    },
    Section {
        title: "Operation",
        rows: &[ADMIN_ADDR, LOG_FORMAT, RUST_LOG, OTEL_EXPORTER_OTLP_ENDPOINT, SITE_ROOT],
    },
];

pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
    SECTIONS.iter().flat_map(|section| section.rows)
}

const DURATION: &str = "a duration like 500ms, 30s, 30m, 24h or 7d, more than zero and at most 400d";
const LIMIT: &str = "a number from 1 to 1000000, a slash and a duration, like 10/1m (at most 400d)";

pub(super) const APP_ENV: Row = Row {
    name: "APP_ENV",
    default: Text("development"),
    accepted: "development, production or demo",
    meaning: "The kind of installation; `demo` is a public demonstration, where each visitor gets an account of \
              their own. The file `.env` cannot choose another one.",
    ..Row::BASE
};

pub(super) const SITE_ADDR: Row = Row {
    name: "SITE_ADDR",
    alias: Some("LEPTOS_SITE_ADDR"),
    default: Text("127.0.0.1:3000"),
    accepted: "an IP address and a port, like 127.0.0.1:3000 or [::1]:3000",
    meaning: "The listen address. `LEPTOS_SITE_ADDR`, which cargo-leptos sets, counts where it is not set.",
    ..Row::BASE
};

pub(super) const PUBLIC_URL: Row = Row {
    name: "PUBLIC_URL",
    default: Rule {
        rule: "in development `http://<SITE_ADDR>`, with an unspecified address replaced by the loopback address",
        example: "http://127.0.0.1:3000",
    },
    accepted: "the origin people type, like https://train.example (no path, query, user name or password)",
    accepted_in_production: Some(
        "in production an https origin, like https://train.example (no path, query, user name or password)",
    ),
    meaning: "The external origin. Cookie name, `Secure`, HSTS, origin checks and OAuth redirect URIs follow \
              it. Required in production (https only) and demo.",
    ..Row::BASE
};

pub(super) const DATABASE_URL: Row = Row {
    name: "DATABASE_URL",
    default: Text(name::DATABASE_URL),
    accepted: ACCEPTED_DATABASE,
    meaning: concat!(
        "Where accounts and all that belongs to them are kept. `sqlite::memory:` is for development only. ",
        "Others than SQLite are cargo features; `user:password@` goes in front of a host. ", // slim: mongodb/postgres
        "`mongodb+srv://` looks the hosts up in DNS. ",                                      // slim: mongodb
        "`DATABASE_URL_FILE` names a file with the value instead."
    ),
    ..Row::BASE
};

pub(super) const STORE_TIMEOUT: Row = Row {
    name: "STORE_TIMEOUT",
    default: Text("2s"),
    accepted: "a duration from 50ms to 1m, like 500ms or 2s",
    meaning: "The longest wait for one operation of a store, waiting for its turn included. SQLite has ten seconds \
              at least.",
    ..Row::BASE
};

// slim: mongodb/postgres/redis
pub(super) const STORE_POOL_SIZE: Row = Row {
    name: "STORE_POOL_SIZE",
    default: Text("10"),
    accepted: "a number of connections from 1 to 1000",
    meaning: "How many connections one instance opens to each server that keeps sessions or accounts.",
    ..Row::BASE
};
// slim: end

pub(super) const TRUST_PROXY: Row = Row {
    name: "TRUST_PROXY",
    default: Text("0"),
    accepted: "the number of reverse proxies in front, from 0 to 16",
    meaning: "That many entries of `X-Forwarded-For` are believed, counted from the right. Other forwarded \
              headers are not read. The log warns once of a request with fewer.",
    ..Row::BASE
};

pub(super) const MAX_CONNECTIONS: Row = Row {
    name: "MAX_CONNECTIONS",
    default: Text("2000"),
    accepted: "a number of connections from 16 to 100000",
    meaning: "How many connections of clients one instance serves at once, lowered at the start to what the limit of \
              open files allows. Beyond it, those that wait for their client give way.",
    ..Row::BASE
};

pub(super) const HSTS_SUBDOMAINS: Row = Row {
    name: "HSTS_SUBDOMAINS",
    default: Text("true"),
    accepted: "true or false",
    meaning: "Whether `Strict-Transport-Security` includes subdomains of `PUBLIC_URL`. `false` where one of them is \
              served over http.",
    ..Row::BASE
};

pub(super) const LOGIN_LIMIT: Row = Row {
    name: "LOGIN_LIMIT",
    default: Text("10/1m"),
    accepted: LIMIT,
    meaning: "Failed logins per account and address.",
    ..Row::BASE
};

pub(super) const LOGIN_LIMIT_ADDRESS: Row = Row {
    name: "LOGIN_LIMIT_ADDRESS",
    default: Text("60/1m"),
    accepted: LIMIT,
    meaning: "Failed logins per address over all accounts; an IPv6 /64 counts as one address.",
    ..Row::BASE
};

// slim: demo-provider
pub(super) const OAUTH_DEMO: Row = Row {
    name: "OAUTH_DEMO",
    default: ByEnvironment { production: "false", otherwise: "true" },
    accepted: "true or false",
    accepted_in_production: Some(
        "false: the demo provider lets anyone in and cannot be enabled in production",
    ),
    meaning: "The built-in demo identity provider. `true` is an error in production.",
    ..Row::BASE
};
// slim: end

pub(super) const ADMIN_ADDR: Row = Row {
    name: "ADMIN_ADDR",
    default: Unset { example: "127.0.0.1:9090" },
    accepted: "an IP address and a port other than SITE_ADDR, like 127.0.0.1:9090",
    meaning: "A second listener, for `/metrics`. Without it nothing is counted. It knows no login: it belongs on a \
              loopback or private address.",
    ..Row::BASE
};

pub(super) const LOG_FORMAT: Row = Row {
    name: "LOG_FORMAT",
    default: ByEnvironment { production: "json", otherwise: "pretty" },
    accepted: "pretty or json",
    meaning: "How log events are written; one line each.",
    ..Row::BASE
};

pub(super) const RUST_LOG: Row = Row {
    name: "RUST_LOG",
    default: Text("info"),
    accepted: "a filter like info or warn,web=debug (levels: off, error, warn, info, debug, trace)",
    meaning: "Which log events are written; `debug` has a line per request.",
    ..Row::BASE
};

pub(super) const OTEL_EXPORTER_OTLP_ENDPOINT: Row = Row {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    default: Unset { example: "http://127.0.0.1:4318" },
    accepted: "the http:// or https:// URL of a collector that takes OTLP over HTTP, without /v1/traces",
    meaning: "Where traces are sent, if the server was built with the feature `otlp`. The library reads the other variables \
              of OpenTelemetry from the environment, for example `OTEL_SERVICE_NAME`, `OTEL_TRACES_SAMPLER` and \
              `OTEL_EXPORTER_OTLP_HEADERS`.",
    ..Row::BASE
};

pub(super) const SITE_ROOT: Row = Row {
    name: "SITE_ROOT",
    default: Text("target/site"),
    accepted: "a path",
    meaning: "The directory of the browser bundle.",
    ..Row::BASE
};
