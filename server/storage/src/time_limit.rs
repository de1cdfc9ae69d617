//! A store that does not respond must cost a request its time limit and nothing more.
//!
//! There is one [`TimeLimit`] in front of each store ([`Intercept`]). It ends operations that take too long,
//! limits how many run at once, and is the only place that logs when a store becomes unavailable and when it
//! is back: one line per change and kind ([`Fault`]), not one per request. It is back when nothing has failed for [`QUIET`];
//! otherwise a store that answers reads and rejects writes (one that is full) would come and go with every
//! request.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::fault::Fault;
use crate::intercept::{Cause, Intercept, Operation};

/// How many operations may run at once on one server. Stores on the same connections share it.
///
/// Callers wait here rather than in the queue of a connection pool, because here a caller that gives up
/// leaves the queue. A driver may keep such callers in its queue and remove one for each connection
/// returned: after a burst of abandoned requests it gave no connection to live requests for a minute.
#[derive(Debug, Clone)]
pub struct CallQueue(Arc<Semaphore>);

impl CallQueue {
    /// As many as there are connections.
    #[must_use]
    pub fn of_connections(count: u32) -> Self {
        Self(Arc::new(Semaphore::new(usize::try_from(count).unwrap_or(Semaphore::MAX_PERMITS))))
    }

    /// For a store that queues by itself, on one shared connection: enough never to matter while the store
    /// responds, but few enough that waiting operations cannot fill the memory when it does not.
    #[must_use]
    pub fn plenty() -> Self {
        Self::of_connections(256)
    }

    /// For a store in this process. SQLite bounds writes and scans by itself, and reads need no turn: in one queue with
    /// writes that wait for a lock they would wait with them.
    #[must_use]
    pub fn unlimited() -> Self {
        Self(Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)))
    }
}

/// Clean-up and counting may take this many times longer: no request waits for them, and they grow with the
/// store. They work in batches: a server may end each by a time limit of its own, like any other statement, and
/// SQLite lets other writes pass between two.
const MAINTENANCE: u32 = 15;

/// A store is back when it responds and nothing has failed for this long. Requests are served from its first
/// response on; only the log line waits.
const QUIET: Duration = Duration::from_secs(10);

/// An operation took too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Timeout {
    /// It did not start: too many others were running.
    #[error("no free connection within {0:?}")]
    Busy(Duration),
    /// Whether it happened is unknown; if it did, it happened completely.
    #[error("no answer within {0:?}")]
    Silent(Duration),
}

impl Timeout {
    /// Whether a store took an operation and did not answer, which others of its kind would run into as well. A
    /// broken connection or a full pool may not be there the next time.
    #[must_use]
    pub fn is_silence(error: &(dyn Error + 'static)) -> bool {
        matches!(Self::of(error), Some(Self::Silent(_)))
    }

    /// That of an error, or of what caused it.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(timeout) = error.downcast_ref() {
                return Some(*timeout);
            }
            cause = error.source();
        }
        None
    }
}

/// Guards the operations of one store.
pub struct TimeLimit {
    store: &'static str,
    limit: Duration,
    queue: CallQueue,
    created: Instant,
    /// When an operation last failed, in milliseconds since `created`, plus one; 0 while the store is
    /// available.
    failed: AtomicU64,
    /// The kinds of failure that were logged since the store was last available, one bit each.
    logged: AtomicU8,
    failures: AtomicU64,
}

impl TimeLimit {
    /// `store` is its name in the log, such as `session store`; `limit` the longest time an operation may
    /// take, including (for at most half of it) waiting for its turn.
    #[must_use]
    pub fn new(store: &'static str, limit: Duration, queue: CallQueue) -> Self {
        Self {
            store,
            limit,
            queue,
            created: Instant::now(),
            failed: AtomicU64::new(0),
            logged: AtomicU8::new(0),
            failures: AtomicU64::new(0),
        }
    }

