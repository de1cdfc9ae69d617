//! `Browser`, a user of the application: a cookie jar and forms, without following redirects.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE, USER_AGENT};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING}; // slim: trainer
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use scraper::{Html, Selector};
use serde_json::Value;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

/// Each browser belongs to a person of its own.
static PEOPLE: AtomicUsize = AtomicUsize::new(0);

pub(crate) struct Browser {
    client: reqwest::Client,
    url: String,
    origin: String,
    jar: Arc<Mutex<BTreeMap<String, String>>>,
    accept: &'static str,
    /// What a trusted proxy says about where the requests come from.
    address: Option<String>,
    user_agent: Option<&'static str>,
    /// Who this is at a provider.
    person: Arc<str>,
}

/// A client that follows no redirects, to be configured further.
pub(crate) fn client_builder() -> reqwest::ClientBuilder {
    // An error means that there is one already: servers in the process install it as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none())
}

/// Shared by the browsers of one test. Creating one reads all certificate authorities of the machine, which
/// takes a while, and its connections belong to the runtime in which they were opened.
pub(crate) fn client() -> reqwest::Client {
    client_builder().build().unwrap()
}

/// [`client`] for servers whose certificates this authority has signed.
pub(crate) fn client_that_trusts(authority: &std::path::Path) -> reqwest::Client {
    let authority = reqwest::Certificate::from_pem(&std::fs::read(authority).unwrap()).unwrap();
    client_builder().tls_certs_only([authority]).build().unwrap()
}

impl Browser {
    /// A user with an empty cookie jar, who sees the application at `origin` and reaches it at `url`.
    pub(crate) fn new(client: &reqwest::Client, url: &str, origin: &str) -> Self {
        Self {
            client: client.clone(),
            url: url.to_owned(),
            origin: origin.to_owned(),
            jar: Arc::default(),
            accept: "text/html",
            address: None,
            user_agent: None,
            person: format!("person-{}", PEOPLE.fetch_add(1, Ordering::Relaxed)).into(),
        }
    }

    /// The same person with the same jar, whose requests go to another address: another instance.
    pub(crate) fn by_way_of(&self, url: &str) -> Browser {
        Browser {
            client: self.client.clone(),
            url: url.to_owned(),
            origin: self.origin.clone(),
            jar: Arc::clone(&self.jar),
            accept: self.accept,
            address: self.address.clone(),
            user_agent: self.user_agent,
            person: Arc::clone(&self.person),
        }
    }

    /// The same person with the same jar at another address, if the server trusts one proxy.
    pub(crate) fn at(&self, address: &str) -> Browser {
        Browser { address: Some(address.to_owned()), ..self.by_way_of(&self.url) }
    }

    /// The same person with the same jar, in a browser that says this of itself.
    pub(crate) fn in_browser(&self, user_agent: &'static str) -> Browser {
        Browser { user_agent: Some(user_agent), ..self.by_way_of(&self.url) }
    }

    /// This browser, in the hands of the person of another one.
    pub(crate) fn of_person(self, other: &Browser) -> Browser {
        Browser { person: Arc::clone(&other.person), ..self }
    }

    pub(crate) fn person(&self) -> &str {
        &self.person
    }

    /// A copy that acts as a program.
    pub(crate) fn json(&self) -> Browser {
        Browser { accept: "application/json", ..self.copy() }
    }

    /// A copy that does not share later cookies.
    pub(crate) fn copy(&self) -> Browser {
        let jar = Arc::new(Mutex::new(self.cookies()));
        Browser { jar, ..self.by_way_of(&self.url) }
    }

    pub(crate) fn cookies(&self) -> BTreeMap<String, String> {
        self.jar.lock().unwrap().clone()
    }

    pub(crate) fn session_cookie(&self) -> Option<String> {
        self.cookies().into_iter().find(|(name, _)| name.ends_with("sessionId")).map(|(_, value)| value)
    }

