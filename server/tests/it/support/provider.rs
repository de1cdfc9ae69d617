//! A provider for every server that a test starts: one in this process, at an address of its own, which believes what a
//! browser says of its person. Servers have it under `/auth/elsewhere`, for OAuth 2.0; it knows OpenID Connect as well. Codes
//! work once, and only with the verifier of who asked for them.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::{AUTHORIZATION, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use url::Url;

use crate::oauth::key::Key;
use crate::support::browser::{Answer, Browser};

const CLIENT_ID: &str = "client";
const CLIENT_SECRET: &str = "what-the-client-proves-itself-with";

/// Runs as long as the process: tests have runtimes of their own, which end before it.
static PROVIDER: LazyLock<Provider> = LazyLock::new(Provider::start);

type Fields = BTreeMap<String, String>;

struct Provider {
    url: String,
    grants: Arc<Grants>,
}

static KEY: LazyLock<Key> = LazyLock::new(|| Key::new("key-1"));

#[derive(Default)]
struct Grants {
    last: AtomicUsize,
    /// What was asked for, and who allowed it.
    codes: Mutex<BTreeMap<String, (Fields, Value)>>,
    tokens: Mutex<BTreeMap<String, Value>>,
    /// By code, what was sent for it and what was answered.
    exchanged: Mutex<BTreeMap<String, [String; 3]>>,
}

impl Grants {
    fn next(&self, kind: &str) -> String {
        format!("{kind}-{}", self.last.fetch_add(1, Ordering::Relaxed))
    }
}

impl Provider {
    fn start() -> Self {
        let grants = Arc::<Grants>::default();
        let router = Router::new()
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(|| async { Json(json!({"keys": [KEY.public()]})) }))
            .with_state(Arc::clone(&grants));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        Self { url, grants }
    }
}

