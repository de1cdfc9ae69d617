//! Everything the server says no with. Handlers return a [`Refusal`] with `?`; one middleware turns it into
//! the right answer for the client that asked: a redirect, a page, or JSON (contract §3a).

use axum::response::{IntoResponse, Response};
use domain::form::FieldErrors;
use http::StatusCode;
use rand::RngExt as _;

use accounts::ports::DatabaseError;
use session_rows::StoreError;
use sessions::SessionError;

/// A mark on the way to `/login`: why the visitor is sent there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `expired=true`
    Expired,
    /// `ended=true`
    Ended,
}

/// Why a request is not answered as asked.
#[derive(Debug, Clone)]
pub enum Refusal {
    /// Not signed in. Form posts: 303 to `/login`; others: 401 `unauthenticated`.
    Unauthenticated {
        /// Where to return to after login.
        return_to: Option<&'static str>,
        /// Why there is no login any more.
        mark: Option<Mark>,
    },
    /// Not signed in on a protected page: 303 to `/login`, whoever asks.
    LoginFirst {
        /// Why there is no login any more.
        mark: Option<Mark>,
    },
    /// A POST from elsewhere: 403.
    CrossOrigin,
    /// A form that was not made for this session: 403.
    StaleForm,
    /// 403, for programs: the login is too old for this. Forms are led to `/account/confirm`.
    FreshLoginRequired,
    /// 400.
    BadRequest,
    /// 404.
    NotFound,
    /// 405.
    MethodNotAllowed,
    /// 413.
    TooLarge,
    /// 415.
    UnsupportedMediaType,
    /// 422, for programs; pages come back with the form instead.
    Invalid(FieldErrors),
    /// 422 with a code of its own, for programs.
    Rejected(&'static str),
    /// 429.
    TooManyAttempts {
        /// Seconds.
        retry_after: u32,
    },
    /// 503: a store does not answer.
    StoreAway,
    /// 503: a log out could not be done. Never answered with "logged out".
    LogoutNotDone,
    /// 503: a password was changed, and the sessions that should have ended with the old one may live on.
    SessionsNotEnded,
    /// 503 with a reference id; the cause was logged under it.
    Internal {
        /// Stands in the log and on the page.
        reference: u64,
    },
}

impl Refusal {
    /// Something that should not happen. Logged here, once; the visitor sees the reference id.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        // Fits into an exact JSON number and is short enough to read out.
        let reference = rand::rng().random_range(10_000_000..100_000_000);
        tracing::error!(reference, %cause, "a request failed");
        Self::Internal { reference }
    }

    /// The status for a page or for JSON.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unauthenticated { .. } | Self::LoginFirst { .. } => StatusCode::UNAUTHORIZED,
            Self::CrossOrigin | Self::StaleForm | Self::FreshLoginRequired => StatusCode::FORBIDDEN,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) | Self::Rejected(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::StoreAway | Self::LogoutNotDone | Self::SessionsNotEnded | Self::Internal { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    /// The word in `{"error": …}`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated { .. } | Self::LoginFirst { .. } => "unauthenticated",
            Self::CrossOrigin => "cross_origin",
            Self::StaleForm => "stale_form",
            Self::FreshLoginRequired => "fresh_login_required",
            Self::BadRequest => "bad_request",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Invalid(_) => "invalid",
            Self::Rejected(code) => code,
            Self::TooManyAttempts { .. } => "too_many_attempts",
            Self::StoreAway => "store_unavailable",
            Self::LogoutNotDone => "logout_not_done",
            Self::SessionsNotEnded => "sessions_not_ended",
            Self::Internal { .. } => "internal",
        }
    }

    /// Seconds for `Retry-After`.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::TooManyAttempts { retry_after } => Some(*retry_after),
            Self::StoreAway | Self::LogoutNotDone | Self::SessionsNotEnded | Self::Internal { .. } => Some(5),
            _ => None,
        }
    }
}

impl IntoResponse for Refusal {
    /// The bare status; [`crate::respond::explain`] makes the answer.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<SessionError> for Refusal {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Gone => Self::Unauthenticated { return_to: None, mark: None },
            SessionError::Store(error) => error.into(),
            SessionError::Stale => {
                tracing::warn!("a session was overtaken by other saves too often");
                Self::StoreAway
            }
            SessionError::Corrupt | SessionError::Data(_) => Self::internal(error),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        // The time limit in front of the store has said so once; this is one request of many.
        tracing::debug!(%error, "the session store failed");
        Self::StoreAway
    }
}

impl From<DatabaseError> for Refusal {
    fn from(error: DatabaseError) -> Self {
        tracing::debug!(%error, "the database failed");
        Self::StoreAway
    }
}
