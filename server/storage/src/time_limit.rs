//! A store that does not answer must cost a request its time limit and nothing more.
//!
//! One [`TimeLimit`] stands before each store (`session/store/timed.rs`, `database/timed.rs`). It ends operations
//! that take too long, lets only so many run at once, and is the one place that says in the log when a store went
//! away and when it is back: one line per change, not one per request. It is back when nothing has failed for
//! [`QUIET`]; a store that answers reads and refuses writes (a full Redis) would else come and go with every request.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

/// How many operations may be under way at once, on one server. Stores on the same connections share it.
///
/// Whoever waits waits here and not in the queue of a connection pool, because here a waiter who has given up is gone.
/// MongoDB's driver keeps such waiters in its queue and removes one for each connection given back: after a crowd had
/// come and gone, it handed connections to nobody for a minute.
#[derive(Debug, Clone)]
pub struct Turns(Arc<Semaphore>);

impl Turns {
    /// As many as there are connections.
    #[must_use]
    pub fn of_connections(count: u32) -> Self {
        Self(Arc::new(Semaphore::new(usize::try_from(count).unwrap_or(Semaphore::MAX_PERMITS))))
    }

    /// For a store that queues by itself, in memory or on one shared connection: so many that it never decides while
    /// the store answers, so few that one that answers nothing cannot fill the memory with those who wait for it.
    #[must_use]
    pub fn plenty() -> Self {
        Self::of_connections(256)
    }
}

/// Clean-up and counting may take that many times longer: nobody waits for them, and they grow with the store. They do
/// their work in parts, each of which PostgreSQL ends by its own `statement_timeout`, as any other statement.
const MAINTENANCE: u32 = 15;

/// A store is back when it answers and nothing has failed for so long. It serves everybody from its first answer on:
/// only the line in the log waits.
const QUIET: Duration = Duration::from_secs(10);

/// An operation took too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// It has not begun: too many others were under way.
    #[error("no free connection within {0:?}")]
    Busy(Duration),
    /// Whether it happened is not known; it did not happen by halves.
    #[error("no answer within {0:?}")]
    Silent(Duration),
}

/// Guards the operations of one store.
pub struct TimeLimit {
    store: &'static str,
    limit: Duration,
    turns: Turns,
    created: Instant,
    /// When an operation last failed, in milliseconds since `created`, plus one; 0 while the store is not away.
    failed: AtomicU64,
}

impl TimeLimit {
    /// `store` is its name in the log, as `session store`; `limit` the longest time an operation may take, waiting
    /// for its turn included (at most half of it).
    #[must_use]
    pub fn new(store: &'static str, limit: Duration, turns: Turns) -> Self {
        Self { store, limit, turns, created: Instant::now(), failed: AtomicU64::new(0) }
    }

    /// Runs an operation somebody waits for.
    ///
    /// # Errors
    /// Those of the operation, [`NoAnswer::Busy`] if half the limit went by before its turn came, and
    /// [`NoAnswer::Silent`] after the limit: the operation is dropped then.
    pub async fn run<T, E: fmt::Display>(
        &self,
        no_answer: impl FnOnce(NoAnswer) -> E,
        operation: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.within(self.limit, no_answer, operation).await
    }

    /// Runs an operation nobody waits for: fifteen times the limit.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn maintain<T, E: fmt::Display>(
        &self,
        no_answer: impl FnOnce(NoAnswer) -> E,
        operation: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.within(self.limit.saturating_mul(MAINTENANCE), no_answer, operation).await
    }

    async fn within<T, E: fmt::Display>(
        &self,
        limit: Duration,
        no_answer: impl FnOnce(NoAnswer) -> E,
        operation: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let in_turn = async {
            // Half the time is for the operation, whatever the crowd: one that is given up just after its turn came
            // helps nobody, and costs the connection it was on.
            let turn = tokio::time::timeout(limit / 2, self.turns.0.acquire()).await;
            let Ok(_turn) = turn else { return Err(NoAnswer::Busy(limit / 2)) };
            Ok(operation.await)
        };
        let answer = tokio::time::timeout(limit, in_turn).await.unwrap_or(Err(NoAnswer::Silent(limit)));
        let result = answer.unwrap_or_else(|silence| Err(no_answer(silence)));
        self.note(result.as_ref().err());
        result
    }

    fn note(&self, error: Option<&impl fmt::Display>) {
        let now = u64::try_from(self.created.elapsed().as_millis()).unwrap_or(u64::MAX - 1) + 1;
        let Some(error) = error else { return self.note_answer(now) };
        if self.failed.swap(now, Ordering::Relaxed) == 0 {
            tracing::error!(event = "sys_store_away", store = self.store, %error, "a store does not answer");
        }
    }

    fn note_answer(&self, now: u64) {
        // Looked at before it is written: in quiet times the cores share this line of memory.
        let failed = self.failed.load(Ordering::Relaxed);
        if failed == 0 || Duration::from_millis(now.saturating_sub(failed)) < QUIET {
            return;
        }
        // Whoever failed meanwhile, or said it already, has changed it.
        if self.failed.compare_exchange(failed, 0, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            tracing::info!(event = "sys_store_back", store = self.store, "a store answers again");
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
