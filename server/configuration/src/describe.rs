//! The effective configuration as text, for `check-config`.

use std::fmt::{self, Write as _};

use sessions::settings::{CookieSettings, SessionSettings};
use storage::{RemoteSettings, redacted};

use super::row::Row;
use super::secrets_file::SECRETS_FILE;
use super::session::SessionConfig;
use super::{Config, duration, table};

impl Config {
    /// One `NAME=value` line per variable, with defaults marked and secrets redacted.
    pub fn describe(&self) -> String {
        let values = self.values();
        let mut text = String::new();
        for row in table::rows() {
            let value = values.iter().find(|(name, _)| *name == row.name).map_or("", |(_, value)| value);
            let value = if value.is_empty() { "(unset)" } else { value };
            let note = match self.source(row.name) {
                Some(source) => source,
                None if self.given.contains(row.name) => String::new(),
                None => "  (default)".to_owned(),
            };
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{}={value}{note}", row.name);
        }
        for (name, value) in &self.oauth_vars {
            let source = self.source(name).unwrap_or_default();
            let _ = writeln!(text, "{name}={}{source}", redacted(name, value));
        }
        text
    }

    /// The file that the value was read from, if any.
    fn source(&self, name: &str) -> Option<String> {
        let path = self.files.get(name)?;
        Some(format!("  (from {})", redacted("", &path.to_string_lossy())))
    }

    /// The displayable value of each row. Structs are destructured without `..`, so a new field does not
    /// compile until it has been assigned to a row; a test compares the names with the table.
    pub(super) fn values(&self) -> Vec<(&'static str, String)> {
        let Self {
            env,
            site_addr,
            public_url,
            database,
            // slim: mongodb/postgres/redis
            remote: RemoteSettings { timeout, pool_size, maintenance: _ },
            // slim: instead
            // remote: RemoteSettings { timeout },
            // slim: end
            session: SessionConfig { store, secrets, secrets_generated, settings },
            trust_proxy,
            max_connections,
            hsts_subdomains,
            login_limit,
            login_limit_address,
            oauth_demo, // slim: demo-provider
            // `describe` shows this family of variables as it was set.
            oauth_vars: _,
            providers: _,
            admin_addr,
            log_format,
            log_filter,
            otlp_endpoint,
            site_root,
            // Set only by cargo and `cargo dev`.
            started_by_cargo: _,
            live_reload: _,
            // Not a setting.
            warnings: _,
            given: _,
            // Told beside the values.
            files: _,
        } = self;
        let SessionSettings {
            ttl,
            idle_timeout,
            absolute_lifetime,
            touch_interval,
            fresh_for,
            sweep_interval,
            cookie: CookieSettings { name, secure: _, same_site, domain },
        } = settings;
        let secrets = match secrets.len() {
            _ if *secrets_generated => format!("(redacted, in {SECRETS_FILE})"),
            1 => "(redacted, 1 secret)".to_owned(),
            n => format!("(redacted, {n} secrets)"),
        };
        // At most a minute.
        let timeout = time::Duration::try_from(*timeout).unwrap_or(time::Duration::MAX);
        let open = |row: &Row, value: String| (row.name, redacted(row.name, &value));
        vec![
            open(&table::APP_ENV, env.as_str().to_owned()),
            open(&table::SITE_ADDR, site_addr.to_string()),
            open(&table::PUBLIC_URL, public_url.to_string()),
            open(&table::DATABASE_URL, database.to_string()),
            open(&table::STORE_TIMEOUT, duration::show(timeout)),
            open(&table::STORE_POOL_SIZE, pool_size.to_string()), // slim: mongodb/postgres/redis
            open(&table::SESSION_STORE, store.to_string()),
            (table::SESSION_SECRETS.name, secrets),
            open(&table::SESSION_TTL, duration::show(*ttl)),
            open(&table::SESSION_IDLE_TIMEOUT, duration::show(*idle_timeout)),
            open(&table::SESSION_ABSOLUTE_LIFETIME, duration::show(*absolute_lifetime)),
            open(&table::SESSION_TOUCH_INTERVAL, duration::show(*touch_interval)),
            open(&table::SESSION_FRESH_FOR, duration::show(*fresh_for)),
            open(&table::SESSION_SWEEP_INTERVAL, duration::show(*sweep_interval)),
            open(&table::SESSION_COOKIE_NAME, name.clone()),
            open(&table::SESSION_COOKIE_SAMESITE, same_site.attribute().to_ascii_lowercase()),
            open(&table::SESSION_COOKIE_DOMAIN, domain.clone().unwrap_or_default()),
            open(&table::TRUST_PROXY, trust_proxy.to_string()),
            open(&table::MAX_CONNECTIONS, max_connections.to_string()),
            open(&table::HSTS_SUBDOMAINS, hsts_subdomains.to_string()),
            open(&table::LOGIN_LIMIT, duration::show_limit(*login_limit)),
            open(&table::LOGIN_LIMIT_ADDRESS, duration::show_limit(*login_limit_address)),
            open(&table::OAUTH_DEMO, oauth_demo.to_string()), // slim: demo-provider
            open(&table::ADMIN_ADDR, admin_addr.map(|addr| addr.to_string()).unwrap_or_default()),
            open(&table::LOG_FORMAT, log_format.as_str().to_owned()),
            open(&table::RUST_LOG, log_filter.clone()),
            open(
                &table::OTEL_EXPORTER_OTLP_ENDPOINT,
                otlp_endpoint.as_ref().map(ToString::to_string).unwrap_or_default(),
            ),
            open(&table::SITE_ROOT, site_root.to_string_lossy().into_owned()),
        ]
    }
}

impl fmt::Debug for Config {
    /// Redacted in the same way as `check-config`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}
