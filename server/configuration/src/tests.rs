//! The rules of the configuration as tables. Rules for one kind of value are tested next to its parser.

use std::collections::BTreeMap;
use std::path::Path;

use domain::name;
use time::Duration;

use super::*;

const SECRET: &str = "canary-Zk3v9Qx7Lm2Rt8Wp4Yb6Nc1Hd5Js0Fg";
const PRODUCTION: [(&str, &str); 3] =
    [("APP_ENV", "production"), ("PUBLIC_URL", "https://train.example"), ("SESSION_SECRETS", SECRET)];
const DEMO: [(&str, &str); 3] =
    [("APP_ENV", "demo"), ("PUBLIC_URL", "http://train.example"), ("SESSION_SECRETS", SECRET)];

fn vars(base: &[(&str, &str)], more: &[(&str, &str)]) -> BTreeMap<String, String> {
    base.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn config(base: &[(&str, &str)], more: &[(&str, &str)]) -> Config {
    Config::from_vars(&vars(base, more)).expect("a good configuration")
}

fn errors(base: &[(&str, &str)], more: &[(&str, &str)]) -> Vec<String> {
    let errors = Config::from_vars(&vars(base, more)).expect_err("a bad configuration");
    errors.0.iter().map(ToString::to_string).collect()
}

#[test]
fn an_empty_environment_gives_the_documented_defaults() {
    let config = config(&[], &[("SITE_ADDR", ""), ("SESSION_TTL", "  "), ("PUBLIC_URL", "")]);
    let database = name::DATABASE_URL;
    // slim: mongodb/postgres/redis
    let pool_size = "STORE_POOL_SIZE=10  (default)\n";
    // slim: instead
    // let pool_size = "";
    // slim: end
    // slim: demo-provider
    let provider = "OAUTH_DEMO=true  (default)\n";
    // slim: instead
    // let provider = "";
    // slim: end
    let expected = format!(
        "\
        APP_ENV=development  (default)\n\
        SITE_ADDR=127.0.0.1:3000  (default)\n\
        PUBLIC_URL=http://127.0.0.1:3000  (default)\n\
        DATABASE_URL={database}  (default)\n\
        STORE_TIMEOUT=2s  (default)\n\
        {pool_size}\
        SESSION_STORE={database}  (default)\n\
        SESSION_SECRETS=(redacted, in data/session-secret)  (default)\n\
        SESSION_TTL=1d  (default)\n\
        SESSION_IDLE_TIMEOUT=30m  (default)\n\
        SESSION_ABSOLUTE_LIFETIME=12h  (default)\n\
        SESSION_TOUCH_INTERVAL=1m  (default)\n\
        SESSION_FRESH_FOR=10m  (default)\n\
        SESSION_SWEEP_INTERVAL=10m  (default)\n\
        SESSION_COOKIE_NAME=sessionId  (default)\n\
        SESSION_COOKIE_SAMESITE=lax  (default)\n\
        SESSION_COOKIE_DOMAIN=(unset)  (default)\n\
        TRUST_PROXY=0  (default)\n\
        MAX_CONNECTIONS=2000  (default)\n\
        HSTS_SUBDOMAINS=true  (default)\n\
        LOGIN_LIMIT=10/1m  (default)\n\
        LOGIN_LIMIT_ADDRESS=60/1m  (default)\n\
        {provider}\
        ADMIN_ADDR=(unset)  (default)\n\
        LOG_FORMAT=pretty  (default)\n\
        RUST_LOG=info  (default)\n\
        OTEL_EXPORTER_OTLP_ENDPOINT=(unset)  (default)\n\
        SITE_ROOT=target/site  (default)\n"
    );
    assert_eq!(config.describe(), expected);
    assert!(config.session.secrets_generated && config.session.secrets.is_empty());
    assert!(config.stores().sessions_in_database() && !config.started_by_cargo);
}

#[test]
fn production_and_demo_differ_where_documented() {
    let production = config(&PRODUCTION, &[]);
    assert_eq!(production.session.settings.cookie.name, "__Host-sessionId");
    assert_eq!(production.log_format, LogFormat::Json);
    assert!(!production.oauth_demo); // slim: demo-provider
    let demo = config(&DEMO, &[]);
    assert_eq!(demo.log_format, LogFormat::Pretty);
    assert!(demo.oauth_demo); // slim: demo-provider
    assert!(!demo.session.settings.cookie.secure);
    assert!(!demo.session.secrets_generated);
}

#[test]
fn values_end_up_where_they_belong() {
    let base =
        &[("SITE_ADDR", "[::]:8080"), ("LEPTOS_SITE_ADDR", "127.0.0.1:1"), ("SESSION_STORE", "memory")];
    let more = &[
        ("ADMIN_ADDR", "127.0.0.1:9090"),
        ("TRUST_PROXY", "16"),
        ("LOGIN_LIMIT", "3/10s"),
        ("OAUTH_DEMO", "False"), // slim: demo-provider
        ("OAUTH_GOOGLE_CLIENT_ID", " id "),
        ("OAUTH_GOOGLE_CLIENT_SECRET", "secret"),
        ("OAUTH_GITHUB_CLIENT_ID", ""),
        ("LOG_FORMAT", "JSON"),
        ("RUST_LOG", "warn,web=debug"),
        ("SITE_ROOT", "/srv/site"),
        ("CARGO", "/usr/bin/cargo"),
        ("STORE_TIMEOUT", "500ms"),
        ("STORE_POOL_SIZE", "3"), // slim: mongodb/postgres/redis
        ("SESSION_MANAGER", "local/desktop:@/tmp/.ICE-unix/1"),
    ];
    let config = config(base, more);
    assert_eq!(config.public_url.as_str(), "http://[::1]:8080");
    assert_eq!(config.admin_addr, Some(([127, 0, 0, 1], 9090).into()));
    assert_eq!((config.trust_proxy, config.login_limit.count, config.login_limit_address.count), (16, 3, 60));
    assert!(!config.oauth_demo); // slim: demo-provider
    assert!(config.started_by_cargo && !config.stores().sessions_in_database());
    assert_eq!(config.remote.timeout.as_millis(), 500);
    assert_eq!(config.remote.pool_size, 3); // slim: mongodb/postgres/redis
    let google = [("OAUTH_GOOGLE_CLIENT_ID", "id"), ("OAUTH_GOOGLE_CLIENT_SECRET", "secret")];
    assert_eq!(config.oauth_vars, vars(&google, &[]));
    assert_eq!(
        config.providers.iter().map(|provider| provider.name.as_str()).collect::<Vec<_>>(),
        ["google"]
    );
    assert_eq!((config.log_format, config.log_filter.as_str()), (LogFormat::Json, "warn,web=debug"));
    assert_eq!(config.site_root, Path::new("/srv/site"));
    assert_eq!(config.warnings, Vec::<String>::new());
    let leptos = &[("LEPTOS_SITE_ADDR", "127.0.0.1:4000"), ("SITE_ADDR", "")];
    assert_eq!(self::config(leptos, &[]).site_addr.port(), 4000);
}

#[test]
fn activity_is_written_at_most_ten_times_per_timeout() {
    for (more, millis) in [
        (&[][..], 60_000),
        (&[("SESSION_IDLE_TIMEOUT", "5m")], 30_000),
        (&[("SESSION_IDLE_TIMEOUT", "2s"), ("SESSION_TTL", "3s")], 200),
        (&[("SESSION_TOUCH_INTERVAL", "1s")], 1_000),
        (&[("SESSION_TOUCH_INTERVAL", "1h")], 180_000),
    ] {
        assert_eq!(
            config(&[], more).session.settings.touch_interval,
            Duration::milliseconds(millis),
            "{more:?}"
        );
    }
}

#[test]
fn each_bad_value_is_one_error_that_names_variable_value_and_what_is_accepted() {
    for (base, name, value, accepted) in [
        (&[][..], "APP_ENV", "prod", "development, production or demo"),
        (&[], "SITE_ADDR", "localhost:3000", "127.0.0.1:3000 or [::1]:3000"),
        (&[], "LEPTOS_SITE_ADDR", "3000", "127.0.0.1:3000 or [::1]:3000"),
        (&[], "PUBLIC_URL", "http://127.0.0.1:3000/app", "the origin"),
        (&PRODUCTION, "PUBLIC_URL", "http://train.example", "in production an https origin"),
        (&[], "DATABASE_URL", "data/test.db", "sqlite:///absolute/path"),
        (&[], "DATABASE_URL", "redis://cache", "Redis keeps sessions only"), // slim: redis
        (&PRODUCTION, "DATABASE_URL", "sqlite::memory:", "for development only"),
        (&DEMO, "DATABASE_URL", "sqlite::memory:", "for development only"),
        (&[], "SESSION_STORE", "redis://cache/seven", "this is not redis://"), // slim: redis
        (&[], "STORE_TIMEOUT", "2m", "from 50ms to 1m"),
        (&[], "STORE_POOL_SIZE", "0", "from 1 to 1000"), // slim: mongodb/postgres/redis
        (&PRODUCTION, "SESSION_STORE", "memory", "in development only, memory"),
        (&PRODUCTION, "SESSION_STORE", "sqlite::memory:", "in development only, memory"),
        (&DEMO, "SESSION_STORE", "memory", "in development only, memory"),
        (&[], "SESSION_TTL", "24", "30s, 30m, 24h or 7d"),
        (&[], "SESSION_TTL", "29m", "at least as long as SESSION_IDLE_TIMEOUT"),
        (&[("SESSION_IDLE_TIMEOUT", "1ms")], "SESSION_TTL", "999ms", "at least 1s"),
        (&[], "SESSION_IDLE_TIMEOUT", "25h", "at least as long as SESSION_IDLE_TIMEOUT"),
        (&[], "SESSION_IDLE_TIMEOUT", "0s", "more than zero"),
        (&[], "SESSION_ABSOLUTE_LIFETIME", "401d", "at most 400d"),
        (&[], "SESSION_TOUCH_INTERVAL", "-1s", "30s, 30m, 24h or 7d"),
        (&[], "SESSION_FRESH_FOR", "ten", "30s, 30m, 24h or 7d"),
        (&[], "SESSION_SWEEP_INTERVAL", "1w", "30s, 30m, 24h or 7d"),
        (&[], "SESSION_COOKIE_NAME", "a b", "a cookie name"),
        (&[], "SESSION_COOKIE_SAMESITE", "none", "lax or strict"),
        (&PRODUCTION, "SESSION_COOKIE_DOMAIN", "other.example", "PUBLIC_URL"),
        (&[], "TRUST_PROXY", "17", "from 0 to 16"),
        (&[], "TRUST_PROXY", "true", "from 0 to 16"),
        (&[], "LOGIN_LIMIT", "10", "like 10/1m"),
        (&[], "LOGIN_LIMIT_ADDRESS", "0/1m", "like 10/1m"),
        (&[], "OAUTH_DEMO", "yes", "true or false"), // slim: demo-provider
        (&PRODUCTION, "OAUTH_DEMO", "true", "cannot be enabled in production"), // slim: demo-provider
        (&[], "ADMIN_ADDR", "127.0.0.1:3000", "other than SITE_ADDR"),
        (&[], "ADMIN_ADDR", "0.0.0.0:3000", "other than SITE_ADDR"),
        (&[], "LOG_FORMAT", "xml", "pretty or json"),
        (&[], "RUST_LOG", "web=loud", "warn,web=debug"),
        (&[], "OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1:4318", "the http:// or https:// URL"),
    ] {
        let errors = errors(base, &[(name, value)]);
        assert_eq!(errors.len(), 1, "{errors:?}");
        let error = &errors[0];
        assert!(
            error.starts_with(&format!("{name}={value}; accepted: ")) && error.contains(accepted),
            "{error}"
        );
    }
}

#[test]
fn production_and_demo_need_an_origin_and_secrets() {
    for env in ["production", "demo"] {
        let errors = errors(&[("APP_ENV", env)], &[]);
        assert_eq!(errors.len(), 2, "{errors:?}");
        for (error, name) in errors.iter().zip(["PUBLIC_URL", "SESSION_SECRETS"]) {
            assert!(error.starts_with(&format!("{name} is not set; accepted: ")), "{error}");
            assert!(error.ends_with(&format!("required in {env}")), "{error}");
        }
    }
}

#[test]
fn pages_reload_in_development_alone() {
    assert!(config(&[], &[("DEV_RELOAD", "1")]).live_reload && !config(&PRODUCTION, &[]).live_reload);
    for environment in [PRODUCTION, DEMO] {
        let errors = errors(&environment, &[("DEV_RELOAD", "1")]);
        assert!(
            errors.iter().any(|error| error.starts_with("DEV_RELOAD=1; accepted: nothing")),
            "{errors:?}"
        );
    }
}

#[test]
fn all_errors_are_reported_together_and_none_twice() {
    let more =
        [("SITE_ADDR", "x"), ("SESSION_TTL", "x"), ("SESSION_IDLE_TIMEOUT", "48h"), ("LOG_FORMAT", "x")];
    let errors = errors(&[], &more);
    let names: Vec<_> =
        errors.iter().filter_map(|error| error.split_once('=')).map(|(name, _)| name).collect();
    assert_eq!(names, ["SITE_ADDR", "SESSION_TTL", "LOG_FORMAT"]);
}

#[test]
fn no_secret_is_ever_shown() {
    let good = config(
        &PRODUCTION,
        &[
            ("DATABASE_URL", "postgres://canary:canary@db/x?password=canary"), // slim: postgres
            ("SESSION_STORE", "redis://:canary@cache:6379/1"),                 // slim: redis
            ("OAUTH_X_CLIENT_ID", "x"),
            ("OAUTH_X_CLIENT_SECRET", "canary"),
            ("OAUTH_X_ISSUER", "https://x.example"),
        ],
    );
    assert!(!good.describe().contains("canary") && !format!("{good:?}{:?}", good.session).contains("canary"));
    assert!(good.describe().contains("SESSION_SECRETS=(redacted, 1 secret)\n"));
    assert!(good.describe().contains("OAUTH_X_CLIENT_SECRET=(redacted)\n"));

    for (name, value) in [
        ("SESSION_SECRETS", "canary"),
        ("SESSION_SECRETS", "canary-changeme-canary-changeme-canary"),
        ("DATABASE_URL", "postgres://me:canary@[db/x"), // slim: postgres
        ("DATABASE_URL", "mongodb://me:canary@db:port/x"), // slim: mongodb
        ("DATABASE_URL", "sqlite://x?key=canary"),
        ("SESSION_STORE", "redis://:canary@cache:6379/x"), // slim: redis
        ("PUBLIC_URL", "https://me:canary@train.example"),
    ] {
        let errors = Config::from_vars(&vars(&PRODUCTION, &[(name, value)])).expect_err(name);
        assert!(
            !errors.to_string().contains("canary") && !format!("{errors:?}").contains("canary"),
            "{errors}"
        );
        assert!(errors.to_string().contains(name));
    }
}

#[test]
fn the_default_origin_follows_the_bound_address() {
    let mut config = config(&[("SITE_ADDR", "127.0.0.1:0")], &[]);
    config.set_bound_addr(([127, 0, 0, 1], 4711).into());
    assert_eq!((config.public_url.as_str(), config.site_addr.port()), ("http://127.0.0.1:4711", 4711));

    let mut config = self::config(&PRODUCTION, &[("SITE_ADDR", "127.0.0.1:0")]);
    config.set_bound_addr(([127, 0, 0, 1], 4711).into());
    assert_eq!((config.public_url.as_str(), config.site_addr.port()), ("https://train.example", 4711));
}
