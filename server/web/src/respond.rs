//! Responses for the two kinds of client: a form post (its `Accept` contains `text/html`) gets redirects and
//! pages; anything else gets JSON.

use api::Code;
use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::form::FieldErrors;
use http::header::{ACCEPT, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use model::{Page, SignedOut};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use sessions::TypedSession;
use std::collections::BTreeMap;

use crate::error::AppError;
use crate::middleware::headers::Nonce;
use crate::render::{self, PageContext};
use crate::routes::rpc;
use crate::state::App;
use crate::visitor::Visitor;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientKind {
    /// A navigating browser.
    Form,
    /// A program.
    Json,
}

impl ClientKind {
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let html = headers
            .get_all(ACCEPT)
            .iter()
            .any(|value| value.to_str().is_ok_and(|text| text.to_ascii_lowercase().contains("text/html")));
        if html { Self::Form } else { Self::Json }
    }

    /// Islands get JSON, whatever they accept.
    fn of_request(request: &Request) -> Self {
        if request.uri().path().starts_with(rpc::PREFIX) { Self::Json } else { Self::of(request.headers()) }
    }
}

/// 303 with an empty body.
#[must_use]
pub(crate) fn see_other(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => AppError::internal("a redirect to a place no header can hold").into_response(),
    }
}

#[derive(Serialize)]
struct Done<'a> {
    location: &'a str,
}

/// The response to a successful POST.
#[must_use]
pub(crate) fn done(client: ClientKind, location: &str) -> Response {
    match client {
        ClientKind::Form => see_other(location),
        ClientKind::Json => Json(Done { location }).into_response(),
    }
}

/// Escapes query values but leaves slashes alone, so that paths stay readable.
const QUERY_VALUE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `/login?return_to=…`, with the reason for the redirect.
#[must_use]
pub(crate) fn login_location(return_to: Option<&str>, reason: Option<SignedOut>) -> String {
    let mut query = Vec::new();
    if let Some(path) = return_to {
        query.push(format!("return_to={}", utf8_percent_encode(path, QUERY_VALUE)));
    }
    if let Some((name, value)) = reason.map(SignedOut::query) {
        query.push(format!("{name}={value}"));
    }
    if query.is_empty() { "/login".to_owned() } else { format!("/login?{}", query.join("&")) }
}

/// Turns every [`AppError`] into a response its client understands. Outermost of the layers that can fail.
pub(crate) async fn render_errors(State(app): State<App>, request: Request, next: Next) -> Response {
    let client = ClientKind::of_request(&request);
    let own_path = request.uri().path_and_query().map(|path| path.as_str().to_owned());
    let nonce = request.extensions().get::<Nonce>().cloned().unwrap_or_default();
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<AppError>() else { return response };
    log_refusal(&error);
    let visitor = response.extensions_mut().remove::<Visitor>();
    let session = response.extensions_mut().remove::<TypedSession>();

    let mut answer = match (&error, client) {
        (AppError::LoginFirst { reason }, _) => see_other(&login_location(own_path.as_deref(), *reason)),
        (AppError::Unauthenticated { return_to, reason }, ClientKind::Form) => {
            see_other(&login_location(*return_to, *reason))
        }
        (_, ClientKind::Json) => json_error(&error),
        (_, ClientKind::Form) => {
            let context = PageContext::new(&app, visitor.as_ref(), session.as_ref(), nonce);
            render::page(context, error.status(), Page::Problem(error.problem())).await
        }
    };
    add_retry_after(&mut answer, &error);
    // Keep what inner layers have decided, cookies above all.
    for (name, value) in response.headers() {
        if *name == http::header::SET_COOKIE || *name == http::header::ALLOW {
            answer.headers_mut().append(name, value.clone());
        }
    }
    answer
}

/// Notes who asked for what they may not have, and sent what no page of ours sends (ASVS 5.0 §16.3.2, §16.3.3). The cross-origin
/// guard, the check of tokens and the limits write their own lines.
fn log_refusal(error: &AppError) {
    let status = error.status().as_u16();
    match error {
        AppError::Unauthenticated { .. } | AppError::LoginFirst { .. } | AppError::FreshLoginRequired => {
            tracing::info!(event = "authz_fail", status, "a request was refused");
        }
        AppError::BadRequest | AppError::TooLarge | AppError::UnsupportedMediaType => {
            tracing::info!(event = "input_validation_fail", status, "a request was refused");
        }
        _ => {}
    }
}

/// The JSON body of an error. Programs rely on its shape.
#[derive(Serialize)]
struct ErrorBody {
    error: Code,
    /// Error codes by field name.
    fields: BTreeMap<&'static str, &'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<u64>,
    /// `Retry-After` again: islands see no headers.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
}

/// An error as JSON with its `Retry-After`, regardless of what the client accepts.
#[must_use]
pub(crate) fn json_error(error: &AppError) -> Response {
    let (fields, reference) = match error {
        AppError::Invalid(errors) => (codes(errors), None),
        AppError::Internal { reference } => (BTreeMap::new(), Some(*reference)),
        AppError::Unauthenticated { .. }
        | AppError::LoginFirst { .. }
        | AppError::CrossOrigin
        | AppError::StaleForm
        | AppError::FreshLoginRequired
        | AppError::BadRequest
        | AppError::NotFound
        | AppError::MethodNotAllowed
        | AppError::TooLarge
        | AppError::UnsupportedMediaType
        | AppError::InvalidCredentials
        | AppError::Superseded
        | AppError::LastWayIn
        | AppError::TooManyAttempts { .. }
        | AppError::StoreUnavailable
        | AppError::Busy
        | AppError::LogoutNotDone
        | AppError::SessionsNotEnded => (BTreeMap::new(), None),
        AppError::TooManyWorkouts => (BTreeMap::new(), None), // slim: trainer
    };
    let body = ErrorBody { error: error.code(), fields, reference, retry_after: error.retry_after() };
    let mut response = (error.status(), Json(body)).into_response();
    add_retry_after(&mut response, error);
    response
}

fn add_retry_after(response: &mut Response, error: &AppError) {
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
}

fn codes(errors: &FieldErrors) -> BTreeMap<&'static str, &'static str> {
    errors.iter().map(|(name, error)| (name, error.code())).collect()
}
