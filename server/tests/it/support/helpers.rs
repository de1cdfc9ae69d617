//! `TestApp`, a running server with a clock that stands still.
//!
//! It runs on the stores named by `TEST_STACK` (as in `stack.rs`; default `sqlite`), with fresh databases for each
//! test.

use std::collections::BTreeMap;
use std::sync::Arc;

use accounts::password::Passwords;
use argon2::Params;
use configuration::Config;
use connections::Limits;
use http::StatusCode;
use session_rows::SessionRows;
use sessions::clock::Clock;
use web::anonymous_limit::AnonymousLimits;
use web::event_streams::EventTimes;
use web::form::FormRoute;
use web::startup::{Overrides, Server, Wrap};
use web::state::App;

use time::Duration;
use time::macros::datetime;

use crate::support::browser::client;
pub(crate) use crate::support::browser::{Answer, Browser, preferences};
use crate::support::provider;
use crate::support::stack::{Stack, Urls};
use crate::support::watched::Watch;

pub(crate) const PASSWORD: &str = "a long walk at dusk";

/// Every form of the application: a form that is added is in the tests of guards, tokens and bad input at once.
pub(crate) fn forms() -> Vec<FormRoute> {
    let forms = web::routes::table().forms().to_vec();
    assert!(!forms.is_empty());
    forms
}

/// A running server.
pub(crate) struct TestApp {
    pub(crate) app: App,
    /// Where it listens.
    pub(crate) url: String,
    /// Its public origin.
    pub(crate) origin: String,
    pub(crate) clock: Clock,
    /// Those of the server: places taken here are taken there.
    pub(crate) passwords: Passwords,
    client: reqwest::Client,
    /// Its stores.
    pub(crate) urls: Urls,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    serving: tokio::task::JoinHandle<()>,
    _data: tempfile::TempDir,
}

/// A test's deviations from the defaults.
#[derive(Default)]
pub(crate) struct Setup {
    pub(crate) vars: Vec<(&'static str, String)>,
    pub(crate) watch: Option<Arc<Watch>>,
    pub(crate) watch_database: Option<Arc<Watch>>,
    pub(crate) rows: Option<Arc<dyn SessionRows>>,
    pub(crate) urls: Option<Urls>,
    pub(crate) clock: Option<Clock>,
    pub(crate) limits: Option<Limits>,
    pub(crate) anonymous_limits: Option<AnonymousLimits>,
    pub(crate) event_times: EventTimes,
}

impl Setup {
    pub(crate) fn var(mut self, name: &'static str, value: &str) -> Self {
        self.vars.push((name, value.to_owned()));
        self
    }

    /// Counts, pauses or fails the operations of the session store.
    pub(crate) fn watched(mut self, watch: &Arc<Watch>) -> Self {
        self.watch = Some(Arc::clone(watch));
        self
    }

    /// The same for the database.
    pub(crate) fn watched_database(mut self, watch: &Arc<Watch>) -> Self {
        self.watch_database = Some(Arc::clone(watch));
        self
    }

    /// Keeps sessions here, in place of the configured store.
    pub(crate) fn rows(mut self, rows: Arc<dyn SessionRows>) -> Self {
        self.rows = Some(rows);
        self
    }

    /// On these stores: shared with another instance, or behind something that makes them fail.
    pub(crate) fn on(mut self, urls: &Urls) -> Self {
        self.urls = Some(urls.clone());
        self
    }

    /// With these limits for connections.
    pub(crate) fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// With this clock.
    pub(crate) fn clock(mut self, clock: &Clock) -> Self {
        self.clock = Some(clock.clone());
        self
    }

    /// With limits for strangers that a test can reach.
    pub(crate) fn anonymous_limits(mut self, limits: AnonymousLimits) -> Self {
        self.anonymous_limits = Some(limits);
        self
    }

    /// Asks the store this often about sessions whose end somebody waits for.
    pub(crate) fn look_every(mut self, millis: u64) -> Self {
        self.event_times.look = std::time::Duration::from_millis(millis);
        self
    }

