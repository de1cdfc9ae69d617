//! A provider in this process. It gives scripted responses and records its requests.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration as StdDuration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use domain::millis::to_millis;
use http::{HeaderMap, StatusCode, header};
use oauth::attempt::{Intent, OAuthAttempt};
use oauth::callback::Callback;
use oauth::config::{ClientAuth, Endpoints, ProviderConfig, ProviderKind, UserinfoFields};
use oauth::http::{HttpClient, Limits};
use oauth::registry::Provider;
use oauth::{ExternalPerson, OAuthError, flow};
use serde_json::{Value, json};
use sessions::clock::Clock;
use time::OffsetDateTime;
use time::macros::datetime;
use tokio::sync::Semaphore;
use url::Url;

use crate::oauth::key::Key;

pub(crate) const START: OffsetDateTime = datetime!(2026-01-05 12:00 UTC);
pub(crate) const CLIENT_ID: &str = "client-1";
pub(crate) const CLIENT_SECRET: &str = "s3cret: with/blanks";
pub(crate) const CODE: &str = "code-1";
pub(crate) const ACCESS_TOKEN: &str = "access-1";

/// A scripted response.
#[derive(Clone)]
pub(crate) enum Reply {
    Json(StatusCode, Value),
    /// As this content type.
    Text(StatusCode, &'static str, String),
    RedirectTo(String),
    /// This many bytes of an unterminated JSON text.
    Bytes(usize),
    Hang,
}

/// A request received.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) headers: HeaderMap,
    pub(crate) form: BTreeMap<String, String>,
}

pub(crate) struct Script {
    pub(crate) metadata: Value,
    pub(crate) keys: Value,
    pub(crate) token: Reply,
    pub(crate) userinfo: Reply,
    pub(crate) emails: Reply,
    pub(crate) token_requests: Vec<Seen>,
    pub(crate) userinfo_requests: Vec<Seen>,
    pub(crate) key_requests: usize,
    pub(crate) metadata_requests: usize,
    /// Metadata is sent only when the test lets it.
    pub(crate) held_metadata: Option<Arc<Semaphore>>,
    pub(crate) canary_hits: usize,
}

pub(crate) struct Fake {
    pub(crate) address: SocketAddr,
    script: Arc<Mutex<Script>>,
    pub(crate) clock: Clock,
}