    /// How many operations have failed so far: it grows while the store is unavailable or full.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// Runs an operation that a request waits for.
    ///
    /// # Errors
    /// Those of the operation, [`Timeout::Busy`] if its turn did not come within half the limit, and
    /// [`Timeout::Silent`] after the limit: the operation is then dropped.
    async fn run<T, E: Error + 'static>(
        &self,
        on_timeout: impl FnOnce(Timeout) -> E,
        operation: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.within(self.limit, on_timeout, operation).await
    }

    /// Runs an operation that no request waits for: fifteen times the limit.
    async fn maintain<T, E: Error + 'static>(
        &self,
        on_timeout: impl FnOnce(Timeout) -> E,
        operation: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.within(self.limit.saturating_mul(MAINTENANCE), on_timeout, operation).await
    }

    async fn within<T, E: Error + 'static>(
        &self,
        limit: Duration,
        on_timeout: impl FnOnce(Timeout) -> E,
        operation: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let in_turn = async {
            // Half the time is reserved for the operation, however long the queue: aborting it just after its
            // turn came would help nobody and cost the connection it was on.
            let turn = tokio::time::timeout(limit / 2, self.queue.0.acquire()).await;
            let Ok(_turn) = turn else { return Err(Timeout::Busy(limit / 2)) };
            Ok(operation.await)
        };
        let answer = tokio::time::timeout(limit, in_turn).await.unwrap_or(Err(Timeout::Silent(limit)));
        let result = answer.unwrap_or_else(|silence| Err(on_timeout(silence)));
        self.note(result.as_ref().err());
        result
    }

    fn note(&self, error: Option<&(impl Error + 'static)>) {
        let now = u64::try_from(self.created.elapsed().as_millis()).unwrap_or(u64::MAX - 1) + 1;
        let Some(error) = error else { return self.note_answer(now) };
        let (store, fault) = (self.store, Fault::of(error));
        let kind: u8 = match fault {
            Fault::Data => {
                tracing::error!(event = "sys_store_data", store, %error, "a store {fault}");
                return self.note_answer(now);
            }
            Fault::Contended => {
                tracing::warn!(event = "sys_store_contended", store, %error, "a store {fault}");
                return self.note_answer(now);
            }
            Fault::Unreachable => 1,
            Fault::Full => 2,
            Fault::Misconfigured(_) => 4,
        };
        self.failures.fetch_add(1, Ordering::Relaxed);
        self.failed.store(now, Ordering::Relaxed);
        if self.logged.fetch_or(kind, Ordering::Relaxed) & kind != 0 {
            return;
        }
        match fault {
            Fault::Misconfigured(mistake) => {
                let advice = mistake.advice();
                tracing::error!(event = "sys_store_misconfigured", store, %error, "a store {fault}: {advice}");
            }
            Fault::Full => tracing::error!(event = "sys_store_full", store, %error, "a store {fault}"),
            Fault::Unreachable | Fault::Data | Fault::Contended => {
                tracing::error!(event = "sys_store_away", store, %error, "a store {fault}");
            }
        }
    }

    fn note_answer(&self, now: u64) {
        // Read before it is written: in quiet times the cores share this cache line.
        let failed = self.failed.load(Ordering::Relaxed);
        if failed == 0 || Duration::from_millis(now.saturating_sub(failed)) < QUIET {
            return;
        }
        // It has changed if another operation failed in the meantime, or has already written the line.
        if self.failed.compare_exchange(failed, 0, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.logged.store(0, Ordering::Relaxed);
            tracing::info!(event = "sys_store_back", store = self.store, "a store answers again");
        }
    }
}

impl Intercept for TimeLimit {
    async fn around<T: Send, E: Error + Send + 'static>(
        &self,
        operation: Operation,
        failed: fn(Cause) -> E,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        let on_timeout = |timeout: Timeout| failed(Box::new(timeout));
        if operation.maintenance {
            self.maintain(on_timeout, call).await
        } else {
            self.run(on_timeout, call).await
        }
    }
}

impl fmt::Debug for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeLimit")
            .field("store", &self.store)
            .field("limit", &self.limit)
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
