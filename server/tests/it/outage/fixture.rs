//! A running application, a signed-in person, and a server that can be made to fail.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use sessions::clock::Clock;
use test_servers::{Kind, Server, required};
use time::macros::datetime;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use crate::support::fault_proxy::{FaultProxy, Mode};
use crate::support::helpers::{Answer, Browser, Setup, TestApp};
use crate::support::stack::{Store, Urls};

/// `STORE_TIMEOUT` here.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(500);
/// A protected page answers 503 at most this long after the time limit.
const GRACE: Duration = Duration::from_secs(1);
/// The session works again this soon after its store does, without a restart. It takes a second or two; on a busy
/// machine the store itself needs longer.
pub(crate) const RECOVERY: Duration = Duration::from_secs(20);

const PUBLIC: &[&str] =
    &["/", "/login", "/register", /* slim: trainer */ "/workout" /* slim: end */];
const PROTECTED: &[&str] = &[
    "/preferences",
    "/session",
    "/history", // slim: trainer
    "/account",
    "/session-info",
    "/sessions",
];

/// What is kept on the failing server; the rest is in SQLite.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) kind: Kind,
    pub(crate) sessions: bool,
    accounts: bool,
}

impl Case {
    pub(crate) const SESSIONS_IN_REDIS: Self = Self { kind: Kind::Redis, sessions: true, accounts: false }; // slim: redis
    pub(crate) const ALL_IN_POSTGRES: Self = Self { kind: Kind::Postgres, sessions: true, accounts: true }; // slim: postgres
    // slim: postgres
    pub(crate) const ACCOUNTS_IN_POSTGRES: Self =
        Self { kind: Kind::Postgres, sessions: false, accounts: true };
    // slim: end
    // slim: postgres
    pub(crate) const SESSIONS_IN_POSTGRES: Self =
        Self { kind: Kind::Postgres, sessions: true, accounts: false };
    // slim: end
    // slim: mongodb
    pub(crate) const ACCOUNTS_IN_MONGODB: Self =
        Self { kind: Kind::MongoDb, sessions: false, accounts: true };
    // slim: end
    pub(crate) const ALL_IN_MONGODB: Self = Self { kind: Kind::MongoDb, sessions: true, accounts: true }; // slim: mongodb
}

/// The server, the proxy in front of it, and the addresses the application uses.
pub(crate) struct Site {
    case: Case,
    pub(crate) proxy: FaultProxy,
    urls: Urls,
    clock: Clock,
    _directory: tempfile::TempDir,
    _machine: Machine,
}

/// These tests measure time: those that keep the machine busy run alone, the others, which mostly wait,
/// together.
static MACHINE: LazyLock<Arc<RwLock<()>>> = LazyLock::new(Arc::default);

enum Machine {
    Shared { _turn: OwnedRwLockReadGuard<()> },
    Alone { _turn: OwnedRwLockWriteGuard<()> },
}

/// The application on it.
pub(crate) struct Outage {
    pub(crate) app: TestApp,
    pub(crate) site: Site,
    /// Signed in, and not in any cache.
    pub(crate) ann: Browser,
}

impl Site {
    /// On the server shared by all tests. `None`, after printing the reason, if it is missing and may be.
    pub(crate) async fn new(case: Case) -> Option<Self> {
        Some(Self::before(case, required(test_servers::shared_of(case.kind))?).await)
    }

    /// The same for a test that keeps the machine busy.
    pub(crate) async fn alone(case: Case) -> Option<Self> {
        Some(Self::alone_before(case, required(test_servers::shared_of(case.kind))?).await)
    }

    /// On a separate server.
    pub(crate) async fn before(case: Case, server: &Server) -> Self {
        let turn = Arc::clone(&MACHINE).read_owned().await;
        Self::with(case, server, Machine::Shared { _turn: turn }).await
    }

    pub(crate) async fn alone_before(case: Case, server: &Server) -> Self {
        let turn = Arc::clone(&MACHINE).write_owned().await;
        Self::with(case, server, Machine::Alone { _turn: turn }).await
    }

    async fn with(case: Case, server: &Server, machine: Machine) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let sqlite = Store::Sqlite.fresh(directory.path()).unwrap();
        let url = server.fresh_url();
        let target =
            tokio::net::lookup_host(authority(&url)).await.unwrap().find(SocketAddr::is_ipv4).unwrap();
        let proxy = FaultProxy::before(target);
        let proxied = url.replacen(authority(&url), &proxy.addr().to_string(), 1);
        // slim: mongodb
        // Otherwise the driver asks the server for its own address and bypasses the proxy.
        let separator = if proxied.contains('?') { '&' } else { '?' };
        let direct = format!("{proxied}{separator}directConnection=true");
        let proxied = if case.kind == Kind::MongoDb { direct } else { proxied };
        // slim: end
        let urls = Urls {
            sessions: if case.sessions { proxied.clone() } else { sqlite.clone() },
            database: if case.accounts { proxied } else { sqlite },
        };
        let clock = Clock::manual(datetime!(2026-03-01 09:00 UTC));
        Self { case, proxy, urls, clock, _directory: directory, _machine: machine }
    }

    /// The application, whatever its stores do.
    pub(crate) async fn start(&self, change: impl FnOnce(Setup) -> Setup) -> TestApp {
        let limit = format!("{}ms", TIMEOUT.as_millis());
        let setup = Setup::default().on(&self.urls).clock(&self.clock).var("STORE_TIMEOUT", &limit);
        change(setup).spawn().await
    }
}

/// `host:port` of a URL with both.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").unwrap().1;
    let authority = rest.split(['/', '?']).next().unwrap();
    authority.rsplit('@').next().unwrap()
}

