//! What a connection is doing, and for how long it has been waiting for its client.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Limits;

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Reading request line and headers, or waiting for the first of them.
    Headers,
    /// A request is being answered.
    Serving,
    /// Between requests.
    Idle,
    /// The answer is complete and the connection closed on our side.
    Closing,
}

/// Changed by socket and bodies, read by the connection's timer and by those who look for a place.
#[derive(Debug)]
pub(super) struct Activity {
    id: u64,
    /// In one of the places for health checks.
    spare: bool,
    state: Mutex<State>,
    /// What all connections hold, this one among them.
    unfinished: Arc<AtomicUsize>,
    /// A deadline came closer, or the connection shall end.
    changed: Notify,
    /// A request is being answered.
    begun: Notify,
}

#[derive(Debug, Clone, Copy)]
struct State {
    phase: Phase,
    since: Instant,
    /// While a handler waits for more of the body.
    body_since: Option<Instant>,
    /// While the client reads nothing of what is being written.
    stalled_since: Option<Instant>,
    /// What has come of a request that is not answered.
    unfinished: usize,
    /// Why it must make room for others.
    displaced: Option<&'static str>,
}

impl State {
    /// Since when nothing happens because of the client.
    fn waiting_since(&self) -> Option<Instant> {
        let of_phase = match self.phase {
            Phase::Headers | Phase::Idle | Phase::Closing => Some(self.since),
            Phase::Serving => None,
        };
        [of_phase, self.body_since, self.stalled_since].into_iter().flatten().min()
    }
}

impl Activity {
    fn new(id: u64, spare: bool, unfinished: Arc<AtomicUsize>) -> Self {
        let state = State {
            phase: Phase::Headers,
            since: Instant::now(),
            body_since: None,
            stalled_since: None,
            unfinished: 0,
            displaced: None,
        };
        Self { id, spare, state: Mutex::new(state), unfinished, changed: Notify::new(), begun: Notify::new() }
    }

    /// No code panics while it holds the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, phase: Phase) {
        let mut state = self.state();
        state.phase = phase;
        state.since = Instant::now();
        state.body_since = None;
        drop(state);
        // While a request is served the timer is further away than in any other phase.
        if phase != Phase::Serving {
            self.changed.notify_one();
        }
    }

    /// Bytes have come: while idle, those of the next request.
    pub(super) fn received(&self, bytes: usize) {
        let mut state = self.state();
        let idle = state.phase == Phase::Idle;
        // What a displaced one still reads is dropped with it.
        if state.displaced.is_none() {
            state.unfinished += bytes;
            self.unfinished.fetch_add(bytes, Ordering::Relaxed);
        }
        drop(state);
        if idle {
            self.enter(Phase::Headers);
        }
    }

    /// What has come so far takes no memory any more, or soon will not.
    pub(super) fn released(&self) {
        let bytes = std::mem::take(&mut self.state().unfinished);
        self.unfinished.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Ends the connection.
    fn displace(&self, reason: &'static str) {
        self.state().displaced = Some(reason);
        self.released();
        self.changed.notify_one();
    }

    /// A request's headers are complete.
    pub(super) fn serving(&self) {
        self.enter(Phase::Serving);
        self.begun.notify_waiters();
    }

    /// The answer is complete.
    pub(super) fn answered(&self) {
        if self.state().phase == Phase::Serving {
            self.enter(Phase::Idle);
        }
    }

    /// Our side is closed.
    pub(super) fn closing(&self) {
        if self.state().phase != Phase::Closing {
            self.enter(Phase::Closing);
        }
    }

    /// Waits this long for a request if one may be on its way.
    pub(super) async fn arrived(&self, arriving: Duration) {
        let begun = self.begun.notified();
        // hyper closes a connection of which it has read nothing as soon as it is told to stop.
        if self.state().phase == Phase::Headers {
            // Whichever is first.
            let _ = tokio::time::timeout(arriving, begun).await;
        }
    }

    /// Whether the next part of the body has yet to come.
    pub(super) fn waits_for_body(&self, waits: bool) {
        let mut state = self.state();
        if waits != state.body_since.is_some() {
            state.body_since = waits.then(Instant::now);
        }
    }

    /// Whether the client has yet to read what was written.
    pub(super) fn waits_for_reader(&self, waits: bool) {
        let mut state = self.state();
        if waits != state.stalled_since.is_some() {
            state.stalled_since = waits.then(Instant::now);
            drop(state);
            if waits {
                self.changed.notify_one();
            }
        }
    }

    /// Waits until the connection must end, and says why.
    pub(super) async fn over(&self, limits: &Limits) -> &'static str {
        loop {
            let state = *self.state();
            if let Some(reason) = state.displaced {
                return reason;
            }
            let now = Instant::now();
            let (deadline, reason) = deadline(&state, limits, now);
            if deadline <= now {
                return reason;
            }
            tokio::select! {
                () = tokio::time::sleep_until(deadline) => {}
                () = self.changed.notified() => {}
            }
        }
    }
}

