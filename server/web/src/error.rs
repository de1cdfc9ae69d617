//! Why a request fails. Handlers return an [`AppError`] with `?`; one middleware turns it into the right
//! response for the client: a redirect, a page or JSON (server/CONTRACT.md, "Two kinds of client").

use api::Code;
use axum::response::{IntoResponse, Response};
use domain::form::FieldErrors;
use http::StatusCode;
use model::{Problem, SignedOut};
use rand::RngExt as _;
use session_rows::StoreError;

#[derive(Debug, Clone)]
pub enum AppError {
    /// Not signed in. Forms are redirected to `/login`; other clients get 401.
    Unauthenticated {
        /// Where to return to after login.
        return_to: Option<&'static str>,
        /// Why the visitor is no longer signed in.
        reason: Option<SignedOut>,
    },
    /// Not signed in on a protected page: every client is redirected to `/login` and back.
    LoginFirst {
        reason: Option<SignedOut>,
    },
    CrossOrigin,
    /// The form was not created for this session.
    StaleForm,
    /// The login is not recent enough for this action. Forms are redirected to `/account/confirm`.
    FreshLoginRequired,
    BadRequest,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    UnsupportedMediaType,
    /// For programs; people get the form back instead.
    Invalid(FieldErrors),
    InvalidCredentials,
    /// The credentials changed while the request was in progress.
    Superseded,
    /// The last way to log in cannot be unlinked.
    LastWayIn,
    // slim: trainer
    /// As many workouts as an account may have in a day were begun.
    TooManyWorkouts,
    // slim: end
    TooManyAttempts {
        /// In seconds.
        retry_after: u32,
    },
    StoreUnavailable,
    /// Too many passwords are waiting to be checked.
    Busy,
    /// Logging out failed. Never answered with "logged out".
    LogoutNotDone,
    /// The password was changed, but sessions that should have ended with the old one may still be live.
    SessionsNotEnded,
    /// The cause was logged under this reference, which the visitor sees.
    Internal {
        reference: u64,
    },
}

impl AppError {
    /// An unexpected error. Logged here, once.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        // Fits into an exact JSON number and is short enough to read aloud.
        let reference = rand::rng().random_range(10_000_000..100_000_000);
        tracing::error!(reference, %cause, "a request failed");
        Self::Internal { reference }
    }

    /// Rounded up, because a request that comes a moment too early is rejected again.
    #[must_use]
    pub fn too_many_attempts(wait: time::Duration) -> Self {
        let millis = u64::try_from(wait.whole_milliseconds()).unwrap_or(0);
        Self::TooManyAttempts { retry_after: u32::try_from(millis.div_ceil(1000).max(1)).unwrap_or(u32::MAX) }
    }

    /// The status of the page or JSON response.
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
            Self::Invalid(_) | Self::InvalidCredentials | Self::Superseded | Self::LastWayIn => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::TooManyWorkouts => StatusCode::UNPROCESSABLE_ENTITY, // slim: trainer
            Self::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::StoreUnavailable
            | Self::Busy
            | Self::LogoutNotDone
            | Self::SessionsNotEnded
            | Self::Internal { .. } => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The code in `{"error": …}`. Programs rely on it.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Unauthenticated { .. } | Self::LoginFirst { .. } => Code::Unauthenticated,
            Self::CrossOrigin => Code::CrossOrigin,
            Self::StaleForm => Code::StaleForm,
            Self::FreshLoginRequired => Code::FreshLoginRequired,
            Self::BadRequest => Code::BadRequest,
            Self::NotFound => Code::NotFound,
            Self::MethodNotAllowed => Code::MethodNotAllowed,
            Self::TooLarge => Code::TooLarge,
            Self::UnsupportedMediaType => Code::UnsupportedMediaType,
            Self::Invalid(_) => Code::Invalid,
            Self::InvalidCredentials => Code::InvalidCredentials,
            Self::Superseded => Code::LoginSuperseded,
            Self::LastWayIn => Code::LastWayIn,
            Self::TooManyWorkouts => Code::TooMany, // slim: trainer
            Self::TooManyAttempts { .. } => Code::TooManyAttempts,
            Self::StoreUnavailable => Code::StoreUnavailable,
            Self::Busy => Code::Busy,
            Self::LogoutNotDone => Code::LogoutNotDone,
            Self::SessionsNotEnded => Code::SessionsNotEnded,
            Self::Internal { .. } => Code::Internal,
        }
    }

    /// Value of `Retry-After`, in seconds.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::TooManyAttempts { retry_after } => Some(*retry_after),
            Self::StoreUnavailable
            | Self::Busy
            | Self::LogoutNotDone
            | Self::SessionsNotEnded
            | Self::Internal { .. } => Some(5),
            Self::Unauthenticated { .. }
            | Self::LoginFirst { .. }
            | Self::CrossOrigin
            | Self::StaleForm
            | Self::FreshLoginRequired
            | Self::BadRequest
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::TooLarge
            | Self::UnsupportedMediaType
            | Self::Invalid(_)
            | Self::InvalidCredentials
            | Self::Superseded
            | Self::LastWayIn => None,
            Self::TooManyWorkouts => None, // slim: trainer
        }
    }

    /// The page for a person. Errors answered by a redirect or by their form have no page of their own.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::CrossOrigin => Problem::CrossOrigin,
            Self::StaleForm => Problem::StaleForm,
            Self::FreshLoginRequired => Problem::FreshLoginRequired,
            Self::NotFound => Problem::NotFound,
            Self::MethodNotAllowed => Problem::MethodNotAllowed,
            Self::TooLarge => Problem::TooLarge,
            Self::UnsupportedMediaType => Problem::UnsupportedMediaType,
            Self::TooManyAttempts { retry_after } => Problem::TooManyAttempts { retry_after: *retry_after },
            Self::StoreUnavailable => Problem::StoreUnavailable,
            Self::Busy => Problem::Busy,
            Self::LogoutNotDone => Problem::LogoutNotDone,
            Self::SessionsNotEnded => Problem::SessionsNotEnded,
            Self::Internal { reference } => Problem::Internal { reference: *reference },
            Self::BadRequest
            | Self::Invalid(_)
            | Self::InvalidCredentials
            | Self::Superseded
            | Self::LastWayIn
            | Self::LoginFirst { .. }
            | Self::Unauthenticated { .. } => Problem::BadRequest,
            Self::TooManyWorkouts => Problem::BadRequest, // slim: trainer
        }
    }
}

