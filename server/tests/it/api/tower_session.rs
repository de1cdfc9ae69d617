//! The `tower_sessions::Session` that the session layer provides in addition to ours, used through its own
//! extractor in the handlers of a small router. Both work on one row, so the tests check that neither loses
//! the other's data and that nothing outlives its session.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;
use axum::routing::{get, post};
use axum::{Extension, Router};
use domain::account::UserId;
use http::header::{COOKIE, SET_COOKIE};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use session_rows::{SessionRows, Stats};
use sessions::clock::Clock;
use sessions::data::Login;
use sessions::keys::Keys;
use sessions::layer::{LoginChanged, SaveFailed};
use sessions::settings::{CookieSettings, SameSite, SessionSettings};
use sessions::store::{Intercepted, MemoryRows};
use sessions::{Section, SessionLayer, Sessions, TypedSession};
use time::{Duration, OffsetDateTime};
use tower::ServiceExt as _;
use tower_sessions::Session;

use crate::support::watched::Watch;

const NOW: OffsetDateTime = time::macros::datetime!(2026-03-01 09:00 UTC);

/// What is ours in these sessions; 0 for nothing.
const NUMBER: Section<u16> = Section::new("number");

struct Site {
    router: Router,
    rows: Arc<dyn SessionRows>,
    watch: Arc<Watch>,
}

/// Result of a request: status, body, whether the layer could not save, and what happened to the cookie.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    body: String,
    failed: Option<SaveFailed>,
    login_changed: bool,
    /// `Some(None)`: removed.
    cookie: Option<Option<String>>,
}

impl Answer {
    /// The cookie a browser has afterwards.
    fn cookie(&self) -> String {
        self.cookie.clone().flatten().unwrap()
    }
}

impl Site {
    fn new() -> Arc<Self> {
        let settings = SessionSettings {
            ttl: Duration::days(30),
            idle_timeout: Duration::hours(1),
            absolute_lifetime: Duration::days(7),
            touch_interval: Duration::minutes(1),
            fresh_for: Duration::minutes(10),
            sweep_interval: Duration::minutes(10),
            cookie: CookieSettings {
                name: "id".to_owned(),
                secure: false,
                same_site: SameSite::Lax,
                domain: None,
            },
        };
        let watch = Watch::new();
        let rows: Arc<dyn SessionRows> =
            Arc::new(Intercepted::new(Arc::new(MemoryRows::new()), Arc::clone(&watch)));
        let keys = Keys::new(&["a secret of more than thirty-two bytes"]).unwrap();
        let sessions = Sessions::new(Arc::clone(&rows), &keys, Clock::manual(NOW), settings);
        let router = Router::new()
            .route("/unused", get(unused))
            .route("/values/{key}/{value}", post(insert))
            .route("/values/{key}", get(read))
            .route("/broken/{key}", post(insert_and_break))
            .route("/cycle", post(cycle))
            .route("/flush", post(flush))
            .route("/farewell", post(flush_with_a_message))
            .route("/log-in", post(log_in))
            .route("/log-out", post(log_out))
            .route("/number/{number}", post(save_number))
            .route("/number", get(read_number))
            .layer(SessionLayer::new(sessions, &[]));
        Arc::new(Self { router, rows, watch })
    }

    async fn send(&self, method: &str, path: &str, cookie: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        let answer = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let cookie = answer.headers().get(SET_COOKIE).map(|set| {
            let set = set.to_str().unwrap();
            (!set.contains("Max-Age=0")).then(|| set.split(';').next().unwrap().to_owned())
        });
        let (status, failed) = (answer.status(), answer.extensions().get().copied());
        let login_changed = answer.extensions().get::<LoginChanged>().is_some();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        Answer { status, body: String::from_utf8(body.to_vec()).unwrap(), failed, login_changed, cookie }
    }

    async fn post(&self, path: &str, cookie: &str) -> Answer {
        self.send("POST", path, Some(cookie)).await
    }

    async fn get(&self, path: &str, cookie: &str) -> String {
        self.send("GET", path, Some(cookie)).await.body
    }

    /// Starts a request that runs in the background.
    fn start(self: &Arc<Self>, path: &'static str, cookie: &str) -> tokio::task::JoinHandle<Answer> {
        let (site, cookie) = (Arc::clone(self), cookie.to_owned());
        tokio::spawn(async move { site.post(path, &cookie).await })
    }

    /// The cookie of a new session that contains `a=1` and 100 seconds of rest.
    async fn session(&self) -> String {
        let cookie = self.send("POST", "/values/a/1", None).await.cookie();
        assert_eq!(self.post("/number/100", &cookie).await.status, StatusCode::OK);
        cookie
    }