    /// What keeps the logins begun at a provider without a session: names and values.
    pub(crate) fn attempt_cookies(&self) -> Vec<(String, String)> {
        self.cookies().into_iter().filter(|(name, _)| name.contains("oauthAttempt-")).collect()
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.jar.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, HeaderMap::new(), None).await
    }

    // slim: trainer
    /// How many bytes the body of a page has on the wire, in this content encoding.
    pub(crate) async fn encoded_size(&self, path: &str, encoding: &str) -> usize {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, encoding.parse().unwrap())]);
        let answer = self.begin(Method::GET, path, headers, None).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.headers()[CONTENT_ENCODING], encoding, "{path}");
        answer.bytes().await.unwrap().len()
    }
    // slim: end

    /// A form post from our own page, with the session's token if there is one.
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
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        headers.insert(ORIGIN, self.origin.parse().unwrap());
        self.send(Method::POST, path, headers, Some(body.into_bytes())).await
    }

    /// [`Self::post`] whose answer has begun, and is read by the test. No cookie of it is kept.
    pub(crate) async fn begin_post(&self, path: &str) -> reqwest::Response {
        let token = self.csrf_token().await.unwrap_or_default();
        let body = form_urlencoded::Serializer::new(String::new()).append_pair("csrf_token", &token).finish();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        headers.insert(ORIGIN, self.origin.parse().unwrap());
        self.begin(Method::POST, path, headers, Some(body.into_bytes())).await
    }

    /// A GET whose answer has begun, and is read by the test. No cookie of it is kept.
    pub(crate) async fn begin_get(&self, path: &str) -> reqwest::Response {
        self.begin(Method::GET, path, HeaderMap::new(), None).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Option<Vec<u8>>,
    ) -> Answer {
        let response = self.begin(method, path, headers, body).await;
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

    async fn begin(
        &self,
        method: Method,
        path: &str,
        mut headers: HeaderMap,
        body: Option<Vec<u8>>,
    ) -> reqwest::Response {
        let cookies: Vec<String> =
            self.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            // As bytes, because a cookie of another program may contain any.
            headers.insert(COOKIE, HeaderValue::from_bytes(cookies.join("; ").as_bytes()).unwrap());
        }
        headers.entry(ACCEPT).or_insert(self.accept.parse().unwrap());
        if let Some(address) = &self.address {
            headers.insert("x-forwarded-for", address.parse().unwrap());
        }
        if let Some(user_agent) = self.user_agent {
            headers.entry(USER_AGENT).or_insert(HeaderValue::from_static(user_agent));
        }
        let mut request = self.client.request(method, format!("{}{path}", self.url)).headers(headers);
        if let Some(body) = body {
            request = request.body(body);
        }
        request.send().await.unwrap()
    }

    /// The token on a page of this session; none without a session. Requesting it counts as activity, so it
    /// is requested with a copy of the jar, and only if there is a session cookie.
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

    /// When the preferences in this session were saved: with a clock that stands still, each save is a millisecond
    /// later than the one it found.
    pub(crate) async fn preferences_saved_at(&self) -> OffsetDateTime {
        let info = self.info().await;
        OffsetDateTime::parse(info["preferences"]["updated_at"].as_str().unwrap(), &Rfc3339).unwrap()
    }

    pub(crate) async fn is_signed_in(&self) -> bool {
        self.copy().info().await["authenticated"] == true
    }

    pub(crate) async fn save_preferences(&self, changes: &[(&str, &str)]) -> Answer {
        self.post("/api/preferences", &preferences(changes)).await
    }
}

/// A valid preferences form, with changes.
pub(crate) fn preferences<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        // slim: trainer
        ("units", "kg"),
        ("goal", "strength"),
        ("level", "beginner"),
        ("days_per_week", "3"),
        ("session_minutes", "45"),
        ("rest_seconds", "90"),
        // slim: end
        ("theme", "system"),
    ];
    for (name, value) in changes {
        // slim: trainer
        if *name == "equipment" {
            fields.push((name, value));
            continue;
        }
        // slim: end
        fields.retain(|(kept, _)| kept != name);
        fields.push((name, value));
    }
    fields
}

/// A response, read completely.
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

    /// The state in the address of a provider, or of a callback, that it leads to.
    pub(crate) fn state(&self) -> String {
        let query = self.location().split_once('?').map_or("", |(_, query)| query);
        let state = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "state");
        let state = state.map(|(_, state)| state.into_owned());
        state.unwrap_or_else(|| panic!("{} {}", self.status, self.location()))
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

    /// The first of those that keep logins begun at a provider.
    pub(crate) fn attempt_cookie(&self) -> Option<cookie::Cookie<'static>> {
        self.set_cookies().into_iter().find(|cookie| cookie.name().contains("oauthAttempt-"))
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

    /// The value of the first input with that name.
    pub(crate) fn input(&self, name: &str) -> Option<String> {
        self.select(&format!("input[name={name}]")).into_iter().next().and_then(|(_, value)| value)
    }

    /// The texts of all elements with that role.
    pub(crate) fn role(&self, role: &str) -> String {
        let texts = self.select(&format!("[role={role}]")).into_iter().map(|(text, _)| text);
        texts.collect::<Vec<_>>().join(" ")
    }

    /// 303: whatever the method was, the next request is a GET (with 302 and 307 a form could be sent on).
    pub(crate) fn assert_redirect(&self, location: &str) -> &Self {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        assert_eq!(self.location(), location);
        self
    }
}
