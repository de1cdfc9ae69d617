//! Whose turn it is to change a session.
//!
//! A session that only one request changes at a time has no queue. The first conflict starts one, and as long
//! as anybody is in it, every further change of that session in this process queues up before it is tried:
//! each costs one load and one save, and the first to come is the first to be served. Without this, requests
//! that have not met a conflict yet would keep overtaking those that have.
//!
//! Processes do not share a queue. A request whose turn has come and that still meets a conflict was overtaken
//! by another process; it tries again after a short random pause. Each conflict means that another change was
//! saved, so the processes together always get on.
//!
//! When the store does not answer the change whose turn it is, the whole queue fails with it. If each of them
//! tried for itself, the last would be answered after as many time limits as there are places in front of it. A
//! change that comes later finds no queue and tries anew.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as SyncMutex, MutexGuard as SyncMutexGuard, PoisonError};
use std::time::Duration;

use session_rows::{RowKey, StoreError};
use storage::time_limit::Timeout;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::SessionError;

/// How long a change keeps trying once its turn has come. Only a store in which others save this very session
/// without a pause could make it last; waiting in the queue does not count.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest pause after the first conflict with another process; doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(1);

/// A pause is never longer.
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// The queues of those sessions that have one.
#[derive(Debug, Default)]
pub(crate) struct Turns(SyncMutex<HashMap<RowKey, Queue>>);

#[derive(Debug)]
struct Queue {
    /// Changes in the queue, including the one whose turn it is. The last to leave removes the queue.
    places: usize,
    /// One permit. Fair: `tokio` hands it on in the order of the requests for it. Closed if the store does not
    /// answer.
    turn: Arc<Semaphore>,
}

impl Default for Queue {
    fn default() -> Self {
        Self { places: 0, turn: Arc::new(Semaphore::new(1)) }
    }
}

/// A place in a queue; also given up if the request is dropped while it waits.
#[derive(Debug)]
struct Place<'a> {
    turns: &'a Turns,
    key: RowKey,
    turn: Arc<Semaphore>,
}

/// Held by the change whose turn it is. The permit is returned before the place is left.
#[derive(Debug)]
struct Turn<'a> {
    _permit: OwnedSemaphorePermit,
    place: Place<'a>,
}

impl Turns {
    fn queues(&self) -> SyncMutexGuard<'_, HashMap<RowKey, Queue>> {
        // Nothing panics while holding the lock; even then the counts would be intact.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place in the session's queue, if it has one.
    fn join(&self, key: &RowKey) -> Option<Place<'_>> {
        let mut queues = self.queues();
        let queue = queues.get_mut(key)?;
        Some(self.place(key, queue))
    }

    /// A place in the session's queue, which begins here if there is none.
    fn begin(&self, key: &RowKey) -> Place<'_> {
        let mut queues = self.queues();
        let queue = queues.entry(*key).or_default();
        self.place(key, queue)
    }

    fn place(&self, key: &RowKey, queue: &mut Queue) -> Place<'_> {
        queue.places += 1;
        Place { turns: self, key: *key, turn: Arc::clone(&queue.turn) }
    }
}

impl<'a> Place<'a> {
    /// Waits for its turn.
    ///
    /// # Errors
    /// If the store did not answer one in front.
    async fn turn(self) -> Result<Turn<'a>, SessionError> {
        match Arc::clone(&self.turn).acquire_owned().await {
            Ok(permit) => Ok(Turn { _permit: permit, place: self }),
            Err(_) => Err(StoreError::message("no answer to the change in front of this one").into()),
        }
    }

    /// Fails those that wait. The next change of the session finds no queue.
    fn end_queue(&self) {
        let mut queues = self.turns.queues();
        if queues.get(&self.key).is_some_and(|queue| self.is_in(queue)) {
            queues.remove(&self.key);
        }
        self.turn.close();
    }

    /// After an outage the session may have another queue.
    fn is_in(&self, queue: &Queue) -> bool {
        Arc::ptr_eq(&self.turn, &queue.turn)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut queues = self.turns.queues();
        if let Some(queue) = queues.get_mut(&self.key)
            && self.is_in(queue)
        {
            queue.places -= 1;
            if queue.places == 0 {
                queues.remove(&self.key);
            }
        }
    }
}

/// The tries of one change.
#[derive(Debug)]
pub(crate) struct Tries<'a> {
    turns: &'a Turns,
    turn: Option<Turn<'a>>,
    begun: bool,
    /// Tries that failed because another process had written first.
    conflicts: u32,
    deadline: Option<Instant>,
}

impl<'a> Tries<'a> {
    pub(crate) fn new(turns: &'a Turns) -> Self {
        Self { turns, turn: None, begun: false, conflicts: 0, deadline: None }
    }

