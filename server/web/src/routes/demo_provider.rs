//! Routes of the demo identity provider. Where it is disabled they answer 404.
//!
//! Its consent page uses the visitor's theme and nothing else of this application; its token endpoint reads
//! no cookie.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::map_response;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, COOKIE, RETRY_AFTER, SET_COOKIE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use model::{Alert, DemoConsentPage, FormState, Page};
use oauth::demo_provider::{Answer, Decision, DemoProvider, GrantError, TokenError, UserinfoError};
use serde::Serialize;
use sessions::clock::Clock;

use crate::context::Context;
use crate::error::AppError;
use crate::form::{Guard, PublicForm};
use crate::respond::see_other;
use crate::route_table::RouteTable;
use crate::state::App;
use configuration::AppEnv;

/// Far more than a token request needs.
const LARGEST_REQUEST: usize = 16 * 1024;

/// The consent page, for browsers. It stands for another site, which knows no token of ours.
pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.page_with_form("/demo-provider/authorize", Guard::None, show_consent, decide)
}

/// [`back_channel`]; nothing if the provider is disabled.
pub(crate) fn back_channel_of(app: &App) -> Router<App> {
    let Some(provider) = &app.demo_provider else { return Router::new() };
    back_channel(Arc::clone(provider), app.clock.clone())
}

#[derive(Clone)]
struct BackChannel {
    provider: Arc<DemoProvider>,
    clock: Clock,
}

/// The two routes that are not for browsers. They read no cookie: the client authenticates itself, and the
/// token says what it may see.
pub fn back_channel<S: Clone + Send + Sync + 'static>(
    provider: Arc<DemoProvider>,
    clock: Clock,
) -> Router<S> {
    Router::new()
        .route("/demo-provider/token", post(token))
        .route("/demo-provider/userinfo", get(userinfo))
        .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
        .layer(map_response(not_stored))
        .with_state(BackChannel { provider, clock })
}

/// RFC 6749 §5.1: responses that contain tokens must not be stored.
async fn not_stored(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn show_consent(context: Context, State(app): State<App>) -> Result<Response, AppError> {
    let provider = app.demo_provider.as_ref().ok_or(AppError::NotFound)?;
    consent_answer(&context, provider.show(&context.raw_query)).await
}

async fn decide(
    State(app): State<App>,
    headers: HeaderMap,
    PublicForm { context, fields }: PublicForm,
) -> Result<Response, AppError> {
    let provider = app.demo_provider.as_ref().ok_or(AppError::NotFound)?;
    // Cookies of other applications may contain any bytes.
    let cookies: Vec<_> =
        headers.get_all(COOKIE).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    let answer = match provider.decide(&fields, Some(&cookies.join("; "))) {
        Decision::Answered(answer) => answer,
        Decision::Allowed(allowed) => {
            let now = app.clock.now();
            // Each code is a row in the database, and in a public demonstration anybody may ask for one.
            if app.config.env == AppEnv::Demo {
                app.anonymous.code(context.address.0, now).map_err(AppError::too_many_attempts)?;
            }
            provider.issue_code(allowed, now).await.map_err(|error| unavailable(&error))?
        }
    };
    consent_answer(&context, answer).await
}

async fn consent_answer(context: &Context, answer: Answer) -> Result<Response, AppError> {
    match answer {
        Answer::Page(consent) => {
            let valid = consent.errors.is_empty();
            let status = if valid { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            let alert = (!valid).then_some(Alert::CheckFields);
            let form = FormState { values: consent.values, errors: consent.errors, alert };
            let page = DemoConsentPage { form, hidden: consent.hidden, scopes: consent.scopes };
            Ok(context.page(status, Page::DemoConsent(page)).await)
        }
        Answer::Redirect { to, set_cookie } => {
            let mut response = see_other(to.as_str());
            if let Some(cookie) = set_cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            Ok(response)
        }
        Answer::Refused(reason) => {
            tracing::warn!(reason, "a request to the demo provider was refused");
            Err(AppError::BadRequest)
        }
    }
}

#[derive(Serialize)]
struct ErrorAnswer {
    error: &'static str,
}

/// `POST /demo-provider/token`
async fn token(State(channel): State<BackChannel>, headers: HeaderMap, body: Bytes) -> Response {
    match channel.provider.redeem(&headers, &body, channel.clock.now()).await {
        Ok(tokens) => Json(tokens).into_response(),
        Err(TokenError::Client) => unauthorized("invalid_client", "Basic realm=\"demo-provider\""),
        Err(TokenError::Request(error)) => {
            (StatusCode::BAD_REQUEST, Json(ErrorAnswer { error })).into_response()
        }
        Err(TokenError::Unavailable(error)) => temporarily_unavailable(&error),
    }
}

/// `GET /demo-provider/userinfo`
async fn userinfo(State(channel): State<BackChannel>, headers: HeaderMap) -> Response {
    match channel.provider.userinfo(&headers, channel.clock.now()).await {
        Ok(person) => Json(person).into_response(),
        Err(UserinfoError::Token) => unauthorized("invalid_token", "Bearer error=\"invalid_token\""),
        Err(UserinfoError::Unavailable(error)) => temporarily_unavailable(&error),
    }
}

fn unauthorized(error: &'static str, challenge: &'static str) -> Response {
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, challenge)], Json(ErrorAnswer { error })).into_response()
}

fn temporarily_unavailable(error: &GrantError) -> Response {
    tracing::error!(%error, "the demo provider's database does not answer");
    let answer = ErrorAnswer { error: "temporarily_unavailable" };
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], Json(answer)).into_response()
}

fn unavailable(error: &GrantError) -> AppError {
    tracing::debug!(%error, "the demo provider's database does not answer");
    AppError::StoreUnavailable
}
