//! PostgreSQL: its URL, and a pool.

use std::str::FromStr as _;

use domain::name;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::{RemoteError, RemoteSettings, trust_provider};
use crate::RemoteUrl;

/// What `sqlx` reads from a PostgreSQL URL; `options[…]` besides.
const OPTIONS: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

impl RemoteUrl {
    /// `postgres://…` or `postgresql://…`. The client only warns about options it does not know, and a mistyped
    /// `sslmode` would be a connection without TLS.
    pub(crate) fn postgres(text: &str) -> Result<Self, String> {
        if PgConnectOptions::from_str(text).is_err() {
            return Err("this is not postgres://user:password@host:port/database".to_owned());
        }
        Self(text.to_owned()).with_options(|name| {
            OPTIONS.contains(&name) || (name.starts_with("options[") && name.ends_with(']'))
        })
    }
}

/// A pool that connects on first use, for a few statements or to open the connections of a
/// [`Pool`](crate::postgres::Pool). The URL's own `sslmode` and `statement_timeout` (in `options`) win. By
/// default the server itself ends a statement after [`RemoteSettings::operation_limit`], so that it does not
/// keep working for a caller that has given up.
///
/// # Errors
/// If the URL is invalid.
pub fn postgres(url: &RemoteUrl, settings: &RemoteSettings) -> Result<PgPool, RemoteError> {
    trust_provider();
    // The parser's own message may quote what it could not read.
    let options = PgConnectOptions::from_str(url.expose())
        .map_err(|_| RemoteError("this is not the URL of a PostgreSQL database".to_owned()))?
        .application_name(name::SLUG);
    let options = if url.expose().contains("statement_timeout") {
        options
    } else {
        options.options([("statement_timeout", settings.operation_limit().as_millis().to_string())])
    };
    let pool = PgPoolOptions::new().max_connections(settings.pool_size).acquire_timeout(settings.timeout);
    Ok(pool.connect_lazy_with(options))
}
