//! Session settings: store, durations and cookie.

use sessions::settings::SessionSettings;
use storage::{DatabaseUrl, StoreUrl};
use time::Duration;

use super::environment::AppEnv;
use super::public_url::PublicUrl;
use super::reader::Reader;
use super::row::Row;
use super::secret::{self, Secret};
use super::{cookie, duration, table};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionConfig {
    pub store: StoreUrl,
    /// Newest first. If `secrets_generated`, empty until
    /// [`Config::ensure_secrets`](super::Config::ensure_secrets).
    pub secrets: Vec<Secret>,
    /// `SESSION_SECRETS` is unset (development only): one secret is kept in `data/session-secret`.
    pub(crate) secrets_generated: bool,
    /// Durations and cookie.
    pub settings: SessionSettings,
}

pub(super) fn parse(
    reader: &mut Reader<'_>,
    database: Option<&DatabaseUrl>,
    public_url: Option<&PublicUrl>,
) -> SessionConfig {
    let store = store(reader, database);
    let secrets = secrets(reader);
    let mut time = |row: &Row| reader.value(row, duration::parse);
    let ttl = time(&table::SESSION_TTL);
    let idle_timeout = time(&table::SESSION_IDLE_TIMEOUT);
    let absolute_lifetime = time(&table::SESSION_ABSOLUTE_LIFETIME);
    // Never less than a tenth of `ttl`, which is not shorter than the idle timeout.
    let touch_interval = time(&table::SESSION_TOUCH_INTERVAL).min(idle_timeout / 10);
    let fresh_for = time(&table::SESSION_FRESH_FOR);
    let sweep_interval = time(&table::SESSION_SWEEP_INTERVAL);
    check_ttl(reader, ttl, idle_timeout);
    let cookie = cookie::parse(reader, public_url);
    SessionConfig {
        store,
        secrets_generated: reader.get(&table::SESSION_SECRETS).is_none(),
        secrets,
        settings: SessionSettings {
            ttl,
            idle_timeout,
            absolute_lifetime,
            touch_interval,
            fresh_for,
            sweep_interval,
            cookie,
        },
    }
}

fn store(reader: &mut Reader<'_>, database: Option<&DatabaseUrl>) -> StoreUrl {
    let row = &table::SESSION_STORE;
    match reader.given_or_why(row, StoreUrl::parse) {
        Some(store) => {
            if store.is_memory() && reader.env != AppEnv::Development {
                reader.refuse(row, format!("{}; this is {}", row.accepted, reader.env.as_str()));
            }
            store
        }
        // Where an in-memory database is not allowed, it has already been rejected.
        None => database.map_or(StoreUrl::Memory, StoreUrl::from),
    }
}

fn secrets(reader: &mut Reader<'_>) -> Vec<Secret> {
    let row = &table::SESSION_SECRETS;
    let careful = reader.env != AppEnv::Development;
    reader.require(row);
    reader.given_or_why(row, |text| secret::parse_list(text, careful)).unwrap_or_default()
}

/// Only if both could be read: one mistake must not be reported twice.
fn check_ttl(reader: &mut Reader<'_>, ttl: Duration, idle: Duration) {
    let (ttl_row, idle_row) = (&table::SESSION_TTL, &table::SESSION_IDLE_TIMEOUT);
    if reader.refused(ttl_row) {
        return;
    }
    // Max-Age counts whole seconds, and zero deletes the cookie.
    if ttl < Duration::SECOND {
        reader.refuse(ttl_row, "at least 1s");
    } else if ttl < idle && !reader.refused(idle_row) {
        let accepted = format!(
            "SESSION_TTL at least as long as SESSION_IDLE_TIMEOUT (they are {} and {})",
            duration::show(ttl),
            duration::show(idle)
        );
        // Blame the variable that was set, since that is the one to change.
        let row = if reader.get(ttl_row).is_some() { ttl_row } else { idle_row };
        reader.refuse(row, accepted);
    }
}
