//! From a validated configuration to a running server. Building and serving are separate steps, so that a
//! test can build on port 0 and substitute its own clock and store.
//!
//! A SQLite file that cannot be opened aborts the start, because its path is probably mistyped. A remote
//! store does not: it may be briefly unavailable, and an instance that exits would only make things worse.
//! The server then starts with `/healthz` at 200 and `/readyz` at 503; public pages work, everything else
//! answers 503, and [`warm_up`] retries until the store responds.

mod demo_provider; // slim: demo-provider
mod error;
mod new_files;
mod warm_up;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration as StdDuration;

use model::Assets;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

pub use self::error::StartError;
use crate::admin::{self, Admin};
use crate::anonymous_limit::{AnonymousLimiter, AnonymousLimits};
use crate::attempt_cookie::AttemptCookies;
use crate::client_address::ProxyCheck;
use crate::event_streams::{EventStreams, EventTimes};
use crate::live_reload::LiveReload;
use crate::readiness::Readiness;
use crate::render::Document;
use crate::router::router;
use crate::site::{Bundle, Site};
use crate::state::{App, AppState};
use accounts::password::Passwords;
use accounts::ports::{AccountStore, Limit};
use accounts::{Accounts, Settings};
use configuration::{AppEnv, Config, Secret};
use connections::Limits;
use database::Database;
use database::stores::Stores;
use limits::places::Places;
use oauth::http::HttpClient;
use oauth::registry::Providers;
use session_rows::SessionRows;
use sessions::Sessions;
use sessions::cleanup;
use sessions::clock::Clock;
use sessions::keys::Keys;
use sessions::watch;
use storage::StoreUrl;
use storage::measured::Measured;
use storage::time_limit::TimeLimit;

/// How many passwords may be hashed at once. Each takes 19 MiB, kept until there is nothing to do, and some 30 ms:
/// three are a hundred logins per second.
const MOST_HASHES: usize = 3;

/// Logins at providers that are being finished at once. One takes a second, and half a minute if its provider hangs.
const MOST_EXCHANGES: usize = 256;

/// Repeated callbacks that wait for these at once. Each asks the store two or three times a second.
const MOST_REPETITIONS: usize = 128;

/// New accounts per address: enough for a school behind one address on its first day.
const REGISTRATION_LIMIT: Limit = Limit { count: 600, period: time::Duration::HOUR };

const HOUR: StdDuration = StdDuration::from_secs(3600);

/// How long requests in progress may take to finish after a signal.
pub const DRAIN: StdDuration = StdDuration::from_secs(10);

/// Wraps a store.
pub type Wrap<T> = Box<dyn FnOnce(Arc<T>) -> Arc<T> + Send>;

/// What tests and the command line replace.
#[derive(Default)]
pub struct Overrides {
    /// A socket that is bound already, instead of one for `SITE_ADDR`.
    pub listener: Option<std::net::TcpListener>,
    /// A clock that stands still.
    pub clock: Option<Clock>,
    /// Wraps the session store, inside its time limit.
    pub wrap_rows: Option<Wrap<dyn SessionRows>>,
    /// Wraps the database, inside its time limit.
    pub wrap_database: Option<Wrap<dyn Database>>,
    /// Cheaper password hashing.
    pub passwords: Option<Passwords>,
    /// URLs of a bundle that does not exist.
    pub assets: Option<Assets>,
    /// Shorter times and fewer places for connections.
    pub limits: Option<Limits>,
    /// Limits that a test can reach.
    pub anonymous_limits: Option<AnonymousLimits>,
    /// Shorter ones.
    pub event_times: Option<EventTimes>,
}

/// A server that has bound its address and opened its stores, but is not serving yet.
#[derive(Debug)]
pub struct Server {
    /// What its handlers share.
    pub app: App,
    listener: TcpListener,
    addr: SocketAddr,
    admin: Option<Admin>,
    limits: Limits,
    warm_up: warm_up::WarmUp,
}

