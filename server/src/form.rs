//! Reading form posts: one place for size, encoding, token and the state of the session.

use axum::body::to_bytes;
use axum::extract::{FromRef, FromRequest, FromRequestParts as _, Request};
use domain::form::FormFields;
use http::header::CONTENT_TYPE;

use crate::context::Context;
use crate::refusal::Refusal;
use crate::state::App;
use sessions::typed::SessionStatus;

/// No form of ours comes near.
const MAX_BYTES: usize = 64 * 1024;

/// Says what was not done, where others only say that the store is away.
const LOG_OUT_EVERYWHERE: &str = "/api/auth/logout-everywhere";

/// A form post of a visitor who has a session: its token was checked.
#[derive(Debug)]
pub struct PostForm {
    /// The request.
    pub context: Context,
    /// Its fields.
    pub fields: FormFields,
}

/// A form post on the way in (`/api/auth/login`, `/api/auth/register`): the cross-origin guard protects it
/// alone, because the page may have been opened before there was a session.
#[derive(Debug)]
pub struct EntranceForm {
    /// The request.
    pub context: Context,
    /// Its fields.
    pub fields: FormFields,
}

/// A log out: needs the token of a live session, and is done already where there is none.
#[derive(Debug)]
pub struct ExitForm {
    /// The request.
    pub context: Context,
}

impl<S> FromRequest<S> for PostForm
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let (context, fields) = read(request, state).await?;
        let page = page_of(&context);
        match context.session.status() {
            SessionStatus::Unavailable if context.path == LOG_OUT_EVERYWHERE => Err(Refusal::LogoutNotDone),
            SessionStatus::Unavailable => Err(Refusal::StoreAway),
            SessionStatus::Live => check_token(&context, &fields),
            SessionStatus::TimedOut
            | SessionStatus::Replaced
            | SessionStatus::Missing { signed_in: true, .. } => {
                Err(Refusal::Unauthenticated { return_to: page, mark: context.mark() })
            }
            SessionStatus::None
            | SessionStatus::Forged
            | SessionStatus::Corrupt
            | SessionStatus::Missing { .. } => Ok(()),
        }?;
        Ok(Self { context, fields })
    }
}

impl<S> FromRequest<S> for EntranceForm
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let (context, fields) = read(request, state).await?;
        match context.session.status() {
            // Typically the second click on `Log in`: the first one's answer carries the new cookie.
            SessionStatus::Replaced => Err(Refusal::Unauthenticated { return_to: None, mark: None }),
            _ => Ok(Self { context, fields }),
        }
    }
}

impl<S> FromRequest<S> for ExitForm
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let (context, fields) = read(request, state).await?;
        match context.session.status() {
            SessionStatus::Unavailable => Err(Refusal::LogoutNotDone),
            SessionStatus::Live => check_token(&context, &fields),
            _ => Ok(()),
        }?;
        Ok(Self { context })
    }
}

fn check_token(context: &Context, fields: &FormFields) -> Result<(), Refusal> {
    match fields.one("csrf_token") {
        Ok(token) if context.session.check_csrf(token) => Ok(()),
        _ => {
            tracing::warn!(event = "malicious_csrf", "a form without this session's token was refused");
            Err(Refusal::StaleForm)
        }
    }
}

/// The page a form stands on: where to return to after login.
fn page_of(context: &Context) -> Option<&'static str> {
    let path = context.path.as_str();
    [
        ("/api/preferences", "/preferences"),
        ("/api/workouts", "/workout"),
        ("/api/sessions/", "/session"),
        ("/api/auth/", "/session"),
        ("/api/account/", "/account"),
        ("/api/identities/", "/account"),
    ]
    .into_iter()
    .find_map(|(prefix, page)| path.starts_with(prefix).then_some(page))
}

async fn read<S>(request: Request, state: &S) -> Result<(Context, FormFields), Refusal>
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
        return Err(Refusal::UnsupportedMediaType);
    }
    let bytes = to_bytes(body, MAX_BYTES).await.map_err(|error| {
        // The limit, or a client that went away while sending.
        if std::error::Error::source(&error)
            .is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>())
        {
            Refusal::TooLarge
        } else {
            Refusal::BadRequest
        }
    })?;
    Ok((context, FormFields::from_urlencoded(&bytes).ok_or(Refusal::BadRequest)?))
}
