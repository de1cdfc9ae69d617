//! The rows of the session settings.

use domain::name;
use storage::ACCEPTED_STORE;

use super::{DURATION, DefaultValue, Row};
use DefaultValue::{Rule, Text};

pub(crate) const SESSION_STORE: Row = Row {
    name: "SESSION_STORE",
    default: Rule { rule: "as `DATABASE_URL`", example: name::DATABASE_URL },
    accepted: ACCEPTED_STORE,
    meaning: concat!(
        "Where sessions are kept. ",
        "`rediss://` is Redis over TLS; with `?prefix=app:` its keys begin with that instead of `sess:`. ", // slim: redis
        "Others than SQLite are cargo features. ", // slim: mongodb/postgres/redis
        "`SESSION_STORE_FILE` names a file with the value instead."
    ),
    ..Row::BASE
};

pub(crate) const SESSION_SECRETS: Row = Row {
    name: "SESSION_SECRETS",
    default: Rule {
        rule: "in development one that is generated once and kept in `data/session-secret`",
        example: "replace-this-with-the-output-of-openssl-rand-base64-48",
    },
    accepted: "one or more secrets, newest first, comma separated, each at least 32 bytes \
               (`openssl rand -base64 48`)",
    meaning: "Sign cookies and seal session data. To rotate, put a new one in front and drop the old one after \
              `SESSION_TTL`. Required in production and demo. `SESSION_SECRETS_FILE` names a file with the value instead.",
    secret: true,
    ..Row::BASE
};

pub(crate) const SESSION_TTL: Row = Row {
    name: "SESSION_TTL",
    default: Text("24h"),
    accepted: DURATION,
    meaning: "Lifetime of a session without activity, and the cookie's Max-Age. At least `1s`, and not shorter \
              than `SESSION_IDLE_TIMEOUT`.",
    ..Row::BASE
};

pub(crate) const SESSION_IDLE_TIMEOUT: Row = Row {
    name: "SESSION_IDLE_TIMEOUT",
    default: Text("30m"),
    accepted: DURATION,
    meaning: "Users are signed out after this long without activity.",
    ..Row::BASE
};

pub(crate) const SESSION_ABSOLUTE_LIFETIME: Row = Row {
    name: "SESSION_ABSOLUTE_LIFETIME",
    default: Text("12h"),
    accepted: DURATION,
    meaning: "Users are signed out this long after login, whatever their activity.",
    ..Row::BASE
};

pub(crate) const SESSION_TOUCH_INTERVAL: Row = Row {
    name: "SESSION_TOUCH_INTERVAL",
    default: Text("60s"),
    accepted: DURATION,
    meaning: "Activity is written to the store at most this often. In effect never longer than a tenth of \
              `SESSION_IDLE_TIMEOUT`.",
    ..Row::BASE
};

pub(crate) const SESSION_FRESH_FOR: Row = Row {
    name: "SESSION_FRESH_FOR",
    default: Text("10m"),
    accepted: DURATION,
    meaning: "For this long after login, sensitive changes need no fresh login.",
    ..Row::BASE
};

pub(crate) const SESSION_SWEEP_INTERVAL: Row = Row {
    name: "SESSION_SWEEP_INTERVAL",
    default: Text("10m"),
    accepted: DURATION,
    meaning: "How often expired sessions are deleted.",
    ..Row::BASE
};

pub(crate) const SESSION_COOKIE_NAME: Row = Row {
    name: "SESSION_COOKIE_NAME",
    default: Text("sessionId"),
    // slim: demo-provider
    accepted: "a cookie name of at most 64 letters, digits and !#$%&'*+-.^_`|~ other than device, \
               demo_provider and what begins with oauthAttempt (the prefix __Host- or __Secure- is added \
               automatically where it belongs)",
    // slim: instead
    // accepted: "a cookie name of at most 64 letters, digits and !#$%&'*+-.^_`|~ other than device and what begins with \
    //            oauthAttempt (the prefix __Host- or __Secure- is added automatically where it belongs)",
    // slim: end
    meaning: "`__Host-` is put in front when `PUBLIC_URL` is https, or `__Secure-` if a cookie domain is set.",
    ..Row::BASE
};

pub(crate) const SESSION_COOKIE_SAMESITE: Row = Row {
    name: "SESSION_COOKIE_SAMESITE",
    default: Text("lax"),
    accepted: "lax or strict",
    meaning: "When browsers send the cookie with requests from other sites.",
    ..Row::BASE
};

pub(crate) const SESSION_COOKIE_DOMAIN: Row = Row {
    name: "SESSION_COOKIE_DOMAIN",
    accepted: "the host of PUBLIC_URL or a domain above it, like train.example for \
               https://app.train.example",
    meaning: "Shares the cookie between subdomains.",
    ..Row::BASE
};
