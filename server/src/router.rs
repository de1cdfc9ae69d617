//! All routes and the layers around them, outermost last.

use std::sync::Arc;

use ::sessions::SessionLayer;
use ::sessions::layer::SaveFailed;
use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::SET_COOKIE;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::error::AppError;
use crate::middleware::headers::security_headers;
use crate::middleware::loopback::one_loopback_name;
use crate::middleware::origin::cross_origin_guard;
use crate::middleware::trace::trace;
use crate::respond::render_errors;
use crate::routes::{self, demo_provider, files, health};
use crate::state::App;
use crate::visitor::visitor_layer;

/// Paths whose requests do not count as activity and do not prolong a session (server/CONTRACT.md,
/// "Activity").
const PASSIVE_PATHS: &[&str] = &["/session/events"];

/// The whole application.
pub fn router(app: &App) -> Router {
    let with_session = routes::table()
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

/// What a handler kept in a `tower_sessions::Session` could not be saved: its answer must not be sent.
/// What became of the cookie by other means is still told.
async fn unsaved(mut response: Response) -> Response {
    let error = match response.extensions().get::<SaveFailed>() {
        None => return response,
        Some(SaveFailed::Gone) => AppError::Unauthenticated { return_to: None, reason: None },
        Some(SaveFailed::Store) => AppError::StoreUnavailable,
    };
    let cookies = response.headers_mut().remove(SET_COOKIE);
    let mut answer = error.into_response();
    answer.headers_mut().extend(cookies.map(|cookie| (SET_COOKIE, cookie)));
    answer
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
