//! The effective configuration as text, for `check-config`.

use std::fmt::Write as _;

use super::{Config, LogFormat, duration};
use storage::redacted;

impl Config {
    /// One line per variable, `NAME=value`, defaults marked; secrets redacted.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut text = String::new();
        for (name, value) in self.values() {
            let given = match name {
                "SITE_ADDR" => self.given.contains("SITE_ADDR") || self.given.contains("LEPTOS_SITE_ADDR"),
                _ => self.given.contains(name),
            };
            let note = if given { "" } else { "  (default)" };
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name}={}{note}", if value.is_empty() { "(unset)" } else { &value });
        }
        for (name, value) in &self.oauth_vars {
            let _ = writeln!(text, "{name}={}", redacted(name, value));
        }
        text
    }

    /// In the order of the documentation.
    fn values(&self) -> [(&'static str, String); 25] {
        let session = &self.session;
        let cookie = &session.settings.cookie;
        let secrets = match session.secrets.len() {
            _ if session.secrets_generated => format!("(redacted, in {})", Self::SECRETS_FILE),
            1 => "(redacted, 1 secret)".to_owned(),
            n => format!("(redacted, {n} secrets)"),
        };
        // A minute at most.
        let timeout = time::Duration::try_from(self.remote.timeout).unwrap_or(time::Duration::MAX);
        let format = match self.log_format {
            LogFormat::Pretty => "pretty",
            LogFormat::Json => "json",
        };
        [
            ("APP_ENV", self.env.as_str().to_owned()),
            ("SITE_ADDR", self.site_addr.to_string()),
            ("PUBLIC_URL", self.public_url.to_string()),
            ("DATABASE_URL", redacted("DATABASE_URL", &self.database.to_string())),
            ("STORE_TIMEOUT", duration::show(timeout)),
            ("STORE_POOL_SIZE", self.remote.pool_size.to_string()),
            ("SESSION_STORE", redacted("SESSION_STORE", &session.store.to_string())),
            ("SESSION_SECRETS", secrets),
            ("SESSION_TTL", duration::show(session.settings.ttl)),
            ("SESSION_IDLE_TIMEOUT", duration::show(session.settings.idle_timeout)),
            ("SESSION_ABSOLUTE_LIFETIME", duration::show(session.settings.absolute_lifetime)),
            ("SESSION_TOUCH_INTERVAL", duration::show(session.settings.touch_interval)),
            ("SESSION_FRESH_FOR", duration::show(session.settings.fresh_for)),
            ("SESSION_SWEEP_INTERVAL", duration::show(session.settings.sweep_interval)),
            ("SESSION_COOKIE_NAME", cookie.name.clone()),
            ("SESSION_COOKIE_SAMESITE", cookie.same_site.attribute().to_ascii_lowercase()),
            ("SESSION_COOKIE_DOMAIN", cookie.domain.clone().unwrap_or_default()),
            ("TRUST_PROXY", self.trust_proxy.to_string()),
            ("LOGIN_LIMIT", duration::show_limit(self.login_limit)),
            ("LOGIN_LIMIT_ADDRESS", duration::show_limit(self.login_limit_address)),
            ("OAUTH_DEMO", self.oauth_demo.to_string()),
            ("ADMIN_ADDR", self.admin_addr.map(|addr| addr.to_string()).unwrap_or_default()),
            ("LOG_FORMAT", format.to_owned()),
            ("RUST_LOG", redacted("RUST_LOG", &self.log_filter)),
            ("SITE_ROOT", redacted("SITE_ROOT", &self.site_root.to_string_lossy())),
        ]
    }
}
