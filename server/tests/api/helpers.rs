//! `TestApp`, a running server with a clock that stands still, and `Browser`, somebody who uses it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use argon2::Params;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderMap, Method, StatusCode};
use scraper::{Html, Selector};
use serde_json::Value;
use server::accounts::password::Passwords;
use server::clock::Clock;
use server::config::Config;
use server::startup::{Overrides, Server};
use server::state::App;

use time::Duration;
use time::macros::datetime;

use crate::watched::Watch;

pub(crate) const PASSWORD: &str = "a long walk at dusk";

/// A running server.
pub(crate) struct TestApp {
    pub(crate) app: App,
    /// Where it listens.
    pub(crate) url: String,
    /// What it calls itself.
    pub(crate) origin: String,
    /// Moves time.
    pub(crate) clock: Clock,
    _stop: tokio::sync::oneshot::Sender<()>,
    data: tempfile::TempDir,
}

/// What a test wants otherwise than the defaults.
#[derive(Default)]
pub(crate) struct Setup {
    pub(crate) vars: Vec<(&'static str, String)>,
    pub(crate) watch: Option<Arc<Watch>>,
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

    pub(crate) async fn spawn(self) -> TestApp {
        TestApp::with(self).await
    }
}

impl TestApp {
    /// Accounts and sessions in one SQLite file.
    pub(crate) async fn spawn() -> Self {
        Setup::default().spawn().await
    }

    async fn with(setup: Setup) -> Self {
        let data = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", data.path().join("trainer.db").display());
        let vars: BTreeMap<String, String> = [
            ("SITE_ADDR", "127.0.0.1:0".to_owned()),
            ("DATABASE_URL", database),
            ("SESSION_SECRETS", "test secret of more than thirty-two bytes".to_owned()),
        ]
        .into_iter()
        .chain(setup.vars)
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        let config = Config::from_vars(&vars).unwrap();
        let clock = Clock::manual(datetime!(2026-03-01 09:00 UTC));
        let overrides = Overrides {
            clock: Some(clock.clone()),
            wrap_rows: setup.watch.map(Watch::wrap),
            passwords: Some(Passwords::with_params(4, Params::new(64, 1, 1, None).unwrap())),
            assets: Some(app::model::Assets {
                css: "/pkg/trainer.css".into(),
                script: "/pkg/trainer.script.js".into(),
                islands_js: "/pkg/trainer.js".into(),
                islands_wasm: "/pkg/trainer.wasm".into(),
            }),
            ..Overrides::default()
        };
        let server = Server::build(config, overrides).await.unwrap();
        let url = format!("http://{}", server.addr());
        let origin = server.app.config.public_url.as_str().to_owned();
        let app = Arc::clone(&server.app);
        let (stop, stopped) = tokio::sync::oneshot::channel();
        tokio::spawn(server.serve(async {
            let _ = stopped.await;
        }));
        Self { app, url, origin, clock, _stop: stop, data }
    }

    pub(crate) fn data_path(&self) -> &std::path::Path {
        self.data.path()
    }

    /// Somebody with an empty cookie jar.
    pub(crate) fn browser(&self) -> Browser {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Browser {
            client,
            url: self.url.clone(),
            origin: self.origin.clone(),
            jar: Mutex::default(),
            accept: "text/html",
        }
    }

    /// Somebody who has just registered.
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

    /// All live sessions, by the store.
    pub(crate) async fn stats(&self) -> server::session::rows::Stats {
        self.app.session_rows().stats(self.clock.now()).await.unwrap()
    }
}

/// Somebody who uses the application.
pub(crate) struct Browser {
    client: reqwest::Client,
    url: String,
    origin: String,
    jar: Mutex<BTreeMap<String, String>>,
    accept: &'static str,
}

impl Browser {
    /// The same jar, asking as a program.
    pub(crate) fn json(&self) -> Browser {
        let jar = Mutex::new(self.jar.lock().unwrap().clone());
        Browser {
            client: self.client.clone(),
            url: self.url.clone(),
            origin: self.origin.clone(),
            jar,
            accept: "application/json",
        }
    }

    /// A copy that does not share later cookies.
    pub(crate) fn copy(&self) -> Browser {
        let jar = Mutex::new(self.jar.lock().unwrap().clone());
        Browser {
            client: self.client.clone(),
            url: self.url.clone(),
            origin: self.origin.clone(),
            jar,
            accept: self.accept,
        }
    }

    pub(crate) fn cookies(&self) -> BTreeMap<String, String> {
        self.jar.lock().unwrap().clone()
    }