    /// Before the first try: waits behind other changes of the session, if there is a queue. `true` if it has
    /// waited, so that what was loaded is out of date.
    ///
    /// # Errors
    /// If the store did not answer a change in front.
    pub(crate) async fn queued(&mut self, key: &RowKey) -> Result<bool, SessionError> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(false);
        }
        let Some(place) = self.turns.join(key) else { return Ok(false) };
        self.turn = Some(place.turn().await?);
        Ok(true)
    }

    /// After a conflict: waits until it makes sense to load and try again.
    ///
    /// # Errors
    /// [`SessionError::Stale`] when patience has run out, and as [`Self::queued`].
    pub(crate) async fn conflict(&mut self, key: &RowKey) -> Result<(), SessionError> {
        if self.turn.is_none() {
            self.turn = Some(self.turns.begin(key).turn().await?);
            return Ok(());
        }
        let now = Instant::now();
        if now >= *self.deadline.get_or_insert(now + PATIENCE) {
            return Err(SessionError::Stale);
        }
        let most = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(self.conflicts)).min(LONGEST_PAUSE);
        let pause = most.mul_f64(rand::random_range(0.0..1.0));
        self.conflicts += 1;
        tokio::time::sleep(pause).await;
        Ok(())
    }

    /// The change has this result, which is passed through. Those behind it fail too if the store was silent for
    /// its whole time limit. Any other failure comes at once, and may not meet the next, so they find out for
    /// themselves.
    pub(crate) fn over<T>(self, result: Result<T, SessionError>) -> Result<T, SessionError> {
        if let (Some(turn), Err(SessionError::Store(error))) = (&self.turn, &result)
            && Timeout::is_silence(error)
        {
            turn.place.end_queue();
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;
    use storage::fault::{Mistake, StoreFailure};

    use super::*;

    const KEY: RowKey = RowKey([7; 32]);

    #[tokio::test]
    async fn without_a_conflict_nobody_queues() {
        let turns = Turns::default();
        assert!(!Tries::new(&turns).queued(&KEY).await.unwrap());
        assert!(turns.queues().is_empty());
    }

    #[tokio::test]
    async fn after_a_conflict_everybody_queues_in_order() {
        let turns = Turns::default();
        let (mut first, mut second, mut third) = (Tries::new(&turns), Tries::new(&turns), Tries::new(&turns));
        first.conflict(&KEY).await.unwrap();
        let mut second_waits = Box::pin(second.queued(&KEY));
        assert!((&mut second_waits).now_or_never().is_none());
        let mut third_waits = Box::pin(third.queued(&KEY));
        assert!((&mut third_waits).now_or_never().is_none());
        let other = Tries::new(&turns).queued(&RowKey([8; 32])).await;
        assert!(!other.unwrap(), "another session is not affected");
        drop(first);
        assert!((&mut third_waits).now_or_never().is_none(), "not before the second");
        assert!(matches!((&mut second_waits).now_or_never(), Some(Ok(true))));
        drop(second_waits);
        drop(second);
        assert!(matches!((&mut third_waits).now_or_never(), Some(Ok(true))));
    }

    #[tokio::test]
    async fn a_request_that_goes_away_leaves_the_queue() {
        let turns = Turns::default();
        let (mut first, mut second) = (Tries::new(&turns), Tries::new(&turns));
        first.conflict(&KEY).await.unwrap();
        assert!(second.queued(&KEY).now_or_never().is_none(), "dropped while waiting");
        drop((first, second));
        assert!(turns.queues().is_empty(), "an empty queue takes no room");
        assert!(!Tries::new(&turns).queued(&KEY).await.unwrap());
    }

    /// What the time limit in front of a store reports.
    fn silence() -> Result<(), SessionError> {
        Err(StoreError::new(Timeout::Silent(Duration::from_secs(2))).into())
    }

    #[tokio::test]
    async fn a_queue_fails_together_and_the_next_change_begins_a_new_one() {
        let turns = Turns::default();
        let (mut first, mut second, mut third) = (Tries::new(&turns), Tries::new(&turns), Tries::new(&turns));
        first.conflict(&KEY).await.unwrap();
        let mut second_waits = Box::pin(second.queued(&KEY));
        assert!((&mut second_waits).now_or_never().is_none());
        let mut third_waits = Box::pin(third.conflict(&KEY));
        assert!((&mut third_waits).now_or_never().is_none());
        first.over(silence()).unwrap_err();

        let mut later = Tries::new(&turns);
        assert!(!later.queued(&KEY).await.unwrap(), "it tries at once");
        later.conflict(&KEY).await.unwrap();
        assert!(matches!((&mut second_waits).now_or_never(), Some(Err(SessionError::Store(_)))));
        assert!(matches!((&mut third_waits).now_or_never(), Some(Err(SessionError::Store(_)))));
        drop((second_waits, third_waits));
        assert_eq!(turns.queues()[&KEY].places, 1, "the new queue has lost none of its places");
        later.over(Ok(())).unwrap();
        assert!(turns.queues().is_empty());
    }

    #[tokio::test]
    async fn any_other_failure_concerns_one_change_alone() {
        let refused = StoreFailure::mistake(Mistake::Rights, "refused".to_owned());
        let busy = Timeout::Busy(Duration::from_secs(1));
        let broken = StoreError::message("the connection was reset");
        let stores = [StoreError::new(refused), StoreError::new(busy), broken];
        for failure in stores.map(SessionError::from).into_iter().chain([SessionError::Gone]) {
            let turns = Turns::default();
            let (mut first, mut second) = (Tries::new(&turns), Tries::new(&turns));
            first.conflict(&KEY).await.unwrap();
            let mut second_waits = Box::pin(second.queued(&KEY));
            assert!((&mut second_waits).now_or_never().is_none());
            first.over(Err::<(), _>(failure)).unwrap_err();
            assert!(matches!((&mut second_waits).now_or_never(), Some(Ok(true))), "its turn has come");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn patience_with_other_processes_ends() {
        let turns = Turns::default();
        let mut tries = Tries::new(&turns);
        let begun = Instant::now();
        while tries.conflict(&KEY).await.is_ok() {}
        assert!(begun.elapsed() >= PATIENCE);
        assert!(tries.conflicts > 100, "{}", tries.conflicts);
    }
}
