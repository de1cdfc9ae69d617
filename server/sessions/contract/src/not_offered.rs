//! Operations that a store lacks.
//!
//! The server's own stores offer everything. The published ones cannot list or end the sessions of a user;
//! their adapters return [`NotOffered`] instead, so the results distinguish "cannot do it" from "does it
//! wrong".

use std::error::Error;

use session_rows::StoreError;

/// The store has no such operation.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("not offered: {0}")]
pub struct NotOffered(pub &'static str);

impl From<NotOffered> for StoreError {
    fn from(missing: NotOffered) -> Self {
        Self::new(missing)
    }
}

/// The result, or `None` if the store has no such operation.
///
/// # Panics
/// If the store fails in another way.
pub(crate) fn if_offered<T>(answer: Result<T, StoreError>) -> Option<T> {
    match answer {
        Ok(answer) => Some(answer),
        Err(error) if error.source().is_some_and(|cause| cause.is::<NotOffered>()) => None,
        Err(error) => panic!("{error}"),
    }
}