    pub(crate) fn session_cookie(&self) -> Option<String> {
        self.cookies().into_iter().find(|(name, _)| name.ends_with("sessionId")).map(|(_, value)| value)
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.jar.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, HeaderMap::new(), None).await
    }

    /// A form post from our own page, with the token of the session if there is one.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        let token = self.csrf_token().await;
        if let Some(token) = &token {
            fields.push(("csrf_token", token));
        }
        self.post_bare(path, &fields).await
    }

    /// A form post from our own page with these fields and no others.
    pub(crate) async fn post_bare(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        headers.insert(ORIGIN, self.origin.parse().unwrap());
        self.send(Method::POST, path, headers, Some(body.finish().into_bytes())).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        mut headers: HeaderMap,
        body: Option<Vec<u8>>,
    ) -> Answer {
        let cookies: Vec<String> =
            self.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            headers.insert(COOKIE, cookies.join("; ").parse().unwrap());
        }
        headers.entry(ACCEPT).or_insert(self.accept.parse().unwrap());
        let mut request = self.client.request(method, format!("{}{path}", self.url)).headers(headers);
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned();
        let answer = Answer { status, headers, body };
        for cookie in answer.set_cookies() {
            let mut jar = self.jar.lock().unwrap();
            if cookie.max_age() == Some(Duration::ZERO) {
                jar.remove(cookie.name());
            } else {
                jar.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        answer
    }

    /// The token on a page of this session; none without a session. Asking is activity, so it is asked with a
    /// copy of the jar only where a session cookie is there.
    pub(crate) async fn csrf_token(&self) -> Option<String> {
        self.session_cookie()?;
        let page = Browser { accept: "text/html", ..self.copy() }.get("/preferences").await;
        page.input("csrf_token")
    }

    pub(crate) async fn register(&self, name: &str, email: &str, password: &str) -> Answer {
        let fields = [("display_name", name), ("email", email), ("password", password)];
        self.post_bare("/api/auth/register", &fields).await
    }

    pub(crate) async fn log_in(&self, email: &str, password: &str) -> Answer {
        self.post_bare("/api/auth/login", &[("email", email), ("password", password)]).await
    }

    pub(crate) async fn info(&self) -> Value {
        let answer = self.json().get("/session-info").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.json()
    }

    pub(crate) async fn is_signed_in(&self) -> bool {
        self.copy().info().await["authenticated"] == true
    }

    pub(crate) async fn save_preferences(&self, changes: &[(&str, &str)]) -> Answer {
        self.post("/api/preferences", &preferences(changes)).await
    }
}

/// A valid form of preferences, with changes.
pub(crate) fn preferences<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("units", "kg"),
        ("goal", "strength"),
        ("level", "beginner"),
        ("days_per_week", "3"),
        ("session_minutes", "45"),
        ("rest_seconds", "90"),
        ("theme", "system"),
    ];
    for (name, value) in changes {
        if *name != "equipment" {
            fields.retain(|(kept, _)| kept != name);
        }
        fields.push((name, value));
    }
    fields
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn set_cookies(&self) -> Vec<cookie::Cookie<'static>> {
        self.headers
            .get_all(SET_COOKIE)
            .iter()
            .map(|value| cookie::Cookie::parse(value.to_str().unwrap().to_owned()).unwrap())
            .collect()
    }

    pub(crate) fn session_cookie(&self) -> Option<cookie::Cookie<'static>> {
        self.set_cookies().into_iter().find(|cookie| cookie.name().ends_with("sessionId"))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn select(&self, css: &str) -> Vec<(String, Option<String>)> {
        let page = Html::parse_document(&self.body);
        page.select(&Selector::parse(css).unwrap())
            .map(|element| {
                (element.text().collect::<String>(), element.value().attr("value").map(str::to_owned))
            })
            .collect()
    }

    /// The value of the first input of that name.
    pub(crate) fn input(&self, name: &str) -> Option<String> {
        self.select(&format!("input[name={name}]")).into_iter().next().and_then(|(_, value)| value)
    }

    /// The texts of all elements with that role.
    pub(crate) fn role(&self, role: &str) -> String {
        let texts = self.select(&format!("[role={role}]")).into_iter().map(|(text, _)| text);
        texts.collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn assert_redirect(&self, location: &str) -> &Self {
        assert!([302, 303].contains(&self.status.as_u16()), "{}: {}", self.status, self.body);
        assert_eq!(self.location(), location);
        self
    }
}
