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

use std::collections::HashMap;
use std::sync::{Arc, Mutex as SyncMutex, MutexGuard as SyncMutexGuard, PoisonError};
use std::time::Duration;

use session_rows::RowKey;
use tokio::sync::{Mutex, OwnedMutexGuard};
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

#[derive(Debug, Default)]
struct Queue {
    /// Changes in the queue, including the one whose turn it is. The last to leave removes the queue.
    places: usize,
    /// Fair: `tokio` hands it on in the order of the requests for it.
    turn: Arc<Mutex<()>>,
}

/// A place in a queue; also given up if the request is dropped while it waits.
#[derive(Debug)]
struct Place<'a> {
    turns: &'a Turns,
    key: RowKey,
    turn: Arc<Mutex<()>>,
}

/// Held by the change whose turn it is. The guard is dropped before the place.
#[derive(Debug)]
struct Turn<'a> {
    _guard: OwnedMutexGuard<()>,
    _place: Place<'a>,
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
    async fn turn(self) -> Turn<'a> {
        Turn { _guard: Arc::clone(&self.turn).lock_owned().await, _place: self }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut queues = self.turns.queues();
        if let Some(queue) = queues.get_mut(&self.key) {
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
    /// With other processes.
    conflicts: u32,
    deadline: Option<Instant>,
}

impl<'a> Tries<'a> {
    pub(crate) fn new(turns: &'a Turns) -> Self {
        Self { turns, turn: None, begun: false, conflicts: 0, deadline: None }
    }

    /// Before the first try: waits behind other changes of the session, if there is a queue. `true` if it has
    /// waited, so that what was loaded is out of date.
    pub(crate) async fn queued(&mut self, key: &RowKey) -> bool {
        if std::mem::replace(&mut self.begun, true) {
            return false;
        }
        let Some(place) = self.turns.join(key) else { return false };
        self.turn = Some(place.turn().await);
        true
    }

    /// After a conflict: waits until it makes sense to load and try again.
    ///
    /// # Errors
    /// [`SessionError::Stale`] when patience has run out.
    pub(crate) async fn conflict(&mut self, key: &RowKey) -> Result<(), SessionError> {
        if self.turn.is_none() {
            self.turn = Some(self.turns.begin(key).turn().await);
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
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    const KEY: RowKey = RowKey([7; 32]);

    #[tokio::test]
    async fn without_a_conflict_nobody_queues() {
        let turns = Turns::default();
        assert!(!Tries::new(&turns).queued(&KEY).await);
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
        assert!(!Tries::new(&turns).queued(&RowKey([8; 32])).await, "another session is not affected");
        drop(first);
        assert!((&mut third_waits).now_or_never().is_none(), "not before the second");
        assert_eq!((&mut second_waits).now_or_never(), Some(true));
        drop(second_waits);
        drop(second);
        assert_eq!((&mut third_waits).now_or_never(), Some(true));
    }

    #[tokio::test]
    async fn a_request_that_goes_away_leaves_the_queue() {
        let turns = Turns::default();
        let (mut first, mut second) = (Tries::new(&turns), Tries::new(&turns));
        first.conflict(&KEY).await.unwrap();
        assert!(second.queued(&KEY).now_or_never().is_none(), "dropped while waiting");
        drop((first, second));
        assert!(turns.queues().is_empty(), "an empty queue takes no room");
        assert!(!Tries::new(&turns).queued(&KEY).await);
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
