//! What handlers share. Nothing an instance keeps here is needed by another instance.

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
    /// As validated at start-up.
    pub config: Config,
    pub clock: Clock,
    pub sessions: Arc<Sessions>,
    /// The use cases.
    pub accounts: Accounts,
    /// For clean-up, readiness and the demo account; handlers go through the use cases.
    pub db: Arc<dyn Database>,
    pub providers: Providers,
    /// Present if enabled.
    pub demo_provider: Option<Arc<DemoProvider>>,
    pub assets: Arc<Assets>,
    /// Whether the bundle's files have content-hashed names and therefore never change.
    pub hashed_assets: bool,
}

impl AppState {
    /// One link per provider, in display order.
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

/// The login link for a provider.
#[must_use]
pub fn provider_link(provider: &Provider) -> ProviderLink {
    ProviderLink { name: provider.name().to_owned(), label: provider.label().to_owned() }
}
