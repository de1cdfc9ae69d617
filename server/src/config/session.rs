//! Session settings: where, how long, and the cookie.

use sessions::settings::SessionSettings;
use storage::{ACCEPTED_STORE, DatabaseUrl, StoreUrl};
use time::Duration;

use super::duration;
use super::public_url::PublicUrl;
use super::reader::Reader;
use super::secret::{self, Secret};
use super::{AppEnv, cookie};

/// Everything about sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionConfig {
    /// `SESSION_STORE`, default: the database.
    pub store: StoreUrl,
    /// `SESSION_SECRETS`, newest first. Empty until [`super::Config::ensure_secrets`] if
    /// [`Self::secrets_generated`].
    pub secrets: Vec<Secret>,
    /// `SESSION_SECRETS` is not set (development only): one secret is kept in `data/session-secret`.
    pub secrets_generated: bool,
    /// Times and cookie.
    pub settings: SessionSettings,
}

/// Reads the `SESSION_*` variables. A variable in error gets its default here: the error is noted and
/// nothing of the result is used.
pub(super) fn parse(
    reader: &mut Reader<'_>,
    env: AppEnv,
    database: Option<&DatabaseUrl>,
    public_url: Option<&PublicUrl>,
) -> SessionConfig {
    let store = store(reader, env, database);
    let secrets = secrets(reader, env);
    let mut time = |name: &str, default: Duration| {
        reader.parse(name, duration::ACCEPTED, duration::parse).map(|given| given.unwrap_or(default))
    };
    let ttl = time("SESSION_TTL", Duration::DAY);
    let idle = time("SESSION_IDLE_TIMEOUT", Duration::minutes(30));
    let absolute_lifetime = time("SESSION_ABSOLUTE_LIFETIME", Duration::hours(12));
    let touch = time("SESSION_TOUCH_INTERVAL", Duration::MINUTE);
    let fresh_for = time("SESSION_FRESH_FOR", Duration::minutes(10));
    let sweep_interval = time("SESSION_SWEEP_INTERVAL", Duration::minutes(10));
    check_ttl(reader, ttl, idle);
    let ttl = ttl.unwrap_or(Duration::DAY);
    let idle_timeout = idle.unwrap_or(Duration::minutes(30));
    SessionConfig {
        store,
        secrets_generated: reader.get("SESSION_SECRETS").is_none(),
        secrets,
        settings: SessionSettings {
            ttl,
            idle_timeout,
            absolute_lifetime: absolute_lifetime.unwrap_or(Duration::hours(12)),
            // A tenth of `ttl` is never less: it is not shorter than the idle timeout.
            touch_interval: touch.unwrap_or(Duration::MINUTE).min(idle_timeout / 10),
            fresh_for: fresh_for.unwrap_or(Duration::minutes(10)),
            sweep_interval: sweep_interval.unwrap_or(Duration::minutes(10)),
            cookie: cookie::parse(reader, public_url),
        },
    }
}

fn store(reader: &mut Reader<'_>, env: AppEnv, database: Option<&DatabaseUrl>) -> StoreUrl {
    let like_database = || database.map_or(StoreUrl::Memory, StoreUrl::from);
    match reader.parse_or("SESSION_STORE", StoreUrl::parse) {
        Some(Some(store)) => {
            if store.is_memory() && env != AppEnv::Development {
                reader.bad("SESSION_STORE", format!("{}; this is {}", ACCEPTED_STORE, env.as_str()));
            }
            store
        }
        // A database in memory was complained about already where it is not allowed.
        Some(None) | None => like_database(),
    }
}

fn secrets(reader: &mut Reader<'_>, env: AppEnv) -> Vec<Secret> {
    let careful = env != AppEnv::Development;
    if careful && reader.get("SESSION_SECRETS").is_none() {
        reader.bad("SESSION_SECRETS", format!("{}; required in {}", secret::ACCEPTED, env.as_str()));
    }
    let list = reader.parse_or("SESSION_SECRETS", |text| secret::parse_list(text, careful));
    list.flatten().unwrap_or_default()
}

/// Only where both could be read: an error must not be the echo of another.
fn check_ttl(reader: &mut Reader<'_>, ttl: Option<Duration>, idle: Option<Duration>) {
    let Some(ttl) = ttl else { return };
    // Max-Age counts whole seconds, and zero removes the cookie.
    if ttl < Duration::SECOND {
        reader.bad("SESSION_TTL", "at least 1s");
    } else if let Some(idle) = idle.filter(|idle| ttl < *idle) {
        let note = format!(
            "SESSION_TTL at least as long as SESSION_IDLE_TIMEOUT (they are {} and {})",
            duration::show(ttl),
            duration::show(idle)
        );
        // The one that was set is the one to change.
        let name = if reader.get("SESSION_TTL").is_some() { "SESSION_TTL" } else { "SESSION_IDLE_TIMEOUT" };
        reader.bad(name, note);
    }
}