impl Fake {
    pub(crate) async fn spawn() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let base = format!("http://{address}");
        let script = Arc::new(Mutex::new(Script {
            metadata: json!({
                "issuer": base,
                "authorization_endpoint": format!("{base}/authorize"),
                "token_endpoint": format!("{base}/token"),
                "userinfo_endpoint": format!("{base}/userinfo"),
                "jwks_uri": format!("{base}/keys"),
            }),
            keys: json!({"keys": []}),
            token: Reply::Json(StatusCode::OK, json!({"access_token": ACCESS_TOKEN, "token_type": "Bearer"})),
            userinfo: Reply::Json(StatusCode::OK, json!({"sub": "subject-1"})),
            emails: Reply::Json(StatusCode::OK, json!([])),
            token_requests: vec![],
            userinfo_requests: vec![],
            key_requests: 0,
            metadata_requests: 0,
            held_metadata: None,
            canary_hits: 0,
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .route("/userinfo/emails", get(emails))
            .route("/canary", get(canary).post(canary))
            // Issuers with a path.
            .route("/{*path}", get(metadata))
            .with_state(Arc::clone(&script));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, script, clock: Clock::manual(START) }
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    fn endpoints(&self) -> Endpoints {
        let url = |path: &str| self.url(path).parse().unwrap();
        Endpoints {
            auth_url: url("/authorize?tenant=1"),
            token_url: url("/token"),
            userinfo_url: url("/userinfo"),
        }
    }

    pub(crate) fn provider(&self, kind: ProviderKind) -> Provider {
        let config = ProviderConfig {
            name: "acme".to_owned(),
            label: "Acme".to_owned(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            scopes: vec!["openid".to_owned(), "email".to_owned(), "profile".to_owned()],
            client_auth: ClientAuth::Basic,
            kind,
        };
        self.with(config)
    }

    pub(crate) fn with(&self, config: ProviderConfig) -> Provider {
        let limits = Limits { time: StdDuration::from_millis(700), ..Limits::default() };
        Provider::new(config, HttpClient::with_limits(limits).unwrap())
    }

    pub(crate) fn openid(&self) -> Provider {
        self.provider(ProviderKind::OpenId { issuer: self.url("") })
    }

    pub(crate) fn plain(&self) -> Provider {
        self.plain_with(UserinfoFields::default(), None)
    }

    pub(crate) fn plain_with(&self, fields: UserinfoFields, issuer: Option<String>) -> Provider {
        self.provider(ProviderKind::Plain { endpoints: self.endpoints(), fields, issuer })
    }

    pub(crate) fn github(&self) -> Provider {
        self.provider(ProviderKind::GitHub { endpoints: self.endpoints() })
    }

    pub(crate) async fn start(&self, provider: &Provider) -> (Url, OAuthAttempt) {
        self.start_as(provider, Intent::LogIn).await
    }

    pub(crate) async fn start_as(&self, provider: &Provider, intent: Intent) -> (Url, OAuthAttempt) {
        flow::start(provider, &redirect_uri(), "/history".to_owned(), intent, self.now()).await.unwrap()
    }

    /// The browser comes back with a code, and optionally more.
    pub(crate) async fn come_back(
        &self,
        provider: &Provider,
        attempt: OAuthAttempt,
        more: &str,
    ) -> Result<ExternalPerson, OAuthError> {
        let callback = Callback::parse(&format!("code={CODE}&state={}{more}", attempt.state)).unwrap();
        flow::finish(provider, &redirect_uri(), attempt, callback, self.now()).await
    }

    /// Publishes these keys and no others.
    pub(crate) fn publish(&self, keys: &[&Key]) {
        let keys: Vec<_> = keys.iter().map(|key| key.public()).collect();
        self.script().keys = json!({ "keys": keys });
    }

    /// The claims of a valid token for this attempt.
    pub(crate) fn claims(&self, attempt: &OAuthAttempt) -> Value {
        let now = to_millis(self.now()) / 1_000;
        json!({
            "iss": self.url(""),
            "aud": CLIENT_ID,
            "sub": "subject-1",
            "iat": now,
            "exp": now + 300,
            "nonce": attempt.nonce,
            "email": "ann@example.com",
            "email_verified": true,
            "name": "Ann",
        })
    }

    pub(crate) fn answer_with_id_token(&self, id_token: &str) {
        let answer = json!({"access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": id_token});
        self.script().token = Reply::Json(StatusCode::OK, answer);
    }
}

pub(crate) fn redirect_uri() -> Url {
    "https://site.example/auth/acme/callback".parse().unwrap()
}

pub(crate) fn parameters(url: &Url) -> BTreeMap<String, String> {
    url.query_pairs().into_owned().collect()
}

pub(crate) fn assert_failed(outcome: Result<ExternalPerson, OAuthError>, reason: &str) {
    match outcome {
        Err(error @ (OAuthError::Failed(_) | OAuthError::Mismatch { .. })) => {
            assert!(error.to_string().contains(reason), "{error}");
        }
        other => panic!("expected a failure about {reason}, got {other:?}"),
    }
}

type Shared = State<Arc<Mutex<Script>>>;

async fn metadata(State(script): Shared) -> Response {
    let (metadata, held) = {
        let mut script = script.lock().unwrap();
        script.metadata_requests += 1;
        (script.metadata.clone(), script.held_metadata.clone())
    };
    if let Some(held) = held {
        held.acquire().await.unwrap().forget();
    }
    reply(Reply::Json(StatusCode::OK, metadata)).await
}

async fn keys(State(script): Shared) -> Response {
    let keys = {
        let mut script = script.lock().unwrap();
        script.key_requests += 1;
        script.keys.clone()
    };
    reply(Reply::Json(StatusCode::OK, keys)).await
}

async fn token(State(script): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let form = form_urlencoded::parse(&body).into_owned().collect();
    let answer = {
        let mut script = script.lock().unwrap();
        script.token_requests.push(Seen { headers, form });
        script.token.clone()
    };
    reply(answer).await
}

async fn userinfo(State(script): Shared, headers: HeaderMap) -> Response {
    let answer = {
        let mut script = script.lock().unwrap();
        script.userinfo_requests.push(Seen { headers, form: BTreeMap::new() });
        script.userinfo.clone()
    };
    reply(answer).await
}

async fn emails(State(script): Shared) -> Response {
    let answer = script.lock().unwrap().emails.clone();
    reply(answer).await
}

async fn canary(State(script): Shared) -> StatusCode {
    script.lock().unwrap().canary_hits += 1;
    StatusCode::OK
}

async fn reply(reply: Reply) -> Response {
    let content_type = match &reply {
        Reply::Text(_, content_type, _) => *content_type,
        Reply::Json(..) | Reply::RedirectTo(_) | Reply::Bytes(_) | Reply::Hang => "application/json",
    };
    let response = Response::builder().header(header::CONTENT_TYPE, content_type);
    match reply {
        Reply::Text(status, _, body) => response.status(status).body(Body::from(body)),
        Reply::Json(status, value) => response.status(status).body(Body::from(value.to_string())),
        Reply::RedirectTo(to) => {
            response.status(StatusCode::TEMPORARY_REDIRECT).header(header::LOCATION, to).body(Body::empty())
        }
        Reply::Bytes(count) => response.body(Body::from(vec![b' '; count])),
        Reply::Hang => std::future::pending().await,
    }
    .unwrap()
}
