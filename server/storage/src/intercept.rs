//! A hook around every operation of a store.
//!
//! Session stores and databases each have one wrapper (`sessions::store::Intercepted`,
//! `database::Intercepted`) that passes all operations through an [`Intercept`]: the time limit of a running
//! server, or the observation and faults of a test. This way the methods are delegated by hand once, not once
//! per purpose.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// A cause of any kind, to be turned into a store's own error.
pub type Cause = Box<dyn Error + Send + Sync>;

/// One call of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The method's name.
    pub name: &'static str,
    /// Clean-up and counting, which no request waits for.
    pub maintenance: bool,
}

impl Operation {
    #[must_use]
    pub const fn request(name: &'static str) -> Self {
        Self { name, maintenance: false }
    }

    #[must_use]
    pub const fn maintenance(name: &'static str) -> Self {
        Self { name, maintenance: true }
    }
}

/// What happens around a call.
pub trait Intercept: fmt::Debug + Send + Sync + 'static {
    /// Awaits the call, or does something else in its place. `failed` creates an error of the store.
    fn around<T: Send, E: Error + Send + 'static>(
        &self,
        operation: Operation,
        failed: fn(Cause) -> E,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> impl Future<Output = Result<T, E>> + Send;
}

/// For callers that keep a reference to it.
impl<I: Intercept> Intercept for Arc<I> {
    fn around<T: Send, E: Error + Send + 'static>(
        &self,
        operation: Operation,
        failed: fn(Cause) -> E,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> impl Future<Output = Result<T, E>> + Send {
        (**self).around(operation, failed, call)
    }
}