impl Server {
    /// Binds, opens, migrates, seeds. Steps that fail because a store does not respond are done once it does.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn build(
        mut config: Config,
        document: Document,
        overrides: Overrides,
    ) -> Result<Self, StartError> {
        let (listener, addr) = match overrides.listener {
            Some(bound) => inherited(bound, config.site_addr)?,
            None => listen("SITE_ADDR", config.site_addr).await?,
        };
        config.set_bound_addr(addr);
        // Before anything is counted.
        let admin = match config.admin_addr {
            Some(addr) => Some(Admin::new(listen("ADMIN_ADDR", addr).await?)),
            None => None,
        };

        let settings = config.stores();
        // slim: mongodb
        // A clock of its own is not the time of day.
        let settings =
            database::stores::StoreSettings { native_expiry: overrides.clock.is_none(), ..settings };
        // slim: end
        let clock = overrides.clock.unwrap_or_else(Clock::system);
        let secrets: Vec<&[u8]> = config.session.secrets.iter().map(Secret::expose).collect();
        let keys =
            Keys::new(&secrets).map_err(|error| StartError::Other(format!("SESSION_SECRETS: {error}")))?;
        let missing = settings.missing_files();
        let Stores { mut rows, mut database } = Stores::open(&settings).await?;
        new_files::tell(config.env, &missing);
        if let Some(wrap) = overrides.wrap_rows {
            rows = wrap(rows);
        }
        if let Some(wrap) = overrides.wrap_database {
            database = wrap(database);
        }
        let timeout = config.remote.timeout;
        let (rows_limit, database_limit) = limits(&config);
        let (rows_limit, database_limit) = (Arc::new(rows_limit), Arc::new(database_limit));
        let readiness = Readiness::new(Arc::clone(&rows_limit), Arc::clone(&database_limit));
        let rows_limit = Measured::new(rows_limit, "sessions", rows.kind());
        let database_limit = Measured::new(database_limit, "database", database.kind());
        let rows = Arc::new(sessions::store::Intercepted::new(rows, rows_limit));
        let database: Arc<dyn Database> = Arc::new(database::Intercepted::new(database, database_limit));
        let passwords = overrides.passwords.unwrap_or_else(default_passwords);
        let sessions = Sessions::new(rows, &keys, clock.clone(), config.session.settings.clone());
        let bundle = match overrides.assets {
            Some(assets) => Bundle { site: Site::read(&config.site_root), assets, hashed: false },
            None => Bundle::read(&config.site_root).map_err(|error| StartError::Bundle(error.to_string()))?,
        };
        let accounts = Accounts::new(
            Arc::clone(&database) as Arc<dyn AccountStore>,
            Arc::clone(&sessions),
            passwords,
            clock.clone(),
            account_settings(&config, &keys),
        );
        let http = http_client()?;
        // slim: demo-provider
        let demo_provider = demo_provider::of(&config, &keys, &database)?;
        let configs = demo_provider::among(&config.providers, demo_provider.as_deref(), addr)?;
        let providers = Providers::new(configs, &http);
        // slim: instead
        // let providers = Providers::new(config.providers.clone(), &http);
        // slim: end
        let limits = overrides.limits.unwrap_or_else(|| {
            let (limits, warning) = connection_limits(&config);
            if let Some(warning) = warning {
                tracing::warn!("{warning}");
            }
            limits
        });
        let event_streams = EventStreams::new(limits.connections, overrides.event_times.unwrap_or_default());
        let attempt_cookies = AttemptCookies::new(config.session.settings.cookie.secure, &keys);
        let live_reload = config.live_reload.then(|| Arc::new(LiveReload::new()));
        let app = Arc::new(AppState {
            config,
            clock,
            sessions,
            accounts,
            db: database,
            readiness,
            providers,
            demo_provider, // slim: demo-provider
            anonymous: AnonymousLimiter::new(overrides.anonymous_limits.unwrap_or_default()),
            attempt_cookies,
            exchanges: TaskTracker::new(),
            exchange_places: Places::new(MOST_EXCHANGES),
            repetition_places: Places::new(MOST_REPETITIONS),
            event_streams,
            proxy_check: ProxyCheck::default(),
            live_reload,
            document,
            assets: Arc::new(bundle.assets),
            site: bundle.site,
            hashed_assets: bundle.hashed,
        });
        let warm_up = warm_up::begin(&app, timeout).await;
        Ok(Self { app, listener, addr, admin, limits, warm_up })
    }

    /// The address it listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address that metrics are served on, if any.
    #[must_use]
    pub fn admin_addr(&self) -> Option<SocketAddr> {
        self.admin.as_ref().map(Admin::addr)
    }

    /// Serves until `shutdown` completes, then lets requests in progress finish.
    pub async fn serve(self, shutdown: impl Future<Output = ()> + Send + 'static) {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        // Separate tasks, so that a failure of one does not affect the other.
        let mut housekeeping = vec![
            tokio::spawn(delete_expired_sessions(Arc::clone(&self.app), stopped.clone())),
            tokio::spawn(delete_old_rows(Arc::clone(&self.app), stopped.clone())),
            tokio::spawn(watch::run(Arc::clone(&self.app.sessions), self.app.event_streams.times.look)),
        ];
        if let Some(admin) = self.admin {
            housekeeping.push(tokio::spawn(admin.serve(Arc::clone(&self.app), stopped.clone())));
        }
        let server = connections::serve(self.listener, router(&self.app), self.limits, stopped);
        let sessions = Arc::clone(&self.app.sessions);
        let signal = async move {
            shutdown.await;
            tracing::info!(event = "sys_shutdown", "finishing the requests under way");
            let _ = stop.send(true);
            // Streams would not finish. Their pages connect to the next instance.
            sessions.stop_watching();
            tokio::time::sleep(DRAIN).await;
        };
        // After the last response there may still be exchanges whose browsers have gone.
        let exchanges = self.app.exchanges.clone();
        let work = async move {
            server.await;
            exchanges.close();
            exchanges.wait().await;
        };
        tokio::select! {
            // Signals are listened to before the first connection is accepted, or one that comes at that moment would
            // end the process in the middle of a request.
            biased;
            () = signal => {}
            () = work => {}
        }
        housekeeping.iter().for_each(tokio::task::JoinHandle::abort);
        drop(self.warm_up);
    }
}

