//! The configuration: environment variables in, one checked value out. Nothing else reads the environment.
//!
//! [`Config::from_vars`] is pure; [`Config::load`] adds the process environment and `.env`.

mod cookie;
mod describe;
mod duration;
mod errors;
mod load;
mod names;
mod providers;
mod public_url;
mod reader;
mod secret;
mod session;
#[cfg(test)]
mod tests;
mod variables;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

pub use self::errors::{BadVariable, ConfigErrors};
pub use self::public_url::PublicUrl;
pub use self::secret::{SHORTEST as SHORTEST_SECRET, Secret};
pub use self::session::SessionConfig;

use self::reader::Reader;
use crate::secrets_file::{self, SecretsFileError};
use accounts::ports::Limit;
use database::stores::StoreSettings;
use oauth::config::ProviderConfig;
use storage::{DatabaseUrl, RemoteSettings};

/// What kind of installation this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppEnv {
    /// On the own machine: demo account, `.env`, generated secret.
    Development,
    /// For people who rely on it: nothing is seeded, https only.
    Production,
    /// For everyone to try: demo account that nobody can take over.
    Demo,
}

impl AppEnv {
    /// As written in `APP_ENV`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
            Self::Demo => "demo",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Development, Self::Production, Self::Demo].into_iter().find(|env| env.as_str() == text)
    }
}

/// How log events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines: one JSON object per line.
    Json,
}

/// The whole configuration, checked.
#[derive(Clone)]
pub struct Config {
    /// `APP_ENV`, default `development`.
    pub env: AppEnv,
    /// `SITE_ADDR` or `LEPTOS_SITE_ADDR`, default `127.0.0.1:3000`: the listen address.
    pub site_addr: SocketAddr,
    /// `PUBLIC_URL`, default in development `http://<SITE_ADDR>`: the external origin.
    pub public_url: PublicUrl,
    /// `DATABASE_URL`, default `sqlite://data/trainer.db`.
    pub database: DatabaseUrl,
    /// `STORE_TIMEOUT` and `STORE_POOL_SIZE`: how servers elsewhere are used.
    pub remote: RemoteSettings,
    /// `SESSION_*`.
    pub session: SessionConfig,
    /// `TRUST_PROXY`, default 0: how many entries of `X-Forwarded-For` are believed, from the right.
    pub trust_proxy: u8,
    /// `LOGIN_LIMIT`, default `10/1m`: failed logins per account and address.
    pub login_limit: Limit,
    /// `LOGIN_LIMIT_ADDRESS`, default `60/1m`: failed logins per address over all accounts.
    pub login_limit_address: Limit,
    /// `OAUTH_DEMO`, default true, in production always false: the built-in demo identity provider.
    pub oauth_demo: bool,
    /// All other `OAUTH_*` variables as they are set (not empty, without surrounding blanks), for the OAuth
    /// module to read. Holds secrets: never print it.
    pub oauth_vars: BTreeMap<String, String>,
    /// The identity providers these variables describe.
    pub providers: Vec<ProviderConfig>,
    /// `ADMIN_ADDR`, default none: a second listener for `/metrics`.
    pub admin_addr: Option<SocketAddr>,
    /// `LOG_FORMAT`, default `pretty`, in production `json`.
    pub log_format: LogFormat,
    /// `RUST_LOG`, default `info`: parses as a filter.
    pub log_filter: String,
    /// `SITE_ROOT`, default `target/site`: the browser bundle.
    pub site_root: PathBuf,
    /// `CARGO` is set, that is, cargo started this process: stale parts of the bundle are built.
    pub started_by_cargo: bool,
    /// What looks odd and stops nothing, for the start-up and `check-config` to say. Free of secrets.
    pub warnings: Vec<String>,
    /// Names of the variables that were set.
    given: BTreeSet<String>,
}

impl Config {
    /// Where the generated secret of development is kept, from the working directory.
    pub const SECRETS_FILE: &str = "data/session-secret";

    /// Reads the configuration from a set of variables. Pure: no environment, no files. Empty values count as
    /// not set, unknown variables are ignored.
    ///
    /// # Errors
    /// Every bad variable, all together.
    pub fn from_vars(vars: &BTreeMap<String, String>) -> Result<Self, ConfigErrors> {
        let reader = &mut Reader::new(vars);
        let env = reader.parse("APP_ENV", "development, production or demo", AppEnv::parse);
        // Unknown: what follows is checked as in development, so that no rule of another environment adds
        // errors that may not be any.
        let env = env.flatten().unwrap_or(AppEnv::Development);
        let site_addr = variables::site_addr(reader);
        let public_url = variables::public_url(reader, env, site_addr);
        let database = variables::database(reader, env);
        let session = session::parse(reader, env, database.as_ref(), public_url.as_ref());
        let mut config = Self {
            env,
            site_addr,
            // Both have noted their error if there is none.
            public_url: public_url.unwrap_or_else(|| PublicUrl::of_listen_address(site_addr)),
            database: database.unwrap_or(DatabaseUrl::SqliteMemory),
            remote: variables::remote(reader),
            session,
            trust_proxy: variables::trust_proxy(reader),
            login_limit: variables::limit(reader, "LOGIN_LIMIT", 10),
            login_limit_address: variables::limit(reader, "LOGIN_LIMIT_ADDRESS", 60),
            oauth_demo: variables::oauth_demo(reader, env),
            providers: Vec::new(),
            oauth_vars: variables::oauth_vars(vars),
            admin_addr: variables::admin_addr(reader, site_addr),
            log_format: variables::log_format(reader, env),
            log_filter: variables::log_filter(reader),
            site_root: reader.get("SITE_ROOT").unwrap_or("target/site").into(),
            started_by_cargo: reader.get("CARGO").is_some(),
            warnings: names::suspicious(vars),
            given: vars.keys().filter(|name| reader.get(name).is_some()).cloned().collect(),
        };
        config.providers = providers::providers_from_env(&config.oauth_vars, &mut reader.errors);
        let errors = std::mem::take(&mut reader.errors);
        if errors.is_empty() { Ok(config) } else { Err(ConfigErrors(errors)) }
    }

    /// Puts the secret of `data/session-secret` in place (made at the first start) if `SESSION_SECRETS` is not
    /// set, which only development lets pass.
    ///
    /// # Errors
    /// The file can neither be read nor made; names it.
    pub fn ensure_secrets(&mut self) -> Result<(), SecretsFileError> {
        if self.session.secrets.is_empty() {
            self.session.secrets = vec![secrets_file::read_or_create(Path::new(Self::SECRETS_FILE))?];
        }
        Ok(())
    }

    /// After binding: with `SITE_ADDR` at port 0 the address, and with it the default `PUBLIC_URL`, is known
    /// only now. A `PUBLIC_URL` that was set stays.
    pub fn set_bound_addr(&mut self, addr: SocketAddr) {
        self.site_addr = addr;
        if !self.given.contains("PUBLIC_URL") {
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

impl fmt::Debug for Config {
    /// Redacted, as `check-config` shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}
