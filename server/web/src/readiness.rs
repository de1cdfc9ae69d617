//! Whether the stores can serve requests, for `/readyz`: they must answer, and they must accept writes.
//!
//! A full disk, a full memory or a server that has become read-only answers every ping. So a write is tried as well:
//! a row that is removed at once. While writes succeed it is tried once in [`PROBE_INTERVAL`], and out of turn when an
//! operation has failed since; while they fail, once in [`PROBE_PAUSE`]. In between the last outcome stands. However
//! often strangers ask, they cause no more writes than that.

use std::sync::Arc;
use std::time::Duration;

use storage::fault::Fault;
use storage::time_limit::TimeLimit;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::state::AppState;

/// How long a write that succeeded counts, as long as nothing fails.
const PROBE_INTERVAL: Duration = Duration::from_secs(10);

/// The shortest time between two tries, so that an instance is ready again a moment after its store is.
const PROBE_PAUSE: Duration = Duration::from_millis(500);

/// A store that cannot serve requests, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotReady {
    pub(crate) store: &'static str,
    pub(crate) fault: Fault,
}

/// The last tries, one for each store.
#[derive(Debug)]
pub(crate) struct Readiness {
    sessions: Probe,
    database: Probe,
}

impl Readiness {
    /// Watches the failures of these stores.
    pub(crate) fn new(sessions: Arc<TimeLimit>, database: Arc<TimeLimit>) -> Self {
        Self { sessions: Probe::new(sessions), database: Probe::new(database) }
    }

    /// Asks both stores.
    pub(crate) async fn check(&self, app: &AppState) -> Vec<NotReady> {
        let sessions = async {
            app.sessions.rows.ping().await.map_err(|error| Fault::of(&error))?;
            self.sessions.outcome(app.sessions.try_to_write(), |error| Fault::of(error)).await
        };
        let database = async {
            app.db.ping().await.map_err(|error| error.fault())?;
            self.database.outcome(app.accounts.try_to_write(), |error| error.fault()).await
        };
        let (sessions, database): (Result<(), Fault>, Result<(), Fault>) = tokio::join!(sessions, database);
        [("session store", sessions), ("database", database)]
            .into_iter()
            .filter_map(|(store, outcome)| outcome.err().map(|fault| NotReady { store, fault }))
            .collect()
    }
}

/// Tries to write to one store, now and then.
#[derive(Debug)]
struct Probe {
    failures: Arc<TimeLimit>,
    last: Mutex<Option<Last>>,
}

/// The last try.
#[derive(Debug, Clone, Copy)]
struct Last {
    at: Instant,
    /// How many operations had failed by then.
    failures: u64,
    outcome: Result<(), Fault>,
}

impl Last {
    fn stands(&self, failures: u64) -> bool {
        match self.outcome {
            Ok(()) => self.failures == failures && self.at.elapsed() < PROBE_INTERVAL,
            Err(_) => self.at.elapsed() < PROBE_PAUSE,
        }
    }
}

impl Probe {
    fn new(failures: Arc<TimeLimit>) -> Self {
        Self { failures, last: Mutex::default() }
    }

    /// The last outcome while it stands, otherwise that of `write`. Of requests that come at once one writes, and the
    /// others wait for it.
    async fn outcome<E>(
        &self,
        write: impl Future<Output = Result<(), E>>,
        fault: impl FnOnce(&E) -> Fault,
    ) -> Result<(), Fault> {
        let mut last = self.last.lock().await;
        if let Some(last) = *last
            && last.stands(self.failures.failures())
        {
            return last.outcome;
        }
        let at = Instant::now();
        let outcome = write.await.map_err(|error| fault(&error));
        // Counted afterwards: its own failure is no reason to doubt its outcome.
        *last = Some(Last { at, failures: self.failures.failures(), outcome });
        outcome
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use storage::intercept::{Intercept as _, Operation};
    use storage::time_limit::CallQueue;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("failed")]
    struct Failed;

    fn limit() -> Arc<TimeLimit> {
        Arc::new(TimeLimit::new("store", Duration::from_secs(1), CallQueue::plenty()))
    }

    /// The outcome, and how many writes there have been.
    async fn ask(probe: &Probe, writes: &Cell<u32>, outcome: Result<(), Failed>) -> (bool, u32) {
        let write = async {
            writes.set(writes.get() + 1);
            outcome
        };
        let ready = probe.outcome(write, |_| Fault::Full).await.is_ok();
        (ready, writes.get())
    }

    #[tokio::test(start_paused = true)]
    async fn however_often_it_is_asked_a_write_is_tried_once_in_ten_seconds() {
        let (probe, writes) = (Probe::new(limit()), Cell::new(0));
        for _ in 0..100 {
            assert_eq!(ask(&probe, &writes, Ok(())).await, (true, 1));
        }
        tokio::time::advance(PROBE_INTERVAL).await;
        assert_eq!(ask(&probe, &writes, Err(Failed)).await, (false, 2));
        assert_eq!(ask(&probe, &writes, Ok(())).await, (false, 2), "not at once again");
        tokio::time::advance(PROBE_PAUSE).await;
        assert_eq!(ask(&probe, &writes, Ok(())).await, (true, 3));
    }

    #[tokio::test(start_paused = true)]
    async fn an_operation_that_has_failed_since_is_a_reason_to_try_again() {
        let (limit, writes) = (limit(), Cell::new(0));
        let probe = Probe::new(Arc::clone(&limit));
        assert_eq!(ask(&probe, &writes, Ok(())).await, (true, 1));
        assert_eq!(ask(&probe, &writes, Ok(())).await, (true, 1));
        let failing = std::future::ready(Err::<(), _>(std::io::Error::other("full")));
        let failed = limit.around(Operation::request("create"), std::io::Error::other, failing).await;
        assert!(failed.is_err());
        assert_eq!(ask(&probe, &writes, Err(Failed)).await, (false, 2));
    }
}
