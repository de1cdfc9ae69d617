//! Attempts that this instance has not decided yet, by client address. In the database an attempt counts as
//! failed from its reservation on, so that parallel guesses cannot exceed the limit together; this keeps
//! parallel *correct* passwords from being rejected because of that.
//!
//! An attempt is undecided from the moment the database is asked, not from its answer on: of many that ask at
//! once, the one that is refused may hear of it before those that were counted. It waits for no others: those that
//! ask later cannot have been in its way, and while there are always new ones it would wait for all its time.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

#[derive(Debug, Clone, Default)]
pub(super) struct OpenAttempts(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    by_address: Mutex<HashMap<String, Attempts>>,
    changed: Notify,
}

/// Of one address.
#[derive(Debug, Default)]
struct Attempts {
    /// Waiting ones included.
    all: usize,
    /// How many questions the database was asked.
    asked: u64,
    /// The numbers of those that it has not refused.
    undecided: BTreeSet<u64>,
    /// How many were decided, while there are any.
    decided: u64,
}

impl OpenAttempts {
    pub(super) fn begin(&self, address: &str) -> Open {
        self.lock().entry(address.to_owned()).or_default().all += 1;
        Open { attempts: self.clone(), address: address.to_owned(), undecided: None }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Attempts>> {
        // Nothing panics while holding the lock; even then the counts would be intact.
        self.0.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt; decided when dropped.
#[derive(Debug)]
pub(super) struct Open {
    attempts: OpenAttempts,
    address: String,
    /// The number of its question.
    undecided: Option<u64>,
}

impl Open {
    /// The database is about to be asked. Returns how many were decided before.
    pub(super) fn ask(&mut self) -> u64 {
        let (number, decided) = self.change(|of_address| {
            let number = of_address.asked;
            of_address.asked += 1;
            of_address.undecided.insert(number);
            (number, of_address.decided)
        });
        self.undecided = Some(number);
        decided
    }

    /// The database has refused: waits until one is decided that was not when it was asked (`before`), because it may
    /// have left room. `false` if there is none to wait for, or not in time.
    pub(super) async fn refused(&mut self, before: u64, deadline: Instant) -> bool {
        let number = self.undecided.take();
        let later = self.change(|of_address| {
            if let Some(number) = number {
                of_address.undecided.remove(&number);
            }
            of_address.asked
        });
        // Those that were refused as well may now find that there is nobody to wait for.
        self.attempts.0.changed.notify_waiters();
        loop {
            let changed = self.attempts.0.changed.notified();
            tokio::pin!(changed);
            // Listens before looking, so that no change in between is missed.
            changed.as_mut().enable();
            let (decided, oldest) =
                self.change(|of_address| (of_address.decided, of_address.undecided.first().copied()));
            if decided > before {
                return true;
            }
            let is_hopeless = oldest.is_none_or(|oldest| oldest >= later);
            if is_hopeless || timeout_at(deadline, changed).await.is_err() {
                return false;
            }
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Attempts) -> T) -> T {
        // There is an entry while there is an attempt.
        change(self.attempts.lock().entry(self.address.clone()).or_default())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut by_address = self.attempts.lock();
        if let Some(of_address) = by_address.get_mut(&self.address) {
            of_address.all -= 1;
            if let Some(number) = self.undecided {
                of_address.undecided.remove(&number);
                of_address.decided += 1;
            }
            if of_address.all == 0 {
                by_address.remove(&self.address);
            }
        }
        drop(by_address);
        self.attempts.0.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::FutureExt as _;

    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[tokio::test]
    async fn a_refused_attempt_waits_for_one_that_has_not_heard_yet() {
        let attempts = OpenAttempts::default();
        let (mut counted, mut refused) = (attempts.begin("a"), attempts.begin("a"));
        counted.ask();
        let before = refused.ask();
        let mut waiting = Box::pin(refused.refused(before, soon()));
        assert_eq!((&mut waiting).now_or_never(), None, "the other may leave room");
        drop(counted);
        assert!(waiting.await);
    }

    #[tokio::test]
    async fn of_those_that_are_all_refused_none_waits() {
        let attempts = OpenAttempts::default();
        let (mut one, mut other) = (attempts.begin("a"), attempts.begin("a"));
        let (of_one, of_other) = (one.ask(), other.ask());
        let mut waiting = Box::pin(one.refused(of_one, soon()));
        assert_eq!((&mut waiting).now_or_never(), None);
        assert!(!other.refused(of_other, soon()).await);
        assert!(!waiting.await);
    }

    #[tokio::test]
    async fn one_that_asks_after_the_refusal_keeps_nobody_waiting() {
        let attempts = OpenAttempts::default();
        let [mut one, mut refused, mut later] = ["a", "a", "a"].map(|address| attempts.begin(address));
        let of_one = one.ask();
        let before = refused.ask();
        let mut waiting = Box::pin(refused.refused(before, soon()));
        assert_eq!((&mut waiting).now_or_never(), None, "the first may leave room");
        later.ask();
        let mut also_waiting = Box::pin(one.refused(of_one, soon()));
        assert_eq!((&mut also_waiting).now_or_never(), None, "the last asked before this was refused");
        assert_eq!((&mut waiting).now_or_never(), Some(false));
    }

    #[tokio::test]
    async fn a_decision_between_question_and_answer_counts() {
        let attempts = OpenAttempts::default();
        let (mut counted, mut refused) = (attempts.begin("a"), attempts.begin("a"));
        counted.ask();
        let before = refused.ask();
        drop(counted);
        assert!(refused.refused(before, soon()).await);
    }

    #[tokio::test]
    async fn nobody_waits_for_another_address_or_for_ever() {
        let attempts = OpenAttempts::default();
        let mut elsewhere = attempts.begin("b");
        elsewhere.ask();
        let mut refused = attempts.begin("a");
        let before = refused.ask();
        assert!(!refused.refused(before, soon()).await);
        let mut stuck = attempts.begin("a");
        stuck.ask();
        let before = refused.ask();
        assert!(!refused.refused(before, Instant::now()).await);
    }

    #[test]
    fn nothing_is_left_behind() {
        let attempts = OpenAttempts::default();
        let mut one = attempts.begin("a");
        one.ask();
        drop(one);
        assert!(attempts.lock().is_empty());
    }
}
