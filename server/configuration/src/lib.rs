//! The configuration: environment variables in, one validated value out. Nothing else reads the environment.
//!
//! [`Config::from_vars`] is pure; [`Config::load`] adds the process environment and `.env`.

mod cookie;
mod describe;
#[cfg(test)]
mod documents;
mod duration;
mod environment;
mod errors;
mod from_files;
mod help;
mod load;
mod provider_rows;
mod providers;
mod public_url;
mod reader;
mod risks;
mod row;
mod secret;
mod secrets_file;
mod session;
mod table;
#[cfg(test)]
mod tests;
mod unread;
mod variables;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use accounts::ports::Limit;
use database::stores::StoreSettings;
use oauth::config::ProviderConfig;
use storage::{DatabaseUrl, RemoteSettings};
use url::Url;

pub use self::environment::{AppEnv, LogFormat};
pub use self::errors::{BadVariable, ConfigErrors};
pub use self::help::{variables_help, wrapped};
pub use self::public_url::{PublicUrl, from_this_machine, is_loopback};
pub use self::secret::Secret;
pub use self::secrets_file::SecretsFileError;
pub use self::session::SessionConfig;

use self::reader::Reader;

/// The whole configuration, validated. Variables and defaults are listed in the [`table`].
#[derive(Clone)]
pub struct Config {
    pub env: AppEnv,
    pub site_addr: SocketAddr,
    /// The external origin.
    pub public_url: PublicUrl,
    pub database: DatabaseUrl,
    /// Settings for connections to the database and session store servers.
    pub remote: RemoteSettings,
    pub session: SessionConfig,
    /// How many entries of `X-Forwarded-For` are trusted, counted from the right.
    pub trust_proxy: u8,
    /// Clients' connections to this instance.
    pub max_connections: usize,
    pub hsts_subdomains: bool,
    /// Failed logins per account and address.
    pub login_limit: Limit,
    /// Failed logins per address over all accounts.
    pub login_limit_address: Limit,
    // slim: demo-provider
    /// Enables the built-in demo identity provider.
    pub oauth_demo: bool,
    // slim: end
    /// The `OAUTH_<NAME>_…` variables as set, for `check-config`. Contains secrets: never print it.
    oauth_vars: BTreeMap<String, String>,
    pub providers: Vec<ProviderConfig>,
    /// Where metrics are served, if anywhere.
    pub admin_addr: Option<SocketAddr>,
    pub log_format: LogFormat,
    /// Guaranteed to parse as a filter.
    pub log_filter: String,
    /// Where traces are sent, if anywhere.
    pub otlp_endpoint: Option<Url>,
    /// Directory of the browser bundle.
    pub site_root: PathBuf,
    /// `CARGO` is set, so cargo started this process and stale parts of the bundle are rebuilt.
    pub started_by_cargo: bool,
    /// `DEV_RELOAD` is set, so `cargo dev` started this process: pages reload, and standard input says when.
    pub live_reload: bool,
    /// Suspicious settings to report at start-up that do not prevent it. Contains no secrets.
    pub warnings: Vec<String>,
    /// Names of the rows whose variable was set.
    given: BTreeSet<&'static str>,
    /// Settings whose value was read from a file, and from which.
    files: BTreeMap<String, PathBuf>,
}

impl Config {
    /// Reads the configuration from a set of variables. Pure: no environment, no files. Empty values count as
    /// unset; unknown variables are ignored.
    ///
    /// # Errors
    /// All invalid variables together.
    pub fn from_vars(vars: &BTreeMap<String, String>) -> Result<Self, ConfigErrors> {
        let reader = &mut Reader::new(vars);
        // An invalid value counts as development, so that no stricter environment's rules add misleading
        // errors.
        reader.env = reader.value(&table::APP_ENV, AppEnv::parse);
        let site_addr = variables::site_addr(reader);
        let public_url = variables::public_url(reader, site_addr);
        let database = variables::database(reader);
        let session = session::parse(reader, database.as_ref(), public_url.as_ref());
        let oauth_vars = variables::oauth_vars(vars);
        let mut config = Self {
            env: reader.env,
            site_addr,
            // If both are missing, an error has already been recorded.
            public_url: public_url.unwrap_or_else(|| PublicUrl::of_listen_address(site_addr)),
            database: database.unwrap_or(DatabaseUrl::SqliteMemory),
            remote: variables::remote(reader),
            session,
            trust_proxy: variables::trust_proxy(reader),
            max_connections: variables::max_connections(reader),
            hsts_subdomains: variables::hsts_subdomains(reader),
            login_limit: variables::limit(reader, &table::LOGIN_LIMIT),
            login_limit_address: variables::limit(reader, &table::LOGIN_LIMIT_ADDRESS),
            oauth_demo: variables::oauth_demo(reader), // slim: demo-provider
            admin_addr: variables::admin_addr(reader, site_addr),
            log_format: variables::log_format(reader),
            log_filter: variables::log_filter(reader),
            otlp_endpoint: variables::otlp_endpoint(reader),
            site_root: variables::site_root(reader),
            providers: providers::providers_from_env(&oauth_vars, &mut reader.errors),
            oauth_vars,
            started_by_cargo: reader.started_by_cargo(),
            live_reload: reader.live_reload(),
            warnings: unread::warnings(vars),
            given: table::rows().filter(|row| reader.get(row).is_some()).map(|row| row.name).collect(),
            files: BTreeMap::new(),
        };
        let risks = risks::warnings(&config);
        config.warnings.extend(risks);
        let errors = std::mem::take(&mut reader.errors);
        if errors.is_empty() { Ok(config) } else { Err(ConfigErrors(errors)) }
    }

    /// If `SESSION_SECRETS` is unset, which only development allows, takes the secret from
    /// `data/session-secret` (generated at the first start).
    ///
    /// # Errors
    /// The file can be neither read nor created, or contains no secret; the error names the file.
    pub fn ensure_secrets(&mut self) -> Result<(), SecretsFileError> {
        if self.session.secrets.is_empty() {
            self.session.secrets = vec![secrets_file::read_or_create(Path::new(secrets_file::SECRETS_FILE))?];
        }
        Ok(())
    }

    /// What [`Self::ensure_secrets`] would find; creates nothing.
    ///
    /// # Errors
    /// As [`Self::ensure_secrets`].
    pub fn check_secrets(&self) -> Result<(), SecretsFileError> {
        if self.session.secrets.is_empty() {
            secrets_file::check(Path::new(secrets_file::SECRETS_FILE))
        } else {
            Ok(())
        }
    }

    /// Called after binding: with port 0 in `SITE_ADDR`, the actual address and the default `PUBLIC_URL` are
    /// only known now. An explicit `PUBLIC_URL` is kept.
    pub fn set_bound_addr(&mut self, addr: SocketAddr) {
        self.site_addr = addr;
        if !self.given.contains(table::PUBLIC_URL.name) {
            self.public_url = PublicUrl::of_listen_address(addr);
        }
    }

    /// Where sessions and accounts are stored.
    #[must_use]
    pub fn stores(&self) -> StoreSettings {
        StoreSettings {
            sessions: self.session.store.clone(),
            database: self.database.clone(),
            remote: self.remote, // slim: mongodb/postgres/redis
            native_expiry: true, // slim: mongodb
            require_private_files: self.env == AppEnv::Production,
        }
    }
}
