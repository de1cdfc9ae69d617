//! An OAuth 2.0 provider that answers a token request only when the test lets it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::{Notify, Semaphore};

use crate::support::helpers::Setup;

/// The path name under which [`SlowProvider::configure`] puts it.
pub(crate) const START: &str = "/auth/acme";

/// Longer than any request takes, even on a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

pub(crate) struct SlowProvider {
    url: String,
    shared: Arc<Shared>,
}

struct Shared {
    asked: Notify,
    answers: Semaphore,
    refuses: AtomicBool,
    token_requests: AtomicUsize,
}

impl SlowProvider {
    pub(crate) async fn spawn() -> Self {
        let shared = Arc::new(Shared {
            asked: Notify::new(),
            answers: Semaphore::new(0),
            refuses: AtomicBool::new(false),
            token_requests: AtomicUsize::new(0),
        });
        let router = Router::new()
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(Arc::clone(&shared));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shared }
    }

    pub(crate) fn configure(&self, setup: Setup) -> Setup {
        setup
            .var("OAUTH_ACME_AUTH_URL", &format!("{}/authorize", self.url))
            .var("OAUTH_ACME_TOKEN_URL", &format!("{}/token", self.url))
            .var("OAUTH_ACME_USERINFO_URL", &format!("{}/userinfo", self.url))
            .var("OAUTH_ACME_CLIENT_ID", "client")
            .var("OAUTH_ACME_CLIENT_SECRET", "secret")
    }

    /// Waits until a token request has come.
    pub(crate) async fn asked(&self) {
        assert!(tokio::time::timeout(LIMIT, self.shared.asked.notified()).await.is_ok(), "no token request");
    }

    /// Lets one token request be answered.
    pub(crate) fn answer(&self) {
        self.shared.answers.add_permits(1);
    }

    /// From now on every code is refused.
    pub(crate) fn refuse(&self) {
        self.shared.refuses.store(true, Ordering::SeqCst);
    }

    pub(crate) fn token_requests(&self) -> usize {
        self.shared.token_requests.load(Ordering::SeqCst)
    }
}

async fn token(State(shared): State<Arc<Shared>>) -> (StatusCode, Json<Value>) {
    shared.token_requests.fetch_add(1, Ordering::SeqCst);
    shared.asked.notify_one();
    shared.answers.acquire().await.unwrap().forget();
    if shared.refuses.load(Ordering::SeqCst) {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"})));
    }
    (StatusCode::OK, Json(json!({"access_token": "access", "token_type": "Bearer"})))
}

async fn userinfo() -> Json<Value> {
    Json(json!({"sub": "kim", "email": "kim@example.com", "email_verified": true, "name": "Kim"}))
}
