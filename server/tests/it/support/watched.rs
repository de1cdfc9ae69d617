//! A store that can be observed: it counts operations, fails on demand, and pauses a request in the middle.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use database::Database;
use session_rows::SessionRows;
use storage::intercept::{Cause, Intercept, Operation};
use tokio::sync::Notify;
use web::startup::Wrap;

/// The test's handle to the store.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    counts: Mutex<BTreeMap<&'static str, usize>>,
    away: AtomicBool,
    failing: Mutex<Failing>,
    panicking: Mutex<Option<&'static str>>,
    pause: Mutex<Option<(&'static str, Arc<Gate>)>>,
    losing: Mutex<Losing>, // slim: trainer
}

/// Which operations fail.
#[derive(Debug, Default)]
struct Failing {
    operations: BTreeSet<&'static str>,
    /// One of them has been called.
    has_failed: bool,
}

// slim: trainer
/// Which answers are lost: every so-manieth of these operations.
#[derive(Debug, Default)]
struct Losing {
    operations: BTreeSet<&'static str>,
    every: usize,
    calls: usize,
}
// slim: end

/// Longer than any request takes, even on a busy machine.
const GATE_LIMIT: Duration = Duration::from_secs(20);

/// A request waits here before its operation.
#[derive(Debug)]
pub(crate) struct Gate {
    operation: &'static str,
    reached: Notify,
    open: Notify,
}

impl Gate {
    /// Waits until a request is about to call the operation.
    pub(crate) async fn reached(&self) {
        let waited = tokio::time::timeout(GATE_LIMIT, self.reached.notified()).await;
        assert!(waited.is_ok(), "no request reached `{}` within {GATE_LIMIT:?}", self.operation);
    }

    async fn opened(&self) {
        self.reached.notify_one();
        let waited = tokio::time::timeout(GATE_LIMIT, self.open.notified()).await;
        assert!(waited.is_ok(), "the gate before `{}` was not opened within {GATE_LIMIT:?}", self.operation);
    }

    /// Lets the request continue.
    pub(crate) fn open(&self) {
        self.open.notify_one();
    }
}

impl Watch {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Wraps the session store, for `Overrides`.
    pub(crate) fn wrap(watch: Arc<Self>) -> Wrap<dyn SessionRows> {
        Box::new(move |inner| Arc::new(sessions::store::Intercepted::new(inner, watch)))
    }

    /// Wraps the database, for `Overrides`.
    pub(crate) fn wrap_database(watch: Arc<Self>) -> Wrap<dyn Database> {
        Box::new(move |inner| Arc::new(database::Intercepted::new(inner, watch)))
    }

    /// Operations since the last call, by name.
    pub(crate) fn take(&self) -> BTreeMap<&'static str, usize> {
        std::mem::take(&mut *self.counts.lock().unwrap())
    }

    /// From now on every operation fails (or works again).
    pub(crate) fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// From now on only the operations with these names fail. Panics if none of those that were named before has been
    /// called: such a fault proves nothing, and may be in the wrong store. So a test ends with `fail_at(&[])`.
    pub(crate) fn fail_at(&self, operations: &[&'static str]) {
        let operations = operations.iter().copied().collect();
        let before =
            std::mem::replace(&mut *self.failing.lock().unwrap(), Failing { operations, has_failed: false });
        let met = before.has_failed || before.operations.is_empty();
        assert!(met, "nothing has called {:?}, which were to fail", before.operations);
    }

    // slim: trainer
    /// From now on every so-manieth of these operations is carried out and fails all the same: its answer is lost.
    pub(crate) fn lose_answers(&self, operations: &[&'static str], every: usize) {
        *self.losing.lock().unwrap() =
            Losing { operations: operations.iter().copied().collect(), every, calls: 0 };
    }

    fn loses_answer(&self, operation: &'static str) -> bool {
        let mut losing = self.losing.lock().unwrap();
        if !losing.operations.contains(operation) {
            return false;
        }
        losing.calls += 1;
        losing.calls.is_multiple_of(losing.every)
    }
    // slim: end

    /// The next operation with that name panics.
    pub(crate) fn panic_at(&self, operation: &'static str) {
        *self.panicking.lock().unwrap() = Some(operation);
    }

    /// The next operation with that name waits at the gate.
    pub(crate) fn pause_at(&self, operation: &'static str) -> Arc<Gate> {
        let gate = Arc::new(Gate { operation, reached: Notify::new(), open: Notify::new() });
        *self.pause.lock().unwrap() = Some((operation, Arc::clone(&gate)));
        gate
    }

    async fn pass(&self, operation: &'static str) -> Result<(), Cause> {
        *self.counts.lock().unwrap().entry(operation).or_default() += 1;
        let gate = {
            let mut pause = self.pause.lock().unwrap();
            pause.take_if(|(name, _)| *name == operation).map(|(_, gate)| gate)
        };
        if let Some(gate) = gate {
            gate.opened().await;
        }
        let panics = self.panicking.lock().unwrap().take_if(|name| *name == operation).is_some();
        assert!(!panics, "`{operation}` panics, says the test");
        let fails = {
            let mut failing = self.failing.lock().unwrap();
            let fails = failing.operations.contains(operation);
            failing.has_failed |= fails;
            fails
        };
        if fails || self.away.load(Ordering::SeqCst) {
            Err("unavailable, says the test".into())
        } else {
            Ok(())
        }
    }
}

impl Intercept for Watch {
    async fn around<T: Send, E: std::error::Error + Send + 'static>(
        &self,
        operation: Operation,
        failed: fn(Cause) -> E,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        // Operations outside of requests are not counted: clean-up runs during the tests.
        if !operation.maintenance {
            self.pass(operation.name).await.map_err(failed)?;
        }
        // slim: trainer
        let is_lost = !operation.maintenance && self.loses_answer(operation.name);
        let answer = call.await?;
        if is_lost { Err(failed("the answer was lost, says the test".into())) } else { Ok(answer) }
        // slim: instead
        // call.await
        // slim: end
    }
}
