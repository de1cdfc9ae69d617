//! An instance of the server, reduced to sessions, and a browser.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use configuration::Config;
use domain::account::UserId;
use http::header::{COOKIE, SET_COOKIE};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use session_rows::{Row, SessionRows};
use sessions::clock::Clock;
use sessions::data::Login;
use sessions::keys::Keys;
use sessions::seal::Sealer;
use sessions::{Section, SessionLayer, Sessions, TypedSession};
use time::OffsetDateTime;
use tower::ServiceExt as _;

pub(super) const OLD: &str = "the old secret of more than thirty-two bytes";
pub(super) const NEW: &str = "the new secret of more than thirty-two bytes";
pub(super) const WRONG: &str = "a secret from another house, long enough too";

/// That of the golden records, which outlive the name of the product.
const SALT: &str = "the salt of the golden records";

/// The instances' time.
pub(super) const NOW: OffsetDateTime = store_contract::support::NOW;

/// What the sessions hold.
const NUMBER: Section<u16> = Section::new("a number");

/// Opens what an instance with this secret has sealed.
pub(super) fn sealer(secret: &str) -> Sealer {
    Sealer::from(&Keys::with_salt(SALT, &[secret]).unwrap())
}

/// The session layer with a few handlers behind it.
#[derive(Clone)]
pub(super) struct Instance {
    router: Router,
    pub(super) sessions: Arc<Sessions>,
}

impl Instance {
    /// With these secrets, newest first.
    pub(super) fn new(rows: &Arc<dyn SessionRows>, secrets: &[&str]) -> Self {
        let settings = Config::from_vars(&BTreeMap::new()).unwrap().session.settings;
        let keys = Keys::with_salt(SALT, secrets).unwrap();
        let sessions = Sessions::new(rows.clone(), &keys, Clock::manual(NOW), settings);
        let router = Router::new()
            .route("/log-in/{user}", post(log_in))
            .route("/save/{number}", post(save))
            .route("/read", get(read))
            .route("/change", post(change))
            .route("/content", get(content))
            .layer(SessionLayer::new(sessions.clone(), &[]));
        Self { router, sessions }
    }
}

async fn log_in(Extension(session): Extension<TypedSession>, Path(user): Path<String>) {
    let login = Login {
        user_id: UserId::parse(&user).unwrap(),
        login_time: NOW,
        fresh_at: NOW,
        ip_address: Some("192.0.2.7".to_owned()),
        user_agent: Some("A browser of its own".to_owned()),
        provider: "password".to_owned(),
    };
    session.log_in(&login, |_| None).await.unwrap();
}

async fn save(Extension(session): Extension<TypedSession>, Path(number): Path<u16>) -> StatusCode {
    if session.data().await.login.is_none() {
        return StatusCode::UNAUTHORIZED;
    }
    session.change_sections(|sections| sections.set(NUMBER, &number)).await.unwrap();
    StatusCode::OK
}

/// The number saved last; 401 without a login.
async fn read(Extension(session): Extension<TypedSession>) -> Result<String, StatusCode> {
    let data = session.data().await;
    data.login.ok_or(StatusCode::UNAUTHORIZED)?;
    Ok(data.sections.get(NUMBER).to_string())
}

/// A change that needs no login.
async fn change(Extension(session): Extension<TypedSession>) {
    session.change_sections(|sections| sections.set(NUMBER, &1)).await.unwrap();
}

/// All that handlers and other packages can see of a session.
async fn content(
    Extension(session): Extension<TypedSession>,
    Extension(tower_session): Extension<tower_sessions::Session>,
) -> Json<Value> {
    let data = session.data().await;
    let section = |name: &'static str| data.sections.get(Section::<Value>::new(name));
    Json(json!({
        "login": data.login,
        "preferences": data.preferences,
        "has_end_reason": session.has_end_reason().await,
        "flash": tower_session.get_value("flash").await.unwrap(),
        "oauth_attempts": section("oauth_attempts"),
        "link_intent": section("link_intent"),
        "workouts": section("workouts"), // slim: trainer
        "waiting_operations": section("waiting_operations"), // slim: trainer
        "oauth_exchanges": section("oauth_exchanges"),
        "number": data.sections.get(NUMBER),
    }))
}

/// One person's browser: an account, a cookie.
#[derive(Clone)]
pub(super) struct Browser {
    pub(super) user: UserId,
    pub(super) cookie: Option<String>,
}

impl Browser {
    /// Signed in, with `number` saved.
    pub(super) async fn signed_in(at: &Instance, number: u16) -> Self {
        let mut browser = Self { user: UserId::from_random(rand::random()), cookie: None };
        let path = format!("/log-in/{}", browser.user.as_str());
        assert_eq!(browser.send(at, "POST", &path).await.0, StatusCode::OK);
        assert_eq!(browser.save(at, number).await, StatusCode::OK);
        browser
    }

    /// Applies the response's changes to the cookie.
    pub(super) async fn send(&mut self, at: &Instance, method: &str, path: &str) -> (StatusCode, String) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let answer = at.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        if let Some(set) = answer.headers().get(SET_COOKIE) {
            let set = set.to_str().unwrap();
            let removed = set.contains("Max-Age=0");
            self.cookie = (!removed).then(|| set.split(';').next().unwrap().to_owned());
        }
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    pub(super) async fn save(&mut self, at: &Instance, number: u16) -> StatusCode {
        self.send(at, "POST", &format!("/save/{number}")).await.0
    }

    /// The number, if signed in.
    pub(super) async fn read(&mut self, at: &Instance) -> Option<u16> {
        let (status, body) = self.send(at, "GET", "/read").await;
        (status == StatusCode::OK).then(|| body.parse().unwrap())
    }

    /// The one row of this person, as stored.
    pub(super) async fn row(&self, rows: &Arc<dyn SessionRows>) -> Row {
        let (mut listed, total) = rows.list(self.user.as_str(), NOW, 10).await.unwrap();
        assert_eq!(total, 1, "one session each");
        listed.pop().unwrap()
    }
}
