//! What handlers share. Everything an instance keeps here, another instance can do without.

use std::sync::Arc;

use app::model::{Assets, ProviderLink};

use crate::accounts::attempts::OpenAttempts;
use crate::config::Config;
use accounts::cache::UserCache;
use accounts::password::Passwords;
use database::Database;
use oauth::demo_provider::DemoProvider;
use oauth::registry::{Provider, Providers};
use sessions::Sessions;
use sessions::clock::Clock;
use sessions::keys::Keys;

/// Shared by all requests.
pub type App = Arc<AppState>;

/// The parts of a running instance.
#[derive(Debug)]
pub struct AppState {
    /// As checked at start-up.
    pub config: Config,
    /// The one clock.
    pub clock: Clock,
    /// Derives keys from the secrets, each for one purpose.
    pub keys: Keys,
    /// Sessions and their store.
    pub sessions: Arc<Sessions>,
    /// Accounts and all that belongs to them.
    pub db: Arc<dyn Database>,
    /// Up to 500 accounts for up to 5 minutes. Nothing that decides reads through it.
    pub users: UserCache,
    /// Logins this instance is deciding about right now.
    pub open_attempts: OpenAttempts,
    /// Hashes and checks passwords, off the async threads.
    pub passwords: Passwords,
    /// Identity providers.
    pub providers: Providers,
    /// The built-in one, where it is enabled.
    pub demo_provider: Option<Arc<DemoProvider>>,
    /// URLs of the browser bundle.
    pub assets: Arc<Assets>,
}

impl AppState {
    /// One link per provider, in the order they are shown.
    #[must_use]
    pub fn provider_links(&self) -> Vec<ProviderLink> {
        self.providers.iter().map(provider_link).collect()
    }

    /// The session store itself, for commands and tests.
    #[must_use]
    pub fn session_rows(&self) -> &Arc<dyn session_rows::SessionRows> {
        &self.sessions.rows
    }
}

/// A link that leads over a provider.
#[must_use]
pub fn provider_link(provider: &Provider) -> ProviderLink {
    ProviderLink { name: provider.name().to_owned(), label: provider.label().to_owned() }
}