impl IntoResponse for AppError {
    /// Only the status; [`crate::respond::render_errors`] builds the response.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<accounts::Error> for AppError {
    fn from(error: accounts::Error) -> Self {
        match error {
            accounts::Error::Unavailable => Self::StoreUnavailable,
            accounts::Error::Busy => Self::Busy,
            accounts::Error::SessionGone => Self::Unauthenticated { return_to: None, reason: None },
            accounts::Error::Internal(cause) => Self::internal(cause),
        }
    }
}

impl From<sessions::SessionError> for AppError {
    fn from(error: sessions::SessionError) -> Self {
        accounts::Error::from(error).into()
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        accounts::Error::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use api::ApiError;
    use domain::form::FieldError;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_unexpected_error_is_logged_once_under_its_reference() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("log");
        let file = std::fs::File::create(&path).expect("a file");
        let log = tracing_subscriber::fmt().json().with_writer(file).finish();
        let error = tracing::subscriber::with_default(log, || AppError::internal("what went wrong"));
        let AppError::Internal { reference } = error else { panic!("{error:?}") };
        let lines = std::fs::read_to_string(&path).expect("the log");
        let lines: Vec<serde_json::Value> =
            lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert_eq!(lines[0]["fields"]["reference"], reference);
        assert_eq!(lines[0]["fields"]["cause"], "what went wrong");
    }

    /// The two crates must agree: an error that is added to the server is known to the browser.
    #[test]
    fn every_error_is_one_that_the_browser_knows() {
        let errors = [
            AppError::Unauthenticated { return_to: None, reason: None },
            AppError::LoginFirst { reason: None },
            AppError::CrossOrigin,
            AppError::StaleForm,
            AppError::FreshLoginRequired,
            AppError::BadRequest,
            AppError::NotFound,
            AppError::MethodNotAllowed,
            AppError::TooLarge,
            AppError::UnsupportedMediaType,
            AppError::Invalid(FieldErrors::from(("reps", FieldError::Required))),
            AppError::InvalidCredentials,
            AppError::Superseded,
            AppError::LastWayIn,
            AppError::TooManyWorkouts, // slim: trainer
            AppError::TooManyAttempts { retry_after: 3 },
            AppError::StoreUnavailable,
            AppError::Busy,
            AppError::LogoutNotDone,
            AppError::SessionsNotEnded,
            AppError::Internal { reference: 1 },
        ];
        for error in errors {
            let told = json!({ "error": error.code(), "fields": {}, "retry_after": error.retry_after() });
            let read: ApiError = serde_json::from_value(told).unwrap();
            assert_eq!(read.error, error.code());
            assert_ne!(read.error, Code::Unknown, "{error:?}");
            assert_eq!(read.retry_after, error.retry_after());
        }
        let odd: ApiError = serde_json::from_value(json!({ "error": "a word of a newer server" })).unwrap();
        assert_eq!(odd.error, Code::Unknown);
    }
}
