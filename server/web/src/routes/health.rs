//! For load balancers.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;

use crate::readiness::NotReady;
use crate::state::App;

/// `GET /healthz`: the process is serving.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: every store responds and can be written. Otherwise the body lists the stores that do not, one per
/// line, and says whether waiting helps; the cause is logged once.
pub(crate) async fn ready(State(app): State<App>) -> Response {
    let not_ready = app.readiness.check(&app).await;
    if not_ready.is_empty() {
        return "ready\n".into_response();
    }
    let text: String =
        not_ready.iter().map(|NotReady { store, fault }| format!("the {store} {fault}\n")).collect();
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], text).into_response()
}
