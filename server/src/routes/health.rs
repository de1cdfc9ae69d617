//! For load balancers.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use crate::state::App;

/// `GET /healthz`: the process serves.
pub async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: every store answers.
pub async fn ready(State(app): State<App>) -> Response {
    let sessions = app.sessions.rows.ping().await;
    let database = app.db.ping().await;
    if let Err(error) = &sessions {
        tracing::error!(%error, "the session store does not answer");
    }
    if let Err(error) = &database {
        tracing::error!(%error, "the database does not answer");
    }
    if sessions.is_ok() && database.is_ok() {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "a store does not answer\n").into_response()
    }
}
