//! `/rpc/…`: the functions that islands call (`api`).
//!
//! A call passes every layer that a form passes. Here its token is checked, by the rules of [`crate::form`], before any of
//! its arguments is read; what a function refuses becomes the same JSON that other programs get, and is never a redirect.

mod functions;

use std::sync::{Arc, OnceLock};

use api::{Api, ApiError, TOKEN};
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use domain::account::UserId;
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, REFERER};
use leptos::prelude::provide_context;
use leptos::server_fn::axum::get_server_fn_service;
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use leptos_axum::handle_server_fns_with_context;
use sessions::typed::SessionStatus;

use crate::context::Context;
use crate::error::AppError;
use crate::form::read_body;
use crate::route_table::RouteTable;

/// What all paths of functions begin with. No form leads there, and every answer is JSON.
pub(crate) const PREFIX: &str = "/rpc/";

/// More than any function needs.
const MAX_BYTES: usize = 64 * 1024;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.call("/rpc/{function}", call)
}

async fn call(context: Context, request: Request) -> Result<Response, AppError> {
    if get_server_fn_service(request.uri().path(), request.method().clone()).is_none() {
        return Err(AppError::NotFound);
    }
    check_token(&context, request.headers())?;
    if !is_json(request.headers()) {
        return Err(AppError::UnsupportedMediaType);
    }
    let (mut parts, body) = request.into_parts();
    let body = read_body(body, MAX_BYTES).await?;
    // Leptos answers a client that takes HTML with a redirect to where it came from.
    parts.headers.remove(ACCEPT);
    parts.headers.remove(REFERER);
    let calls = Arc::new(Calls { context, refused: OnceLock::new() });
    let api: Arc<dyn Api> = Arc::clone(&calls) as _;
    let provide = move || provide_context(Arc::clone(&api));
    let request = Request::from_parts(parts, Body::from(body));
    let response = handle_server_fns_with_context(provide, request).await.into_response();
    match calls.refused.get() {
        Some(error) => Err(error.clone()),
        // The function was not called: its arguments are not what it takes.
        None if response.headers().contains_key(SERVER_FN_ERROR_HEADER) => Err(AppError::BadRequest),
        None => Ok(response),
    }
}

/// The rules of [`crate::form::PostForm`], with the token in a header.
fn check_token(context: &Context, headers: &HeaderMap) -> Result<(), AppError> {
    match context.session.status() {
        SessionStatus::Unavailable => Err(AppError::StoreUnavailable),
        SessionStatus::TimedOut
        | SessionStatus::Replaced
        | SessionStatus::Missing { signed_in: true, .. } => Err(context.unauthenticated()),
        SessionStatus::Live => {
            let mut sent = headers.get_all(TOKEN).iter();
            match (sent.next().and_then(|token| token.to_str().ok()), sent.next()) {
                (Some(token), None) if context.session.check_csrf(token) => Ok(()),
                _ => {
                    tracing::warn!(
                        event = "malicious_csrf",
                        "a call without this session's token was refused"
                    );
                    Err(AppError::StaleForm)
                }
            }
        }
        SessionStatus::None
        | SessionStatus::Forged
        | SessionStatus::Corrupt
        | SessionStatus::Missing { signed_in: false, .. } => Ok(()),
    }
}

/// A page of another site can send JSON as text without asking first; Leptos would read it.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|text| text.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The functions for one request.
struct Calls {
    context: Context,
    /// Why the function failed: an error's status and headers do not pass through Leptos.
    refused: OnceLock<AppError>,
}

impl Calls {
    fn answer<T>(&self, result: Result<T, AppError>) -> Result<T, ApiError> {
        result.map_err(|error| {
            let told = ApiError { error: error.code(), retry_after: error.retry_after() };
            // A request is one call, so it is empty.
            let _ = self.refused.set(error);
            told
        })
    }

    /// The account to which the call belongs: the page may be older than the login.
    fn signed_in_owner(&self, owner: Option<&UserId>) -> Result<Option<&UserId>, AppError> {
        self.context.need_store()?;
        match (owner, self.context.user_id()) {
            (None, signed_in) => Ok(signed_in),
            (Some(owner), Some(signed_in)) if owner == signed_in => Ok(Some(signed_in)),
            (Some(_), Some(_)) => Err(AppError::StaleForm),
            (Some(_), None) => Err(self.context.unauthenticated()),
        }
    }
}
