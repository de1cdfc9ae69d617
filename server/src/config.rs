//! The configuration: environment variables in, one checked value out. Nothing else reads the environment.
//!
//! [`Config::from_vars`] is pure; [`Config::load`] adds the process environment and `.env`.

mod cookie;
mod describe;
#[cfg(test)]
mod documents;
mod duration;
mod environment;
mod errors;
mod help;
mod load;
mod provider_rows;
mod providers;
mod public_url;
mod reader;
mod row;
mod secret;
mod secrets_file;
mod session;
mod table;
#[cfg(test)]
mod tests;
mod typos;
mod variables;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use accounts::ports::Limit;
use database::stores::StoreSettings;
use oauth::config::ProviderConfig;
use storage::{DatabaseUrl, RemoteSettings};

pub use self::environment::{AppEnv, LogFormat};
pub use self::errors::{BadVariable, ConfigErrors};
pub(crate) use self::help::variables_help;
pub use self::public_url::PublicUrl;
pub(crate) use self::public_url::is_loopback;
pub use self::secret::Secret;
pub use self::secrets_file::SecretsFileError;
pub use self::session::SessionConfig;

use self::reader::Reader;

/// The whole configuration, checked. The variables and their defaults are in the [`table`].
#[derive(Clone)]
pub struct Config {
    pub(crate) env: AppEnv,
    /// The listen address.
    pub(crate) site_addr: SocketAddr,
    /// The external origin.
    pub public_url: PublicUrl,
    pub database: DatabaseUrl,
    /// How database and store servers are used.
    pub remote: RemoteSettings,
    pub session: SessionConfig,
    /// How many entries of `X-Forwarded-For` are believed, from the right.
    pub(crate) trust_proxy: u8,
    /// Failed logins per account and address.
    pub(crate) login_limit: Limit,
    /// Failed logins per address over all accounts.
    pub(crate) login_limit_address: Limit,
    /// The built-in demo identity provider.
    pub(crate) oauth_demo: bool,
    /// The `OAUTH_<NAME>_…` variables as they are set, for `check-config`. Holds secrets: never print it.
    oauth_vars: BTreeMap<String, String>,
    /// The identity providers these variables describe.
    pub(crate) providers: Vec<ProviderConfig>,
    /// A second listener for `/metrics`.
    pub(crate) admin_addr: Option<SocketAddr>,
    pub(crate) log_format: LogFormat,
    /// Parses as a filter.
    pub(crate) log_filter: String,
    /// The browser bundle.
    pub(crate) site_root: PathBuf,
    /// `CARGO` is set, that is, cargo started this process: stale parts of the bundle are built.
    pub(crate) started_by_cargo: bool,
    /// What looks odd but stops nothing, to be shown at the start. Free of secrets.
    pub(crate) warnings: Vec<String>,
    /// Names of the rows whose variable was set.
    given: BTreeSet<&'static str>,
}

impl Config {
    /// Reads the configuration from a set of variables. Pure: no environment, no files. Empty values count as
    /// not set, unknown variables are ignored.
    ///
    /// # Errors
    /// Every bad variable, all together.
    pub fn from_vars(vars: &BTreeMap<String, String>) -> Result<Self, ConfigErrors> {
        let reader = &mut Reader::new(vars);
        // A wrong value counts as development: no rule of another environment adds errors that may not be any.
        reader.env = reader.value(&table::APP_ENV, AppEnv::parse);
        let site_addr = variables::site_addr(reader);
        let public_url = variables::public_url(reader, site_addr);
        let database = variables::database(reader);
        let session = session::parse(reader, database.as_ref(), public_url.as_ref());
        let oauth_vars = variables::oauth_vars(vars);
        let config = Self {
            env: reader.env,
            site_addr,
            // Without either, an error has been noted.
            public_url: public_url.unwrap_or_else(|| PublicUrl::of_listen_address(site_addr)),
            database: database.unwrap_or(DatabaseUrl::SqliteMemory),
            remote: variables::remote(reader),
            session,
            trust_proxy: variables::trust_proxy(reader),
            login_limit: variables::limit(reader, &table::LOGIN_LIMIT),
            login_limit_address: variables::limit(reader, &table::LOGIN_LIMIT_ADDRESS),
            oauth_demo: variables::oauth_demo(reader),
            admin_addr: variables::admin_addr(reader, site_addr),
            log_format: variables::log_format(reader),
            log_filter: variables::log_filter(reader),
            site_root: variables::site_root(reader),
            providers: providers::providers_from_env(&oauth_vars, &mut reader.errors),
            oauth_vars,
            started_by_cargo: reader.started_by_cargo(),
            warnings: typos::suspicious(vars),
            given: table::rows().filter(|row| reader.get(row).is_some()).map(|row| row.name).collect(),
        };
        let errors = std::mem::take(&mut reader.errors);
        if errors.is_empty() { Ok(config) } else { Err(ConfigErrors(errors)) }
    }

    /// Takes the secret from `data/session-secret` (generated at the first start) if `SESSION_SECRETS` is not set,
    /// which only development allows.
    ///
    /// # Errors
    /// The file can be neither read nor created, or holds no secret; the error names it.
    pub fn ensure_secrets(&mut self) -> Result<(), SecretsFileError> {
        if self.session.secrets.is_empty() {
            self.session.secrets = vec![secrets_file::read_or_create(Path::new(secrets_file::SECRETS_FILE))?];
        }
        Ok(())
    }

    /// After binding: with port 0 in `SITE_ADDR` the address, and with it the default of `PUBLIC_URL`, is known
    /// only now. A `PUBLIC_URL` that was set is kept.
    pub(crate) fn set_bound_addr(&mut self, addr: SocketAddr) {
        self.site_addr = addr;
        if !self.given.contains(table::PUBLIC_URL.name) {
            self.public_url = PublicUrl::of_listen_address(addr);
        }
    }

    /// Where sessions and accounts are kept.
    #[must_use]
    pub fn stores(&self) -> StoreSettings {
        StoreSettings {
            sessions: self.session.store.clone(),
            database: self.database.clone(),
            remote: self.remote,
        }
    }
}
