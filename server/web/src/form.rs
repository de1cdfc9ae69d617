//! Reads form posts: size, encoding, token and session state are checked in one place.
//!
//! What differs between forms is declared on the route ([`FormRoute`]).
//!
//! Refusals have one order: the origin (the cross-origin guard), the token, the login, and only then the
//! fields. Without a live session there is no token to check, so the login is refused before the body is read.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRef, FromRequest, FromRequestParts as _, Request};
use bytes::Bytes;
use domain::account::UserId; // slim: trainer
use domain::form::FormFields;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use sessions::typed::SessionStatus;

use crate::context::Context;
use crate::error::AppError;
use crate::respond::ClientKind; // slim: trainer
use crate::state::App;
use crate::visitor::Identity; // slim: trainer

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
    /// The same, and somebody who is signed in, whatever the fields hold.
    SignedIn,
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

// slim: trainer
/// A form of the player. If the login of its page has ended, a person's form is not refused but can be kept until
/// they log in again.
#[derive(Debug)]
pub struct PlayerForm {
    pub context: Context,
    pub fields: FormFields,
    /// Whose page it was, if they are not logged in any more.
    pub late_for: Option<UserId>,
}
// slim: end

/// A form post on the way in: from anyone, whatever has become of the session that the page was made for. While
/// that is live and the route asks for its token, the token is checked; otherwise the cross-origin guard protects
/// alone.
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
        let (mut parts, body) = request.into_parts();
        let context = Context::from_request_parts(&mut parts, state).await?;
        Self::read(route, context, &parts.headers, body).await
    }
}

impl PostForm {
    async fn read(
        route: FormRoute,
        context: Context,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Self, AppError> {
        match context.session.status() {
            SessionStatus::Unavailable if route.guard == Guard::TokenToLogOut => Err(AppError::LogoutNotDone),
            SessionStatus::Unavailable => Err(AppError::StoreUnavailable),
            SessionStatus::TimedOut
            | SessionStatus::Replaced
            | SessionStatus::Missing { signed_in: true, .. } => Err(context.unauthenticated()),
            SessionStatus::Live => {
                let fields = fields(headers, body).await?;
                check_token(&context, &fields)?;
                check_login(&context, route.guard)?;
                Ok(Self { context, fields })
            }
            SessionStatus::None
            | SessionStatus::Forged
            | SessionStatus::Corrupt
            | SessionStatus::Missing { signed_in: false, .. } => {
                check_login(&context, route.guard)?;
                let fields = fields(headers, body).await?;
                Ok(Self { context, fields })
            }
        }
    }
}

// slim: trainer
impl<S> FromRequest<S> for PlayerForm
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let route = route(&request)?;
        let (mut parts, body) = request.into_parts();
        let context = Context::from_request_parts(&mut parts, state).await?;
        let is_over = match context.session.status() {
            SessionStatus::TimedOut | SessionStatus::Missing { signed_in: true, .. } => true,
            SessionStatus::None
            | SessionStatus::Forged
            | SessionStatus::Live
            | SessionStatus::Replaced
            | SessionStatus::Missing { signed_in: false, .. }
            | SessionStatus::Corrupt
            | SessionStatus::Unavailable => false,
        };
        if is_over && context.client == ClientKind::Form {
            // To log in comes first, whatever is wrong with the fields.
            let fields = fields(&parts.headers, body).await.map_err(|_| context.unauthenticated())?;
            let owner = if context.session.status() == SessionStatus::TimedOut {
                context.session.timed_out_user(fields.value("csrf_token")).cloned()
            } else {
                // The row is gone, and only the page knows.
                owner(&fields)
            };
            let late_for = Some(owner.ok_or_else(|| context.unauthenticated())?);
            return Ok(Self { context, fields, late_for });
        }
        let PostForm { context, fields } = PostForm::read(route, context, &parts.headers, body).await?;
        let is_anonymous = matches!(context.visitor.identity, Identity::Anonymous);
        let late_for = owner(&fields).filter(|_| is_anonymous);
        if late_for.is_some() && context.client == ClientKind::Json {
            return Err(context.unauthenticated());
        }
        Ok(Self { context, fields, late_for })
    }
}

/// Whose page a form was on, according to the page.
fn owner(fields: &FormFields) -> Option<UserId> {
    UserId::parse(fields.value("owner"))
}
// slim: end

impl<S> FromRequest<S> for PublicForm
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        // A replaced id is no obstacle: the answer to the first click on `Log in` may have been lost, and with
        // it the new cookie.
        let guard = route(&request)?.guard;
        let (context, fields) = read(request, state).await?;
        if guard != Guard::None && context.session.status() == SessionStatus::Live {
            check_token(&context, &fields)?;
        }
        Ok(Self { context, fields })
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
            SessionStatus::None
            | SessionStatus::Forged
            | SessionStatus::Corrupt
            | SessionStatus::Replaced
            | SessionStatus::TimedOut
            | SessionStatus::Missing { .. } => Ok(()),
        }?;
        Ok(Self { context })
    }
}

/// By the session alone: ending sessions must work while the database is unavailable.
fn check_login(context: &Context, guard: Guard) -> Result<(), AppError> {
    match guard {
        Guard::SignedIn | Guard::TokenToLogOut => context.owner().map(drop),
        Guard::Token | Guard::None => Ok(()),
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
    Ok((context, fields(&parts.headers, body).await?))
}

async fn fields(headers: &HeaderMap, body: Body) -> Result<FormFields, AppError> {
    if !is_urlencoded(headers) {
        return Err(AppError::UnsupportedMediaType);
    }
    let bytes = read_body(body, MAX_BYTES).await?;
    FormFields::from_urlencoded(&bytes).ok_or(AppError::BadRequest)
}

/// Whether the body is a submitted form.
pub(crate) fn is_urlencoded(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// The whole body, of at most `limit` bytes.
pub(crate) async fn read_body(body: Body, limit: usize) -> Result<Bytes, AppError> {
    to_bytes(body, limit).await.map_err(|error| {
        // Either the limit was exceeded, or the client disconnected while sending.
        if std::error::Error::source(&error)
            .is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>())
        {
            AppError::TooLarge
        } else {
            AppError::BadRequest
        }
    })
}