    pub(crate) async fn spawn(self) -> TestApp {
        TestApp::with(self).await
    }
}

/// For tests of several instances. `None`, after saying so, if they cannot share the stores.
pub(crate) fn shared_by_instances() -> Option<Setup> {
    if Stack::of_environment().is_shared() {
        return Some(Setup::default());
    }
    crate::support::stack::not_here();
    None
}

fn instead(rows: Arc<dyn SessionRows>) -> Wrap<dyn SessionRows> {
    Box::new(move |_| rows)
}

impl TestApp {
    /// Fresh, on the stores of `TEST_STACK`.
    pub(crate) async fn spawn() -> Self {
        Setup::default().spawn().await
    }

    async fn with(setup: Setup) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut urls = setup.urls.unwrap_or_else(|| Stack::of_environment().fresh(data.path()).unwrap());
        if urls.sessions == "memory" && setup.vars.iter().any(|(name, _)| *name == "APP_ENV") {
            // Production and demonstration reject it, but the behaviour under test must still be tested.
            urls.sessions.clone_from(&urls.database);
        }
        let vars: BTreeMap<String, String> = [
            ("SITE_ADDR", "127.0.0.1:0".to_owned()),
            ("DATABASE_URL", urls.database.clone()),
            ("SESSION_STORE", urls.sessions.clone()),
            ("SESSION_SECRETS", "test secret of more than thirty-two bytes".to_owned()),
            // On a machine that is busy with other tests, a slow store is not an unavailable one.
            ("STORE_TIMEOUT", "20s".to_owned()),
            ("STORE_POOL_SIZE", "4".to_owned()), // slim: mongodb/postgres/redis
        ]
        .into_iter()
        .chain(provider::variables())
        .chain(setup.vars)
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        let config = Config::from_vars(&vars).unwrap();
        let clock = setup.clock.unwrap_or_else(|| Clock::manual(datetime!(2026-03-01 09:00 UTC)));
        let watches = [setup.watch.clone(), setup.watch_database.clone()];
        let passwords = Passwords::with_params(4, Params::new(64, 1, 1, None).unwrap());
        let overrides = Overrides {
            clock: Some(clock.clone()),
            wrap_rows: setup.watch.map(Watch::wrap).or(setup.rows.map(instead)),
            wrap_database: setup.watch_database.map(Watch::wrap_database),
            passwords: Some(passwords.clone()),
            assets: Some(model::Assets {
                css: "/pkg/main.css".into(),
                script: "/pkg/page.js".into(),
                islands: ["preferences", /* slim: trainer */ "workout" /* slim: end */]
                    .map(|page| {
                        let (js, wasm) = (format!("/pkg/{page}.js"), format!("/pkg/{page}.wasm"));
                        (page.to_owned(), model::IslandAssets { js, wasm })
                    })
                    .into(),
            }),
            limits: setup.limits,
            anonymous_limits: setup.anonymous_limits,
            event_times: Some(setup.event_times),
            listener: None,
        };
        let server = Server::build(config, app::document::document, overrides).await.unwrap();
        // Operations during the start do not belong to a request.
        for watch in watches.into_iter().flatten() {
            watch.take();
        }
        let url = format!("http://{}", server.addr());
        let origin = server.app.config.public_url.as_str().to_owned();
        let app = Arc::clone(&server.app);
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let serving = tokio::spawn(server.serve(async {
            let _ = stopped.await;
        }));
        let stop = Some(stop);
        Self { app, url, origin, clock, passwords, client: client(), urls, stop, serving, _data: data }
    }

    /// Stops it as by SIGTERM: requests in progress are answered. Returns when it has ended.
    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        self.serving.await.unwrap();
    }

    /// A user with an empty cookie jar.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.client, &self.url, &self.origin)
    }

    /// A user who has just registered.
    pub(crate) async fn registered(&self, email: &str) -> Browser {
        let browser = self.browser();
        let answer = browser.register("Ann", email, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }

    /// The same person on another device.
    pub(crate) async fn logged_in(&self, email: &str) -> Browser {
        let browser = self.browser();
        let answer = browser.log_in(email, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }

    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.advance(Duration::seconds(seconds));
    }

    /// Counts of all sessions, according to the store.
    pub(crate) async fn stats(&self) -> session_rows::Stats {
        self.app.sessions.rows.stats(self.clock.now()).await.unwrap()
    }
}
