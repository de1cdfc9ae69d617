//! Why there is no page, or why nothing was done.

/// An error page. Each variant has its own wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    BadRequest,
    /// Rejected by the cross-origin guard.
    CrossOrigin,
    /// The form's token is not that of this session.
    StaleForm,
    /// The login is not recent enough for something this important.
    FreshLoginRequired,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    UnsupportedMediaType,
    TooManyAttempts {
        /// Seconds until a retry makes sense.
        retry_after: u32,
    },
    Internal {
        /// Also in the log, so that an operator can find the cause.
        reference: u64,
    },
    /// The session store does not respond.
    StoreUnavailable,
    /// Too many passwords are waiting to be checked.
    Busy,
    /// The session store does not respond, so the visitor could not be logged out.
    LogoutNotDone,
    /// The password was changed, but sessions that should have ended with the old one may still be live.
    SessionsNotEnded,
}
