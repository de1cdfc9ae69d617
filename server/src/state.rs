//! What handlers share. Everything an instance keeps here, another instance can do without.

use std::sync::Arc;

use accounts::Accounts;
use app::model::{Assets, ProviderLink};
use database::Database;
use oauth::demo_provider::DemoProvider;
use oauth::registry::{Provider, Providers};
use sessions::Sessions;
use sessions::clock::Clock;

use crate::client_address::shortened_text;
use crate::config::{AppEnv, Config};

/// Shared by all requests.
pub type App = Arc<AppState>;

/// The parts of a running instance.
#[derive(Debug)]
pub struct AppState {
    /// As checked at start-up.
    pub config: Config,
    pub clock: Clock,
    pub sessions: Arc<Sessions>,
    /// The use cases.
    pub accounts: Accounts,
    /// For clean-up, readiness and the demo account; handlers go through the use cases.
    pub db: Arc<dyn Database>,
    pub providers: Providers,
    /// The built-in one, where it is enabled.
    pub demo_provider: Option<Arc<DemoProvider>>,
    pub assets: Arc<Assets>,
    /// The bundle's files have content-hashed names and therefore never change.
    pub hashed_assets: bool,
}

impl AppState {
    /// One link per provider, in the order they are shown.
    #[must_use]
    pub fn provider_links(&self) -> Vec<ProviderLink> {
        self.providers.iter().map(provider_link).collect()
    }

    /// An address as it may be shown. In a public demonstration strangers share an account, so addresses are shortened.
    #[must_use]
    pub fn shown_address(&self, ip: &str) -> String {
        if self.config.env == AppEnv::Demo { shortened_text(ip) } else { ip.to_owned() }
    }
}

/// A link that leads over a provider.
#[must_use]
pub fn provider_link(provider: &Provider) -> ProviderLink {
    ProviderLink { name: provider.name().to_owned(), label: provider.label().to_owned() }
}
