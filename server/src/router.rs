//! All routes and the layers around them, outermost last.

use std::sync::Arc;

use ::sessions::SessionLayer;
use ::sessions::layer::SaveFailed;
use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::error::AppError;
use crate::middleware::headers::security_headers;
use crate::middleware::loopback::one_loopback_name;
use crate::middleware::origin::cross_origin_guard;
use crate::middleware::trace::trace;
use crate::respond::render_errors;
use crate::route_table::RouteTable;
use crate::routes::{
    account, confirm, demo_provider, files, health, home, identities, login, oauth, preferences, register,
    session_info, sessions, workout,
};
use crate::state::App;
use crate::visitor::visitor_layer;

/// Paths whose requests do not count as activity and do not prolong a session (server/CONTRACT.md,
/// "Activity").
const PASSIVE_PATHS: &[&str] = &["/session/events"];

/// The features with pages and forms, each with its routes in its own module.
#[must_use]
pub fn route_table() -> RouteTable {
    RouteTable::default()
        .with(home::routes)
        .with(login::routes)
        .with(register::routes)
        .with(sessions::routes)
        .with(session_info::routes)
        .with(preferences::routes)
        .with(workout::routes)
        .with(account::routes)
        .with(confirm::routes)
        .with(identities::routes)
        .with(oauth::routes)
}

/// The whole application.
pub fn router(app: &App) -> Router {
    let with_session = route_table()
        .into_router()
        .fallback(|| async { AppError::NotFound })
        .layer(map_response(method_not_allowed))
        .layer(from_fn_with_state(app.clone(), one_loopback_name))
        .layer(from_fn_with_state(app.clone(), visitor_layer))
        .layer(SessionLayer::new(Arc::clone(&app.sessions), PASSIVE_PATHS))
        .layer(map_response(unsaved));

    let without_session = Router::new()
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .merge(files::router(&app.config.site_root, app.hashed_assets));
    let demo = demo_provider::router(app);

    with_session
        .merge(without_session.layer(map_response(method_not_allowed)))
        .merge(demo.layer(map_response(method_not_allowed)))
        .layer(from_fn_with_state(app.clone(), cross_origin_guard))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), render_errors))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), security_headers))
        .layer(from_fn_with_state(app.clone(), trace))
        .with_state(app.clone())
}

/// Axum answers 405 by itself, with the `Allow` header; we add the page.
async fn method_not_allowed(response: Response) -> Response {
    if response.status() != StatusCode::METHOD_NOT_ALLOWED {
        return response;
    }
    let allow = response.headers().get(http::header::ALLOW).cloned();
    let mut error = AppError::MethodNotAllowed.into_response();
    if let Some(allow) = allow {
        error.headers_mut().insert(http::header::ALLOW, allow);
    }
    error
}

/// A handler's data in a `tower_sessions::Session` could not be saved, so its response must not be sent.
async fn unsaved(response: Response) -> Response {
    match response.extensions().get::<SaveFailed>() {
        None => response,
        Some(SaveFailed::Gone) => AppError::Unauthenticated { return_to: None, reason: None }.into_response(),
        Some(SaveFailed::Store) => AppError::StoreUnavailable.into_response(),
    }
}

/// A bug. The process keeps running, and the visitor gets a reference id.
fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let cause = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words")
        .to_owned();
    AppError::internal(format!("panic: {cause}")).into_response()
}
