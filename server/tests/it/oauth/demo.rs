//! The built-in provider, from the first redirect to the person, over HTTP like any other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use domain::form::{FieldError, FormFields};
use http::{HeaderMap, StatusCode, header};
use oauth::attempt::{Intent, OAuthAttempt};
use oauth::callback::Callback;
use oauth::demo_provider::{Answer, Consent, Decision, DemoGrant, DemoGrants, DemoProvider, GrantError};
use oauth::http::HttpClient;
use oauth::registry::Provider;
use oauth::{ExternalPerson, OAuthError, flow};
use sessions::clock::Clock;
use time::{Duration, OffsetDateTime};
use url::Url;

use crate::oauth::fake::{START, parameters};

/// Grants in memory.
#[derive(Default)]
pub(crate) struct Grants(Mutex<BTreeMap<[u8; 32], DemoGrant>>);

#[async_trait]
impl DemoGrants for Grants {
    async fn put_grant(&self, key: &[u8; 32], grant: &DemoGrant) -> Result<(), GrantError> {
        self.0.lock().unwrap().insert(*key, grant.clone());
        Ok(())
    }

    async fn take_grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError> {
        Ok(self.0.lock().unwrap().remove(key).filter(|grant| grant.expires_at > now))
    }

    async fn grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError> {
        Ok(self.0.lock().unwrap().get(key).filter(|grant| grant.expires_at > now).cloned())
    }

    async fn delete_expired_grants(&self, _now: OffsetDateTime) -> Result<u64, GrantError> {
        Ok(0)
    }
}

/// A server with the demo provider's routes, and the application's side of it.
pub(crate) struct Demo {
    pub(crate) demo: Arc<DemoProvider>,
    pub(crate) provider: Provider,
    pub(crate) clock: Clock,
    pub(crate) public_url: Url,
    pub(crate) grants: Arc<Grants>,
    pub(crate) http: reqwest::Client,
}

impl Demo {
    pub(crate) async fn spawn() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let public_url: Url = format!("http://{address}").parse().unwrap();
        let clock = Clock::manual(START);
        let grants = Arc::new(Grants::default());
        let demo = DemoProvider::new(
            Arc::<Grants>::clone(&grants),
            &public_url,
            "s3cret: of/the+instance".to_owned(),
        );
        let demo = Arc::new(demo.unwrap());
        let config = demo.config(address).unwrap();
        let client = HttpClient::new().unwrap();
        let router = axum::Router::new()
            .route("/demo-provider/authorize", get(show).post(decide))
            .with_state((Arc::clone(&demo), clock.clone()))
            .merge(web::routes::demo_provider::back_channel(Arc::clone(&demo), clock.clone()));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self { demo, provider: Provider::new(config, client), clock, public_url, grants, http }
    }

    pub(crate) fn redirect_uri(&self) -> Url {
        self.provider.redirect_uri(&self.public_url).unwrap()
    }

    pub(crate) async fn start(&self) -> (Url, OAuthAttempt) {
        let now = self.clock.now();
        flow::start(&self.provider, &self.redirect_uri(), "/".to_owned(), Intent::LogIn, now).await.unwrap()
    }

    pub(crate) async fn finish(
        &self,
        attempt: OAuthAttempt,
        back: &Url,
    ) -> Result<ExternalPerson, OAuthError> {
        let callback = Callback::parse(back.query().unwrap())?;
        flow::finish(&self.provider, &self.redirect_uri(), attempt, callback, self.clock.now()).await
    }

    /// Opens the consent page and posts its form.
    pub(crate) async fn decide(
        &self,
        start: &Url,
        fields: &[(&str, &str)],
        cookie: &str,
    ) -> reqwest::Response {
        let page = self.http.get(start.clone()).send().await.unwrap();
        assert_eq!(page.status(), 200);
        assert!(!page.headers().contains_key("set-cookie"));
        let mut form: Vec<(String, String)> = serde_json::from_slice(&page.bytes().await.unwrap()).unwrap();
        form.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let address = self.public_url.join("/demo-provider/authorize").unwrap();
        self.http.post(address).header("cookie", cookie).body(body).send().await.unwrap()
    }

    pub(crate) async fn allow(
        &self,
        name: &str,
        email: &str,
        cookie: &str,
    ) -> (ExternalPerson, Option<String>) {
        let (start, attempt) = self.start().await;
        let fields = [("name", name), ("email", email), ("decision", "allow")];
        let answer = self.decide(&start, &fields, cookie).await;
        assert_eq!(answer.status(), 303);
        let cookie = answer.headers().get("set-cookie").map(|value| value.to_str().unwrap().to_owned());
        (self.finish(attempt, &location(&answer)).await.unwrap(), cookie)
    }
}

