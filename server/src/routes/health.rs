//! For load balancers.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;

use crate::state::App;

/// `GET /healthz`: the process is serving.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: every store responds. Otherwise the body lists the stores that do not, one per line; the
/// cause is logged once.
pub(crate) async fn ready(State(app): State<App>) -> Response {
    let (sessions, database) = tokio::join!(app.sessions.rows.ping(), app.db.ping());
    let away: String = [(sessions.is_err(), "session store"), (database.is_err(), "database")]
        .into_iter()
        .filter(|(away, _)| *away)
        .map(|(_, store)| format!("the {store} does not answer\n"))
        .collect();
    if away.is_empty() {
        return "ready\n".into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], away).into_response()
}