/// Binds the address that `variable` names; with port 0 the system chooses another one.
async fn listen(variable: &'static str, addr: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { variable, addr, source };
    let listener = TcpListener::bind(addr).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// A socket that was handed over, bound already to what `SITE_ADDR` says.
fn inherited(
    bound: std::net::TcpListener,
    addr: SocketAddr,
) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { variable: "SITE_ADDR", addr, source };
    let listener = TcpListener::from_std(bound).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

async fn delete_expired_sessions(app: App, mut stopped: tokio::sync::watch::Receiver<bool>) {
    let interval = app.config.session.settings.sweep_interval.unsigned_abs();
    let rows = Arc::clone(&app.sessions.rows);
    cleanup::run(rows, app.clock.clone(), interval, async move {
        // An error means that the sender is gone, and the server with it.
        let _ = stopped.wait_for(|stop| *stop).await;
    })
    .await;
}

/// Deletes old failed logins, security events, and accounts that have ended.
async fn delete_old_rows(app: App, mut stopped: tokio::sync::watch::Receiver<bool>) {
    let interval = match app.config.env {
        // Accounts of a demonstration end all the time, and take their sessions with them.
        AppEnv::Demo => app.config.session.settings.sweep_interval.unsigned_abs().min(HOUR),
        AppEnv::Development | AppEnv::Production => HOUR,
    };
    loop {
        let now = app.clock.now();
        if let Err(error) = app.accounts.delete_old(now).await {
            tracing::warn!(%error, "old rows could not be deleted; trying again later");
        }
        // slim: demo-provider
        if let Err(error) = app.db.delete_expired_grants(now).await {
            tracing::warn!(%error, "expired codes could not be deleted; trying again later");
        }
        // slim: end
        if let Err(error) = app.accounts.delete_expired(now).await {
            tracing::warn!(%error, "accounts that have ended could not be deleted; trying again later");
        }
        tokio::select! {
            () = tokio::time::sleep(interval) => {}
            // An error means that the sender is gone, as above.
            _ = stopped.wait_for(|stop| *stop) => return,
        }
    }
}

/// The time limits for operations on session store and database. If both use the same connections, they share
/// a queue.
fn limits(config: &Config) -> (TimeLimit, TimeLimit) {
    let of = |url: &StoreUrl| url.limits(&config.remote);
    let database = of(&StoreUrl::from(&config.database));
    let rows =
        if config.stores().sessions_in_database() { database.clone() } else { of(&config.session.store) };
    (TimeLimit::new("session store", rows.0, rows.1), TimeLimit::new("database", database.0, database.1))
}

/// As many connections as the configuration wants and the operating system allows, and a warning if it allows less.
pub(crate) fn connection_limits(config: &Config) -> (Limits, Option<String>) {
    let limits = Limits::default();
    let wanted = config.max_connections;
    // slim: mongodb/postgres/redis
    let of = |store: &StoreUrl| store.descriptors(&config.remote);
    // slim: instead
    // let of = StoreUrl::descriptors;
    // slim: end
    let shared = config.stores().sessions_in_database();
    let of_sessions = if shared { 0 } else { of(&config.session.store) };
    let of_stores = of(&StoreUrl::from(&config.database)) + of_sessions;
    let of_admin = config.admin_addr.map_or(0, |_| admin::CONNECTIONS + limits.spare);
    let connections = connections::connections_for(wanted, limits.spare, of_stores + of_admin);
    let warning = (connections < wanted).then(|| {
        format!("MAX_CONNECTIONS={wanted}, but the limit of open files (ulimit -n) allows {connections}")
    });
    (Limits { connections, ..limits }, warning)
}

/// A warning, if traces are asked for that this program cannot send.
pub(crate) fn without_traces(config: &Config) -> Option<&'static str> {
    let in_vain = config.otlp_endpoint.is_some() && !telemetry::traces::COMPILED;
    in_vain.then_some(
        "OTEL_EXPORTER_OTLP_ENDPOINT is set, but this server was built without the feature otlp and sends no traces",
    )
}

/// One processor is left to pages, if there are two. A lower priority does not do: a thread that wakes up waits until the
/// hash has used up its slice of time.
fn default_passwords() -> Passwords {
    let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    Passwords::new(processors.saturating_sub(1).clamp(1, MOST_HASHES))
}

/// For talking to providers. None of them is asked for anything before somebody logs in there.
pub(crate) fn http_client() -> Result<HttpClient, StartError> {
    HttpClient::new().map_err(|error| StartError::Other(format!("the HTTP client: {error}")))
}

fn account_settings(config: &Config, keys: &Keys) -> Settings {
    Settings {
        login_limit: config.login_limit,
        login_limit_address: config.login_limit_address,
        registration_limit: REGISTRATION_LIMIT,
        attempt_key: keys.mac_keys("login attempts").first().copied().unwrap_or_default(),
        device_keys: keys.mac_keys("known devices"),
        demo_account_keys: keys.mac_keys("demo accounts"),
    }
}