/// The form is posted.
pub(crate) async fn posted(
    demo: &DemoProvider,
    fields: &FormFields,
    cookies: Option<&str>,
    now: OffsetDateTime,
) -> Answer {
    match demo.decide(fields, cookies) {
        Decision::Answered(answer) => answer,
        Decision::Allowed(allowed) => demo.issue_code(allowed, now).await.unwrap(),
    }
}

pub(crate) fn location(answer: &reqwest::Response) -> Url {
    answer.headers()["location"].to_str().unwrap().parse().unwrap()
}

/// Instead of the real page: its hidden fields as JSON.
fn respond(answer: Answer) -> Response {
    match answer {
        Answer::Page(Consent { hidden, errors, .. }) => {
            let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            (status, serde_json::to_string(&hidden).unwrap()).into_response()
        }
        Answer::Redirect { to, set_cookie } => {
            let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to.to_string())]).into_response();
            if let Some(cookie) = set_cookie {
                response.headers_mut().insert(header::SET_COOKIE, cookie.parse().unwrap());
            }
            response
        }
        Answer::Refused(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn show(State((demo, _)): State<(Arc<DemoProvider>, Clock)>, RawQuery(query): RawQuery) -> Response {
    respond(demo.show(&query.unwrap_or_default()))
}

async fn decide(
    State((demo, clock)): State<(Arc<DemoProvider>, Clock)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fields: FormFields = form_urlencoded::parse(&body).into_owned().collect();
    let cookies = headers.get(header::COOKIE).and_then(|value| value.to_str().ok());
    respond(posted(&demo, &fields, cookies, clock.now()).await)
}

#[tokio::test]
async fn a_person_allows_and_is_known_again_in_the_same_browser() {
    let demo = Demo::spawn().await;
    let (person, cookie) = demo.allow("Ann Demo", "ann@example.com", "").await;
    assert_eq!((person.provider.as_str(), person.subject.len()), ("demo", 32));
    assert_eq!(person.email.as_deref(), Some("ann@example.com"));
    assert_eq!(person.name.as_deref(), Some("Ann Demo"));
    assert!(!person.email_verified);

    let cookie = cookie.unwrap();
    assert!(cookie.starts_with("demo_provider="), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/demo-provider", "Max-Age=31536000"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let pair = cookie.split(';').next().unwrap();
    assert!(!pair.contains(&person.subject));

    let (again, unchanged) = demo.allow("Ann", "other@example.com", pair).await;
    assert_eq!((again.subject.as_str(), unchanged), (person.subject.as_str(), None));
    let (again, unchanged) =
        demo.allow("Ann", "other@example.com", &format!("demo_provider=1; {pair}")).await;
    assert_eq!(
        (again.subject.as_str(), unchanged),
        (person.subject.as_str(), None),
        "the first valid one counts"
    );
    let (stranger, _) = demo.allow("Ann Demo", "ann@example.com", "").await;
    assert_ne!(stranger.subject, person.subject);
    let (forged, replaced) = demo.allow("Ann", "ann@example.com", "demo_provider=1").await;
    assert_ne!(forged.subject, person.subject);
    assert!(replaced.is_some());
}

#[tokio::test]
async fn a_person_denies() {
    let demo = Demo::spawn().await;
    let (start, attempt) = demo.start().await;
    let answer = demo.decide(&start, &[("name", ""), ("email", ""), ("decision", "deny")], "").await;
    assert_eq!(answer.status(), 303);
    assert!(!answer.headers().contains_key("set-cookie"));
    let back = location(&answer);
    let answered = parameters(&back);
    assert_eq!((answered["error"].as_str(), &answered["state"]), ("access_denied", &attempt.state));
    assert_eq!(demo.finish(attempt, &back).await, Err(OAuthError::Denied));
}

#[tokio::test]
async fn a_name_and_an_address_are_needed() {
    let demo = Demo::spawn().await;
    let (start, _) = demo.start().await;
    let answer = demo.decide(&start, &[("name", " "), ("email", "nobody"), ("decision", "allow")], "").await;
    assert_eq!(answer.status(), 422);

    let mut fields: FormFields = start.query_pairs().into_owned().collect();
    for (name, value) in [("name", ""), ("email", "nobody"), ("decision", "allow")] {
        fields.push(name, value);
    }
    let Decision::Answered(Answer::Page(page)) = demo.demo.decide(&fields, None) else { panic!("no page") };
    assert_eq!(page.values.value("email"), "nobody");
    assert_eq!(page.errors.get("name"), Some(FieldError::Required));
    assert!(page.errors.get("email").is_some());
    assert!(demo.grants.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_page_suggests_a_person_and_says_what_is_asked() {
    let demo = Demo::spawn().await;
    let (start, _) = demo.start().await;
    let Answer::Page(page) = demo.demo.show(start.query().unwrap()) else { panic!("no page") };
    assert_eq!(page.scopes, ["openid", "profile", "email"]);
    assert!(page.values.value("email").ends_with("@example.com"));
    let Answer::Page(other) = demo.demo.show(start.query().unwrap()) else { panic!("no page") };
    assert_ne!(page.values.value("email"), other.values.value("email"));
}

#[tokio::test]
async fn under_https_the_cookie_belongs_to_the_host_alone() {
    let grants = Arc::new(Grants::default());
    let public: Url = "https://site.example".parse().unwrap();
    let demo = DemoProvider::new(grants, &public, "secret".to_owned()).unwrap();
    let config = demo.config("0.0.0.0:3000".parse().unwrap()).unwrap();
    let provider = Provider::new(config, HttpClient::new().unwrap());
    let redirect = provider.redirect_uri(&public).unwrap();
    assert_eq!(redirect.as_str(), "https://site.example/auth/demo/callback");
    let (start, attempt) =
        flow::start(&provider, &redirect, "/".to_owned(), Intent::LogIn, START).await.unwrap();
    assert!(start.as_str().starts_with("https://site.example/demo-provider/authorize?"), "{start}");
    assert_eq!(attempt.token_url, "http://127.0.0.1:3000/demo-provider/token");
    let mut fields: FormFields = start.query_pairs().into_owned().collect();
    for (name, value) in [("name", "Ann"), ("email", "ann@example.com"), ("decision", "allow")] {
        fields.push(name, value);
    }
    let Answer::Redirect { set_cookie, .. } = posted(&demo, &fields, None, START).await else {
        panic!("no redirect")
    };
    let cookie = set_cookie.unwrap();
    assert!(cookie.starts_with("__Host-demo_provider="), "{cookie}");
    assert!(cookie.contains("Path=/;") && cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn a_code_lives_a_minute() {
    let demo = Demo::spawn().await;
    for (seconds, accepted) in [(59, true), (60, false)] {
        let (start, attempt) = demo.start().await;
        let fields = [("name", "Ann"), ("email", "ann@example.com"), ("decision", "allow")];
        let back = location(&demo.decide(&start, &fields, "").await);
        demo.clock.advance(Duration::seconds(seconds));
        assert_eq!(demo.finish(attempt, &back).await.is_ok(), accepted, "{seconds}");
    }
}
