//! Every route, by audience, and the layers around them, outermost last.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::middleware::headers::security_headers;
use crate::middleware::loopback::one_loopback_name;
use crate::middleware::origin::cross_origin_guard;
use crate::middleware::trace::trace;
use crate::refusal::Refusal;
use crate::respond::explain;
use crate::routes::{
    account, auth, demo_provider, files, health, identities, json, oauth, pages, preferences, sessions,
    workouts,
};
use crate::state::App;
use crate::visitor::visitor_layer;
use ::sessions::SessionLayer;
use ::sessions::layer::SaveFailed;

/// Paths whose requests are no activity: they do not prolong a session (CONTRACT.md, "Activity").
const PASSIVE_PATHS: &[&str] = &["/session/events"];

/// The whole application.
pub fn router(app: &App) -> Router {
    let with_session = Router::new()
        // pages
        .route("/", get(pages::home))
        .route("/login", get(auth::show_login))
        .route("/register", get(auth::show_register))
        .route("/preferences", get(pages::preferences))
        .route("/workout", get(pages::workout))
        .route("/history", get(pages::history))
        .route("/session", get(pages::session))
        .route("/account", get(pages::account))
        .route("/account/confirm", get(account::show_confirm))
        .route("/account/link/{provider}", get(identities::show_link))
        // forms
        .route("/api/auth/register", post(auth::register))
        .route("/api/auth/login", post(auth::log_in))
        .route("/api/auth/logout", post(auth::log_out))
        .route("/api/auth/logout-everywhere", post(auth::log_out_everywhere))
        .route("/api/sessions/end", post(sessions::end))
        .route("/api/sessions/end-others", post(sessions::end_others))
        .route("/api/preferences", post(preferences::save))
        .route("/api/workouts", post(workouts::finish))
        .route("/api/account/profile", post(account::save_profile))
        .route("/api/account/password", post(account::change_password))
        .route("/api/account/confirm", post(account::confirm))
        .route("/api/account/export", post(account::export))
        .route("/api/account/delete", post(account::delete))
        .route("/api/identities/link", post(identities::link))
        .route("/api/identities/unlink", post(identities::unlink))
        // programs
        .route("/session-info", get(json::session_info))
        .route("/sessions", get(json::sessions))
        // other people's identity providers
        // Starting writes, so asking for its head alone must not start anything.
        .route("/auth/{provider}", get(oauth::start).head(|| async { Refusal::MethodNotAllowed }))
        .route("/auth/{provider}/callback", get(oauth::callback))
        .fallback(|| async { Refusal::NotFound })
        .layer(map_response(method_not_allowed))
        .layer(from_fn_with_state(app.clone(), one_loopback_name))
        .layer(from_fn_with_state(app.clone(), visitor_layer))
        .layer(SessionLayer::new(Arc::clone(&app.sessions), PASSIVE_PATHS))
        .layer(map_response(unsaved));

    let without_session = Router::new()
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .merge(files::router(&app.config.site_root, app.hashed_assets()));
    let demo = demo_provider::router(app);

    with_session
        .merge(without_session.layer(map_response(method_not_allowed)))
        .merge(demo.layer(map_response(method_not_allowed)))
        .layer(from_fn_with_state(app.clone(), cross_origin_guard))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), explain))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), security_headers))
        .layer(from_fn_with_state(app.clone(), trace))
        .with_state(app.clone())
}

/// Axum answers 405 by itself, with the `Allow` header; the page comes from us.
async fn method_not_allowed(response: Response) -> Response {
    if response.status() != StatusCode::METHOD_NOT_ALLOWED {
        return response;
    }
    let allow = response.headers().get(http::header::ALLOW).cloned();
    let mut refusal = Refusal::MethodNotAllowed.into_response();
    if let Some(allow) = allow {
        refusal.headers_mut().insert(http::header::ALLOW, allow);
    }
    refusal
}

/// What a handler kept in a `tower_sessions::Session` could not be saved: its answer must not be sent.
async fn unsaved(response: Response) -> Response {
    match response.extensions().get::<SaveFailed>() {
        None => response,
        Some(SaveFailed::Gone) => Refusal::Unauthenticated { return_to: None, mark: None }.into_response(),
        Some(SaveFailed::Store) => Refusal::StoreAway.into_response(),
    }
}

/// A bug. The process goes on, the visitor gets a reference id.
fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let cause = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words")
        .to_owned();
    Refusal::internal(format!("panic: {cause}")).into_response()
}