impl Outage {
    pub(crate) async fn on(case: Case) -> Option<Self> {
        Some(Self::at(Site::new(case).await?, |setup| setup).await)
    }

    pub(crate) async fn at(site: Site, change: impl FnOnce(Setup) -> Setup) -> Self {
        let app = site.start(change).await;
        // The machine may be busy with other tests, and the first operation creates the tables.
        wait_until("the stores are ready", Duration::from_secs(30), async || {
            app.browser().get("/readyz").await.status == 200
        })
        .await;
        let ann = app.registered("ann@example.com").await;
        let outage = Self { app, site, ann };
        outage.forget();
        outage
    }

    /// Past the five minutes for which profiles are cached, well before the idle timeout.
    pub(crate) fn forget(&self) {
        self.app.wait(301);
    }

    pub(crate) async fn set(&self, mode: Mode) {
        self.site.proxy.set(mode).await;
    }

    /// Everything that holds while the store is unavailable.
    pub(crate) async fn assert_away(&self) {
        let cookie = self.ann.session_cookie();
        let program = self.ann.json();
        for path in PROTECTED {
            let (page, json) = tokio::join!(timed(&self.ann, path), timed(&program, path));
            assert_unavailable(path, &page);
            assert_unavailable(path, &json);
        }
        for path in PUBLIC {
            let (answer, took) = timed(&self.ann, path).await;
            assert_eq!(answer.status, 200, "{path}");
            assert!(took < limit_of(1), "{path} took {took:?}");
            assert!(!answer.role("status").is_empty(), "{path}: a notice");
            let (answer, took) = timed(&self.app.browser(), path).await;
            assert_eq!(answer.status, 200, "{path} for strangers");
            assert!(took < GRACE, "{path} took {took:?}: strangers cost no store operation");
        }
        // Its second part is the id; the others contain when it was issued, and are renewed with activity.
        let id = |cookie: Option<String>| cookie.unwrap().split('.').nth(1).unwrap().to_owned();
        assert_eq!(id(self.ann.session_cookie()), id(cookie), "the cookie is kept");
        self.assert_not_ready().await;
    }

    /// People who cannot be logged out are told so: no page, cookie or code says otherwise.
    pub(crate) async fn assert_log_out_not_done(&self, token: &str) {
        let cookie = self.ann.session_cookie();
        let program = self.ann.json();
        let fields = [("csrf_token", token)];
        for path in ["/api/auth/logout", "/api/auth/logout-everywhere"] {
            let (page, json) = tokio::join!(
                measured(path, self.ann.post_bare(path, &fields)),
                measured(path, program.post_bare(path, &fields))
            );
            assert_unavailable(path, &page);
            assert_unavailable(path, &json);
            assert!(page.0.body.contains("still logged in"), "{path}: {}", page.0.body);
            assert_eq!(json.0.json()["error"], "logout_not_done", "{path}");
        }
        assert_eq!(self.ann.session_cookie(), cookie, "the cookie is kept");
    }

    pub(crate) async fn assert_not_ready(&self) {
        let (answer, took) = timed(&self.app.browser(), "/readyz").await;
        assert_eq!(answer.status, 503);
        assert_eq!(answer.body.contains("session store"), self.site.case.sessions, "{}", answer.body);
        assert_eq!(answer.body.contains("database"), self.site.case.accounts, "{}", answer.body);
        assert!(took < limit_of(1), "/readyz took {took:?}");
        assert_eq!(self.app.browser().get("/healthz").await.status, 200);
    }

    /// The same session, soon, without a restart.
    pub(crate) async fn assert_back(&self) {
        let handle = |info: serde_json::Value| info["session"]["handle"].clone();
        wait_until("the session works again", RECOVERY, async || {
            self.ann.get("/account").await.status == 200
        })
        .await;
        wait_until("the server is ready again", RECOVERY, async || {
            self.app.browser().get("/readyz").await.status == 200
        })
        .await;
        let info = self.ann.info().await;
        assert_eq!(info["authenticated"], true);
        assert!(handle(info).is_string());
    }
}

/// Not removed. If the session store responds, activity may send it again.
pub(crate) fn assert_cookie_kept(path: &str, answer: &Answer) {
    let removed = |cookie: &cookie::Cookie<'_>| cookie.max_age() == Some(time::Duration::ZERO);
    assert!(!answer.set_cookies().iter().any(removed), "{path} removes the cookie");
}

/// 503 in time, with `Retry-After`, and the cookie is kept.
pub(crate) fn assert_unavailable(path: &str, (answer, took): &(Answer, Duration)) {
    assert_eq!(answer.status, 503, "{path}: {} {}", answer.location(), answer.body);
    assert!(!answer.header("retry-after").is_empty(), "{path}");
    assert_cookie_kept(path, answer);
    assert!(*took < limit_of(1), "{path} took {took:?}");
}

/// The longest wait for a response that needs this many store operations in sequence: each may take its whole
/// time, the last one in vain.
pub(crate) fn limit_of(operations: u32) -> Duration {
    TIMEOUT * operations + GRACE
}

pub(crate) async fn timed(browser: &Browser, path: &str) -> (Answer, Duration) {
    measured(path, browser.get(path)).await
}

/// The same for any request.
pub(crate) async fn measured(what: &str, request: impl Future<Output = Answer>) -> (Answer, Duration) {
    let begun = Instant::now();
    let answer = tokio::time::timeout(Duration::from_secs(30), request).await;
    (answer.unwrap_or_else(|_| panic!("{what} hangs")), begun.elapsed())
}

pub(crate) async fn wait_until(what: &str, limit: Duration, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(begun.elapsed() < limit, "only after {:?}: {what}", begun.elapsed());
}
