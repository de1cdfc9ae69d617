//! Why there is no page, or why nothing was done.

/// The page for a refusal of the server, each with words of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    BadRequest,
    /// Refused by the cross-origin guard.
    CrossOrigin,
    /// The form's token is not this session's.
    StaleForm,
    /// The login is too old for something this important.
    FreshLoginRequired,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    UnsupportedMediaType,
    TooManyAttempts {
        /// Seconds until the next attempt makes sense.
        retry_after: u32,
    },
    Internal {
        /// Also in the log, so that an operator finds the cause.
        reference: u64,
    },
    /// The session store does not answer.
    StoreUnavailable,
    /// The session store does not answer, so nobody was logged out.
    LogoutNotDone,
    /// The password was changed, but sessions that should have ended with the old one may live on.
    SessionsNotEnded,
}
