//! Measures the operations of a store: how long they take, and how they fail.

use std::error::Error;
use std::time::Instant;

use metrics::{counter, histogram};

use crate::fault::Fault;
use crate::intercept::{Cause, Intercept, Operation};
use crate::time_limit::Timeout;

/// In front of another [`Intercept`], so that what that adds (waiting for a turn, giving up) is measured too. An
/// operation whose caller goes away is not.
#[derive(Debug)]
pub struct Measured<I> {
    inner: I,
    store: &'static str,
    kind: &'static str,
}

impl<I> Measured<I> {
    /// `store` is what is kept there, `kind` the kind of server.
    #[must_use]
    pub fn new(inner: I, store: &'static str, kind: &'static str) -> Self {
        Self { inner, store, kind }
    }
}

impl<I: Intercept> Intercept for Measured<I> {
    async fn around<T: Send, E: Error + Send + 'static>(
        &self,
        operation: Operation,
        failed: fn(Cause) -> E,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        let (store, kind, name) = (self.store, self.kind, operation.name);
        let start = Instant::now();
        let result = self.inner.around(operation, failed, call).await;
        let taken = start.elapsed();
        histogram!("store_operation_duration_seconds", "store" => store, "kind" => kind, "operation" => name)
            .record(taken);
        if let Err(error) = &result {
            let error = kind_of(error);
            counter!("store_operation_errors_total",
                "store" => store, "kind" => kind, "operation" => name, "error" => error)
            .increment(1);
        }
        result
    }
}

/// One word for an error.
fn kind_of(error: &(dyn Error + 'static)) -> &'static str {
    match (Timeout::of(error), Fault::of(error)) {
        (Some(Timeout::Busy(_)), _) => "busy",
        (Some(Timeout::Silent(_)), _) => "timeout",
        (None, Fault::Unreachable) => "unreachable",
        (None, Fault::Full) => "full",
        (None, Fault::Misconfigured(_)) => "misconfigured",
        (None, Fault::Data) => "data",
        (None, Fault::Contended) => "contended",
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use super::*;
    use crate::fault::{Mistake, StoreFailure};

    #[test]
    fn each_kind_of_error_has_a_word() {
        let limit = Duration::from_secs(1);
        assert_eq!(kind_of(&Timeout::Busy(limit)), "busy");
        assert_eq!(kind_of(&Timeout::Silent(limit)), "timeout");
        assert_eq!(kind_of(&io::Error::other("refused")), "unreachable");
        assert_eq!(kind_of(&StoreFailure::unreadable("a row")), "data");
        assert_eq!(kind_of(&StoreFailure::mistake(Mistake::Rights, "no".to_owned())), "misconfigured");
        assert_eq!(kind_of(&StoreFailure::contended("again and again")), "contended");
    }
}
