//! All routes and the layers around them, outermost first.
//!
//! The layers come in two lots and not one by one: each `Router::layer` puts every route into another box, and each
//! layer clones all boxes below it for each request.

use std::sync::Arc;

use ::sessions::SessionLayer;
use ::sessions::layer::SaveFailed;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::SET_COOKIE;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate as _};

use crate::error::AppError;
use crate::middleware::attempts::end_attempts;
use crate::middleware::clicks::only_clicks;
use crate::middleware::device::device_cookie;
use crate::middleware::headers::security_headers;
use crate::middleware::loopback::one_loopback_name;
use crate::middleware::measure::measure;
use crate::middleware::method::known_methods;
use crate::middleware::origin::cross_origin_guard;
use crate::middleware::own_site::own_site_first;
use crate::middleware::reflection::{mark_reflections, may_be_compressed};
use crate::middleware::trace::trace;
use crate::respond::render_errors;
use crate::routes::oauth::form_post;
use crate::routes::{self, csp_reports, events, files, health, live_reload};
use crate::state::App;
use crate::trailing_slash;
use crate::visitor::visitor_layer;

/// Paths whose requests do not count as activity and do not prolong a session (server/CONTRACT.md,
/// "Activity").
const PASSIVE_PATHS: &[&str] = &[events::PATH];

/// The whole application.
pub(crate) fn router(app: &App) -> Router {
    let table = routes::table();
    let pages = table.pages();
    let with_session = table
        .into_router()
        .fallback(move |request: Request| async move { trailing_slash::redirect(&pages, &request) })
        .layer(
            ServiceBuilder::new()
                .layer(from_fn(only_clicks))
                .layer(from_fn_with_state(app.clone(), device_cookie))
                .layer(map_response(unsaved))
                .layer(from_fn_with_state(app.clone(), end_attempts))
                .layer(SessionLayer::new(Arc::clone(&app.sessions), PASSIVE_PATHS))
                .layer(from_fn_with_state(app.clone(), visitor_layer))
                .layer(from_fn_with_state(app.clone(), one_loopback_name))
                .layer(from_fn_with_state(app.clone(), own_site_first))
                .layer(map_response(method_not_allowed)),
        );

    let without_session = Router::new()
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .merge(form_post::router())
        .merge(files::router(&app.site, app.hashed_assets))
        .merge(live_reload::router(app))
        .merge(csp_reports::router(app));
    let without_session = without_session.merge(routes::demo_provider::back_channel_of(app)); // slim: demo-provider

    with_session
        .merge(without_session.layer(map_response(method_not_allowed)))
        .layer(
            ServiceBuilder::new()
                .option_layer(app.config.admin_addr.map(|_| from_fn(measure)))
                .layer(from_fn_with_state(app.clone(), trace))
                .layer(from_fn_with_state(app.clone(), security_headers))
                .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(may_be_compressed)))
                .layer(from_fn(mark_reflections))
                .layer(from_fn_with_state(app.clone(), render_errors))
                .layer(CatchPanicLayer::custom(panicked))
                .layer(from_fn(known_methods))
                .layer(from_fn_with_state(app.clone(), cross_origin_guard)),
        )
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
async fn unsaved(response: Response) -> Response {
    let error = match response.extensions().get::<SaveFailed>() {
        None => return response,
        Some(SaveFailed::Gone) => AppError::Unauthenticated { return_to: None, reason: None },
        Some(SaveFailed::Store) => AppError::StoreUnavailable,
        Some(SaveFailed::Internal) => AppError::internal("what a handler keeps in its session was not saved"),
    };
    let mut answer = error.into_response();
    let cookies = response.headers().get_all(SET_COOKIE).iter().cloned();
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
