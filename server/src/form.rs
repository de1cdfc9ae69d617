//! Reads form posts: size, encoding, token and session state are checked in one place.
//!
//! What differs between forms is declared on the route ([`FormRoute`]).

use axum::body::to_bytes;
use axum::extract::{FromRef, FromRequest, FromRequestParts as _, Request};
use domain::form::FormFields;
use http::header::CONTENT_TYPE;
use sessions::typed::SessionStatus;

use crate::context::Context;
use crate::error::AppError;
use crate::state::App;

/// Far more than any of our forms needs.
const MAX_BYTES: usize = 64 * 1024;

/// A route that accepts a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormRoute {
    pub path: &'static str,
    /// The page that contains the form, to return to after login.
    pub page: &'static str,
    pub guard: Guard,
}

/// What protects a form in addition to the cross-origin guard, which protects all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// The session's token.
    Token,
    /// The same, for forms that end sessions: while the store is unavailable, the response says that nothing
    /// was ended.
    TokenToLogOut,
    /// Nothing else: a login or registration form may have been opened before there was a session.
    None,
}

/// A form post from a visitor with a session, whose token has been checked.
#[derive(Debug)]
pub struct PostForm {
    pub context: Context,
    pub fields: FormFields,
}

/// A login or registration form post, protected by the cross-origin guard alone.
#[derive(Debug)]
pub struct PublicForm {
    pub context: Context,
    pub fields: FormFields,
}

/// A logout: needs the token of a live session, and counts as done if there is no session.
#[derive(Debug)]
pub struct LogoutForm {
    pub context: Context,
}

impl<S> FromRequest<S> for PostForm
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let route = route(&request)?;
        let (context, fields) = read(request, state).await?;
        match context.session.status() {
            SessionStatus::Unavailable if route.guard == Guard::TokenToLogOut => Err(AppError::LogoutNotDone),
            SessionStatus::Unavailable => Err(AppError::StoreUnavailable),
            SessionStatus::Live => check_token(&context, &fields),
            SessionStatus::TimedOut
            | SessionStatus::Replaced
            | SessionStatus::Missing { signed_in: true, .. } => Err(context.unauthenticated()),
            SessionStatus::None
            | SessionStatus::Forged
            | SessionStatus::Corrupt
            | SessionStatus::Missing { signed_in: false, .. } => Ok(()),
        }?;
        Ok(Self { context, fields })
    }
}

impl<S> FromRequest<S> for PublicForm
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let (context, fields) = read(request, state).await?;
        match context.session.status() {
            // Typically the second click on `Log in`: the response to the first carries the new cookie.
            SessionStatus::Replaced => Err(AppError::Unauthenticated { return_to: None, reason: None }),
            _ => Ok(Self { context, fields }),
        }
    }
}

impl<S> FromRequest<S> for LogoutForm
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let (context, fields) = read(request, state).await?;
        match context.session.status() {
            SessionStatus::Unavailable => Err(AppError::LogoutNotDone),
            SessionStatus::Live => check_token(&context, &fields),
            _ => Ok(()),
        }?;
        Ok(Self { context })
    }
}

fn check_token(context: &Context, fields: &FormFields) -> Result<(), AppError> {
    match fields.one("csrf_token") {
        Ok(token) if context.session.check_csrf(token) => Ok(()),
        _ => {
            tracing::warn!(event = "malicious_csrf", "a form without this session's token was refused");
            Err(AppError::StaleForm)
        }
    }
}

fn route(request: &Request) -> Result<FormRoute, AppError> {
    let route = request.extensions().get::<FormRoute>().copied();
    route.ok_or_else(|| AppError::internal("a form is not in the route table"))
}

async fn read<S>(request: Request, state: &S) -> Result<(Context, FormFields), AppError>
where
    App: FromRef<S>,
    S: Send + Sync,
{
    let (mut parts, body) = request.into_parts();
    let context = Context::from_request_parts(&mut parts, state).await?;
    let urlencoded = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    if !urlencoded {
        return Err(AppError::UnsupportedMediaType);
    }
    let bytes = to_bytes(body, MAX_BYTES).await.map_err(|error| {
        // Either the limit was exceeded, or the client disconnected while sending.
        if std::error::Error::source(&error)
            .is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>())
        {
            AppError::TooLarge
        } else {
            AppError::BadRequest
        }
    })?;
    Ok((context, FormFields::from_urlencoded(&bytes).ok_or(AppError::BadRequest)?))
}