/// The next time at which the connection may have to end. What shortens it later is notified.
fn deadline(state: &State, limits: &Limits, now: Instant) -> (Instant, &'static str) {
    let of_phase = match state.phase {
        Phase::Headers => (state.since + limits.headers, "its headers took too long"),
        Phase::Idle => (state.since + limits.idle, "it was idle"),
        Phase::Closing => (state.since + limits.linger, "the client did not close it"),
        // Only a look: the end of this phase is notified.
        Phase::Serving => (now + limits.idle, ""),
    };
    match state.stalled_since.map(|since| since + limits.stalled) {
        Some(stalled) if stalled < of_phase.0 => (stalled, "the client read nothing of the answer"),
        _ => of_phase,
    }
}

/// All open connections.
#[derive(Debug)]
pub(super) struct Open {
    connections: Mutex<HashMap<u64, Arc<Activity>>>,
    next_id: AtomicU64,
    unfinished: Arc<AtomicUsize>,
    most_unfinished: usize,
}

impl Open {
    pub(super) fn new(most_unfinished: usize) -> Self {
        Self {
            connections: Mutex::default(),
            next_id: AtomicU64::default(),
            unfinished: Arc::default(),
            most_unfinished,
        }
    }

    fn connections(&self) -> MutexGuard<'_, HashMap<u64, Arc<Activity>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, spare: bool) -> Arc<Activity> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let activity = Arc::new(Activity::new(id, spare, Arc::clone(&self.unfinished)));
        self.connections().insert(activity.id, Arc::clone(&activity));
        activity
    }

    pub(super) fn remove(&self, activity: &Activity) {
        activity.released();
        self.connections().remove(&activity.id);
    }

    /// Ends the connection that has been waiting for its client the longest, if any waits.
    pub(super) fn end_longest_waiting(&self, spare: bool) -> bool {
        let connections = self.connections();
        let of_kind = connections.values().filter(|activity| activity.spare == spare);
        let waiting = of_kind.filter_map(|activity| {
            let state = activity.state();
            state.waiting_since().filter(|_| state.displaced.is_none()).map(|since| (since, activity))
        });
        let Some((_, longest)) = waiting.min_by_key(|(since, _)| *since) else { return false };
        longest.displace("another one needed its place");
        true
    }

    /// Ends connections that hold the most of what has come and wait for more, while all hold too much. Those that
    /// are being served go on.
    pub(super) fn keep_unfinished_bytes_bounded(&self) {
        while self.unfinished.load(Ordering::Relaxed) > self.most_unfinished {
            let connections = self.connections();
            let waiting = connections.values().filter_map(|activity| {
                let state = activity.state();
                state.waiting_since().filter(|_| state.unfinished > 0).map(|_| (state.unfinished, activity))
            });
            let Some((_, largest)) = waiting.max_by_key(|(bytes, _)| *bytes) else { return };
            largest.displace("unfinished requests took too much memory");
        }
    }
}