/// What tells a server of it.
pub(crate) fn variables() -> [(&'static str, String); 6] {
    let at = |path: &str| format!("{}{path}", PROVIDER.url);
    [
        ("OAUTH_ELSEWHERE_AUTH_URL", at("/authorize")),
        ("OAUTH_ELSEWHERE_TOKEN_URL", at("/token")),
        ("OAUTH_ELSEWHERE_USERINFO_URL", at("/userinfo")),
        ("OAUTH_ELSEWHERE_CLIENT_ID", CLIENT_ID.to_owned()),
        ("OAUTH_ELSEWHERE_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
        ("OAUTH_ELSEWHERE_LABEL", "Elsewhere".to_owned()),
    ]
}

/// The same once more, under `/auth/other`.
pub(crate) fn under_another_name() -> [(&'static str, String); 6] {
    let [auth, token, userinfo, id, secret, _] = variables().map(|(_, value)| value);
    [
        ("OAUTH_OTHER_AUTH_URL", auth),
        ("OAUTH_OTHER_TOKEN_URL", token),
        ("OAUTH_OTHER_USERINFO_URL", userinfo),
        ("OAUTH_OTHER_CLIENT_ID", id),
        ("OAUTH_OTHER_CLIENT_SECRET", secret),
        ("OAUTH_OTHER_LABEL", "Other".to_owned()),
    ]
}

/// With OpenID Connect, under `/auth/open`.
pub(crate) fn with_id_tokens() -> [(&'static str, String); 3] {
    [
        ("OAUTH_OPEN_ISSUER", PROVIDER.url.clone()),
        ("OAUTH_OPEN_CLIENT_ID", CLIENT_ID.to_owned()),
        ("OAUTH_OPEN_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
    ]
}

/// What nobody but a server and this provider knows: the secret of the client, and of the exchange of this code the verifier
/// and the tokens.
pub(crate) fn secrets_of(code: &str) -> Vec<String> {
    let exchanged = PROVIDER.grants.exchanged.lock().unwrap()[code].clone();
    [CLIENT_SECRET.to_owned(), basic()].into_iter().chain(exchanged).collect()
}

/// The secret as it is sent.
fn basic() -> String {
    STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"))
}

/// At the provider: the person of this browser allows the login, under this name and address. Returns the redirect back to the
/// application.
pub(crate) fn allow(browser: &Browser, authorize: &str, name: &str, email: &str) -> Answer {
    decide(browser, authorize, name, email, "allow")
}

pub(crate) fn decide(browser: &Browser, authorize: &str, name: &str, email: &str, decision: &str) -> Answer {
    if decision == "deny" {
        return answer(&asked(authorize), ("error", "access_denied"));
    }
    allow_as(browser.person(), authorize, name, email)
}

/// [`allow`], without a browser.
pub(crate) fn allow_as(person: &str, authorize: &str, name: &str, email: &str) -> Answer {
    let asked = asked(authorize);
    let code = PROVIDER.grants.next("code");
    let back = answer(&asked, ("code", &code));
    let person = json!({"sub": person, "name": name, "email": email, "email_verified": false});
    PROVIDER.grants.codes.lock().unwrap().insert(code, (asked, person));
    back
}

/// What the application asks for, which is what a provider insists on.
fn asked(authorize: &str) -> Fields {
    let url = Url::parse(authorize).unwrap_or_else(|error| panic!("{error}: {authorize}"));
    assert_eq!(url[..url::Position::AfterPath], format!("{}/authorize", PROVIDER.url));
    let asked: Fields = url.query_pairs().into_owned().collect();
    assert_eq!(asked["response_type"], "code", "{authorize}");
    assert_eq!(asked["client_id"], CLIENT_ID, "{authorize}");
    assert_eq!(asked["code_challenge_method"], "S256", "{authorize}");
    asked
}

fn answer(asked: &Fields, (name, value): (&str, &str)) -> Answer {
    let mut back = Url::parse(&asked["redirect_uri"]).unwrap();
    back.query_pairs_mut().append_pair(name, value).append_pair("state", &asked["state"]);
    let location = HeaderValue::from_str(back.as_str()).unwrap();
    Answer {
        status: StatusCode::SEE_OTHER,
        headers: HeaderMap::from_iter([(LOCATION, location)]),
        body: String::new(),
    }
}

async fn token(
    State(grants): State<Arc<Grants>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Json<Value>) {
    let fields: Fields = form_urlencoded::parse(&body).into_owned().collect();
    let basic = format!("Basic {}", basic());
    if headers.get(AUTHORIZATION).is_none_or(|sent| sent.as_bytes() != basic.as_bytes()) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_client"})));
    }
    let field = |name| fields.get(name).map_or("", String::as_str);
    let taken = grants.codes.lock().unwrap().remove(field("code"));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
    let granted = taken.filter(|(asked, _)| {
        field("grant_type") == "authorization_code"
            && field("redirect_uri") == asked["redirect_uri"]
            && challenge == asked["code_challenge"]
    });
    let Some((asked, person)) = granted else {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"})));
    };
    let token = grants.next("access-token");
    let id_token = KEY.sign(&claims(&asked, &person));
    let exchanged = [field("code_verifier"), token.as_str(), id_token.as_str()].map(str::to_owned);
    grants.exchanged.lock().unwrap().insert(field("code").to_owned(), exchanged);
    grants.tokens.lock().unwrap().insert(token.clone(), person);
    let mut answer = json!({"access_token": token, "token_type": "Bearer"});
    if asked.contains_key("nonce") {
        answer["id_token"] = id_token.into();
    }
    (StatusCode::OK, Json(answer))
}

/// What an ID token says, by the time of the day.
fn claims(asked: &Fields, person: &Value) -> Value {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let mut claims = person.clone();
    for (name, value) in [
        ("iss", json!(PROVIDER.url)),
        ("aud", json!(CLIENT_ID)),
        ("iat", json!(now)),
        ("exp", json!(now + 300)),
        ("nonce", json!(asked.get("nonce"))),
    ] {
        claims[name] = value;
    }
    claims
}

async fn metadata() -> Json<Value> {
    let at = |path: &str| format!("{}{path}", PROVIDER.url);
    Json(json!({
        "issuer": PROVIDER.url,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/keys"),
    }))
}

async fn userinfo(State(grants): State<Arc<Grants>>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    let sent = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let person = sent.and_then(|sent| sent.strip_prefix("Bearer ")).and_then(|token| {
        let tokens = grants.tokens.lock().unwrap();
        tokens.get(token).cloned()
    });
    match person {
        Some(person) => (StatusCode::OK, Json(person)),
        None => (StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_token"}))),
    }
}
