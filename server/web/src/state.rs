//! What handlers share. Nothing an instance keeps here is needed by another instance.

use std::sync::Arc;

use accounts::Accounts;
use database::Database;
use model::{Assets, ProviderLink};
use oauth::demo_provider::DemoProvider; // slim: demo-provider
use oauth::registry::{Provider, Providers};
use sessions::Sessions;
use sessions::clock::Clock;
use tokio_util::task::TaskTracker;

use crate::anonymous_limit::AnonymousLimiter;
use crate::attempt_cookie::AttemptCookies;
use crate::client_address::ProxyCheck;
use crate::event_streams::EventStreams;
use crate::live_reload::LiveReload;
use crate::readiness::Readiness;
use crate::render::Document;
use crate::site::Site;
use configuration::Config;
use limits::places::Places;

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
    /// For `/readyz`.
    pub(crate) readiness: Readiness,
    pub providers: Providers,
    // slim: demo-provider
    /// Present if enabled.
    pub demo_provider: Option<Arc<DemoProvider>>,
    // slim: end
    /// Limits what visitors without a session may leave behind.
    pub anonymous: AnonymousLimiter,
    /// Keeps the logins that they have begun at a provider.
    pub(crate) attempt_cookies: AttemptCookies,
    /// OAuth exchanges under way, which are finished even if their browser has gone.
    pub exchanges: TaskTracker,
    /// How many more there may be.
    pub(crate) exchange_places: Arc<Places>,
    /// For repeated callbacks that wait for one of them.
    pub(crate) repetition_places: Arc<Places>,
    pub(crate) event_streams: EventStreams,
    pub(crate) proxy_check: ProxyCheck,
    /// Present under `cargo dev`.
    pub(crate) live_reload: Option<Arc<LiveReload>>,
    pub(crate) document: Document,
    pub assets: Arc<Assets>,
    /// The files they name, and the public ones.
    pub site: Site,
    /// Whether the bundle's files have content-hashed names and therefore never change.
    pub hashed_assets: bool,
}

impl AppState {
    /// One link per provider, in display order.
    #[must_use]
    pub fn provider_links(&self) -> Vec<ProviderLink> {
        self.providers.iter().map(provider_link).collect()
    }

    /// How somebody logged in, in words: the label of a provider rather than its path name. A provider that is
    /// no longer configured has nothing but that.
    #[must_use]
    pub fn way_in(&self, provider: &str) -> String {
        match (provider, self.providers.get(provider)) {
            ("password", _) => "Password".to_owned(),
            (_, Some(known)) => known.label().to_owned(),
            (name, None) => name.to_owned(),
        }
    }
}

/// The login link for a provider.
#[must_use]
pub fn provider_link(provider: &Provider) -> ProviderLink {
    ProviderLink { name: provider.name().to_owned(), label: provider.label().to_owned() }
}