    async fn stats(&self) -> Stats {
        self.rows.stats(NOW).await.unwrap()
    }
}

async fn unused(_: Session) {}

async fn insert(session: Session, Path((key, value)): Path<(String, String)>) {
    session.insert(&key, value).await.unwrap();
}

async fn insert_and_break(session: Session, Path(key): Path<String>) -> StatusCode {
    session.insert(&key, "half done").await.unwrap();
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn read(session: Session, Path(key): Path<String>) -> String {
    session.get::<String>(&key).await.unwrap().unwrap_or_else(|| "nothing".to_owned())
}

async fn cycle(session: Session) {
    session.cycle_id().await.unwrap();
}

async fn flush(session: Session) {
    session.flush().await.unwrap();
}

async fn flush_with_a_message(session: Session) {
    session.flush().await.unwrap();
    session.insert("message", "see you").await.unwrap();
}

async fn log_in(Extension(session): Extension<TypedSession>) {
    let login = Login {
        user_id: UserId::parse("0123456789abcdef0123456789abcdef").unwrap(),
        login_time: NOW,
        fresh_at: NOW,
        ip_address: None,
        user_agent: None,
        provider: "password".to_owned(),
    };
    session.log_in(&login, |_| None).await.unwrap();
}

async fn log_out(Extension(session): Extension<TypedSession>) {
    session.log_out().await.unwrap();
}

async fn save_number(Extension(session): Extension<TypedSession>, Path(number): Path<u16>) {
    session.change_sections(|sections| sections.set(NUMBER, &number)).await.unwrap();
}

async fn read_number(Extension(session): Extension<TypedSession>) -> String {
    match session.data().await.sections.get(NUMBER) {
        0 => "nothing".to_owned(),
        number => number.to_string(),
    }
}

#[tokio::test]
async fn what_is_inserted_is_read_by_the_next_request() {
    let site = Site::new();
    let cookie = site.send("POST", "/values/a/1", None).await.cookie();
    assert_eq!(site.get("/values/a", &cookie).await, "1");
    assert_eq!(site.get("/values/b", &cookie).await, "nothing");
    assert_eq!(site.stats().await.live, 1);
}

#[tokio::test]
async fn a_session_that_is_not_used_costs_nothing() {
    let site = Site::new();
    let answer = site.send("GET", "/unused", None).await;
    assert_eq!((answer.status, answer.cookie), (StatusCode::OK, None));
    assert!(site.watch.take().is_empty());
}

#[tokio::test]
async fn nothing_is_saved_after_a_server_error() {
    let site = Site::new();
    let cookie = site.session().await;
    let answer = site.post("/broken/b", &cookie).await;
    assert_eq!((answer.status, answer.failed), (StatusCode::INTERNAL_SERVER_ERROR, None));
    assert_eq!(site.get("/values/b", &cookie).await, "nothing");
}

#[tokio::test]
async fn everything_is_gone_after_either_way_to_end_a_session() {
    for end in ["/flush", "/log-out"] {
        let site = Site::new();
        let cookie = site.session().await;
        let answer = site.post(end, &cookie).await;
        assert_eq!((answer.failed, answer.cookie), (None, Some(None)), "{end} removes the cookie");
        assert_eq!(site.stats().await, Stats::default(), "{end} leaves no row");
        assert_eq!(site.get("/values/a", &cookie).await, "nothing", "{end}");
        assert_eq!(site.get("/number", &cookie).await, "nothing", "{end}");
    }
}

#[tokio::test]
async fn the_response_says_that_a_login_has_changed_by_whichever_door() {
    for door in ["/flush", "/log-out", "/cycle", "/log-in", "/farewell"] {
        let site = Site::new();
        let anonymous = site.session().await;
        let answer = site.post("/log-in", &anonymous).await;
        assert!(answer.login_changed);
        let signed_in = answer.cookie();
        assert!(!site.send("GET", "/values/a", Some(&signed_in)).await.login_changed);
        assert!(!site.post("/values/a/2", &signed_in).await.login_changed, "no login begins or ends");
        assert!(site.post(door, &signed_in).await.login_changed, "{door}");
    }
}

/// As with `SessionManagerLayer`: the message is all that a new, anonymous session holds.
#[tokio::test]
async fn a_message_left_after_the_end_begins_a_new_session() {
    let site = Site::new();
    let old = site.session().await;
    let new = site.post("/farewell", &old).await.cookie();
    assert_ne!(new, old);
    assert_eq!(site.get("/values/message", &new).await, "see you");
    for cookie in [&old, &new] {
        assert_eq!(site.get("/values/a", cookie).await, "nothing");
        assert_eq!(site.get("/number", cookie).await, "nothing", "nothing of ours survives a flush");
    }
    assert_eq!(site.stats().await.live, 1);
}

#[tokio::test]
async fn a_new_id_for_a_session_without_values_of_that_world_is_no_end() {
    let site = Site::new();
    let old = site.send("POST", "/number/100", None).await.cookie();
    let new = site.post("/cycle", &old).await.cookie();
    assert_ne!(new, old);
    assert_eq!(site.get("/number", &new).await, "100");
    assert_eq!(site.get("/number", &old).await, "nothing");
}

#[tokio::test]
async fn a_new_id_keeps_the_data_of_both_and_kills_the_old_one() {
    let site = Site::new();
    let old = site.session().await;
    let new = site.post("/cycle", &old).await.cookie();
    assert_ne!(new, old);
    assert_eq!(site.get("/values/a", &new).await, "1");
    assert_eq!(site.get("/number", &new).await, "100");
    assert_eq!(site.get("/values/a", &old).await, "nothing");
    assert_eq!(site.get("/number", &old).await, "nothing");
    assert_eq!(site.stats().await.live, 1);
}

/// Each is paused just before its save while the other one saves, so that it must load again.
#[tokio::test]
async fn neither_loses_what_the_other_has_saved_in_between() {
    for [held, other] in
        [["/number/50", "/values/b/2"], ["/values/b/2", "/number/50"], ["/values/b/2", "/values/c/3"]]
    {
        let site = Site::new();
        let cookie = site.session().await;
        let gate = site.watch.pause_at("save");
        let first = site.start(held, &cookie);
        gate.reached().await;
        assert_eq!(site.post(other, &cookie).await.failed, None);
        gate.open();
        assert_eq!(first.await.unwrap().failed, None);
        for path in [held, other] {
            let (place, value) = path.rsplit_once('/').unwrap();
            assert_eq!(site.get(place, &cookie).await, value, "{held} and {other}");
        }
        assert_eq!(site.get("/values/a", &cookie).await, "1");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_many_rounds_side_by_side_nothing_is_lost() {
    let site = Site::new();
    for round in 0..100 {
        let cookie = site.session().await;
        let answers = [
            site.start("/number/50", &cookie),
            site.start("/values/b/2", &cookie),
            site.start("/values/c/3", &cookie),
        ];
        for answer in answers {
            assert_eq!(answer.await.unwrap().failed, None);
        }
        for (place, value) in [("/number", "50"), ("/values/a", "1"), ("/values/b", "2"), ("/values/c", "3")]
        {
            assert_eq!(site.get(place, &cookie).await, value, "{place} in round {round}");
        }
    }
}

/// The handler has its response ready, and its session ends before the inserted value is saved.
#[tokio::test]
async fn a_session_that_has_ended_is_not_written_back() {
    for end in ["/flush", "/log-out"] {
        let site = Site::new();
        let cookie = site.session().await;
        let gate = site.watch.pause_at("save");
        let late = site.start("/values/b/2", &cookie);
        gate.reached().await;
        assert_eq!(site.post(end, &cookie).await.failed, None);
        gate.open();
        let late = late.await.unwrap();
        assert_eq!(late.failed, Some(SaveFailed::Gone), "after {end}");
        assert_eq!(late.cookie, None, "after {end} a late response leaves the cookie alone");
        assert_eq!(site.stats().await, Stats::default(), "{end}");
        assert_eq!(site.get("/values/b", &cookie).await, "nothing", "{end}");
    }
}

#[tokio::test]
async fn a_late_save_does_not_follow_a_session_to_its_new_id() {
    let site = Site::new();
    let old = site.session().await;
    let gate = site.watch.pause_at("save");
    let late = site.start("/values/b/2", &old);
    gate.reached().await;
    let new = site.post("/cycle", &old).await.cookie();
    gate.open();
    let late = late.await.unwrap();
    assert_eq!((late.failed, late.cookie), (Some(SaveFailed::Gone), None));
    assert_eq!(site.get("/values/a", &new).await, "1");
    assert_eq!(site.get("/values/b", &new).await, "nothing");
    assert_eq!(site.stats().await.live, 1);
}

#[tokio::test]
async fn a_store_that_fails_is_told_apart_from_a_session_that_has_ended() {
    let site = Site::new();
    let cookie = site.session().await;
    site.watch.fail_at(&["save"]);
    assert_eq!(site.post("/values/b/2", &cookie).await.failed, Some(SaveFailed::Store));
    site.watch.fail_at(&[]);
    assert_eq!(site.get("/values/a", &cookie).await, "1", "still signed in, nothing changed");
    assert_eq!(site.get("/values/b", &cookie).await, "nothing");
}
