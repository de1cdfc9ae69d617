//! Tells who waits for it that a session has ended: pages that stay open.
//!
//! A session may be ended by another instance, by a command, or by time alone, so [`run`] asks the store about all that are
//! watched, in a few requests every [`INTERVAL`]. What this process has ended itself it looks up at once. Either way it is
//! the store that says what became of a session.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use session_rows::{Lifetime, RowKey};
use time::OffsetDateTime;
use tokio::sync::{Notify, watch};
use tokio::time::MissedTickBehavior;

use crate::{Sessions, TypedSession};

/// How often the store is asked about each watched session.
pub const INTERVAL: Duration = Duration::from_secs(5);

/// Sessions that one request to the store is about: a millisecond's work for it.
const BATCH: usize = 250;

/// A browser needs one, and a second one while the server has not noticed yet that the first is gone.
const MOST_PER_SESSION: usize = 8;

/// What became of a watched session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By its owner or an operator.
    Ended,
    /// By an idle timeout or its absolute lifetime.
    Expired,
    /// It goes on under another id, which this browser has got.
    Replaced,
}

/// The sessions that are watched in this process.
#[derive(Debug, Default)]
pub(crate) struct Watchers {
    state: Mutex<State>,
    /// There is something in [`State::due`].
    hint: Notify,
}

#[derive(Debug, Default)]
struct State {
    sessions: HashMap<RowKey, Watching>,
    /// To be looked up at once.
    due: Vec<RowKey>,
    closed: bool,
}

#[derive(Debug)]
struct Watching {
    owner: String,
    handle: String,
    /// As far as is known: it grows with activity.
    live_until: OffsetDateTime,
    end: watch::Sender<Option<End>>,
}

/// One place from which a session is watched; it is free again when dropped.
#[derive(Debug)]
pub struct Watched {
    watchers: Arc<Watchers>,
    key: RowKey,
    end: watch::Receiver<Option<End>>,
}

impl Watched {
    /// Waits for the end of the session. `None` if this process stops watching before.
    pub async fn end(&mut self) -> Option<End> {
        let end = self.end.wait_for(Option::is_some).await;
        end.ok().and_then(|end| *end)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut state = self.watchers.state();
        // Without a sender this one has ended, and what stands under its key is another. Of the receivers it is one itself.
        let waits = self.end.has_changed().is_ok();
        if waits && state.sessions.get(&self.key).is_some_and(|session| session.end.receiver_count() <= 1) {
            state.sessions.remove(&self.key);
        }
    }
}

impl Watchers {
    /// No code panics while it holds the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(self: &Arc<Self>, key: RowKey, new: impl FnOnce() -> Watching) -> Option<Watched> {
        let mut state = self.state();
        let end = if state.closed {
            // Its sender is dropped here.
            new().end.subscribe()
        } else {
            let session = state.sessions.entry(key).or_insert_with(new);
            if session.end.receiver_count() >= MOST_PER_SESSION {
                return None;
            }
            session.end.subscribe()
        };
        Some(Watched { watchers: Arc::clone(self), key, end })
    }

    /// This process has ended or replaced the session.
    pub(crate) fn look_at(&self, key: &RowKey) {
        let mut state = self.state();
        if state.sessions.contains_key(key) {
            state.due.push(*key);
            self.hint.notify_one();
        }
    }

    /// The same for one session of an owner.
    pub(crate) fn look_at_handle(&self, owner: &str, handle: &str) {
        self.look_at_those(|_, session| session.owner == owner && session.handle == handle);
    }

    /// The same for all sessions of an owner, optionally except one.
    pub(crate) fn look_at_all(&self, owner: &str, except: Option<&RowKey>) {
        self.look_at_those(|key, session| session.owner == owner && Some(key) != except);
    }

    fn look_at_those(&self, ended: impl Fn(&RowKey, &Watching) -> bool) {
        let state = &mut *self.state();
        let due = state.sessions.iter().filter(|(key, session)| ended(key, session)).map(|(key, _)| *key);
        state.due.extend(due);
        if !state.due.is_empty() {
            self.hint.notify_one();
        }
    }

    fn take_due(&self) -> Vec<RowKey> {
        mem::take(&mut self.state().due)
    }

    fn all(&self) -> Vec<RowKey> {
        self.state().sessions.keys().copied().collect()
    }

    /// What the store has said about one of them.
    fn found(&self, key: &RowKey, lifetime: Lifetime, now: OffsetDateTime) {
        let mut state = self.state();
        let Some(session) = state.sessions.get_mut(key) else { return };
        let end = match lifetime {
            Lifetime::Until(live_until) => {
                session.live_until = live_until;
                (live_until <= now).then_some(End::Expired)
            }
            Lifetime::Replaced => Some(End::Replaced),
            // The row of a session that has timed out is deleted some time later.
            Lifetime::Missing if session.live_until <= now => Some(End::Expired),
            Lifetime::Missing => Some(End::Ended),
        };
        if end.is_some() {
            session.end.send_replace(end);
            state.sessions.remove(key);
        }
    }

    fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        // With the senders, whose receivers notice.
        state.sessions.clear();
    }
}

impl TypedSession {
    /// Watches this session, whose owner is signed in. `None` if nobody is, or if it is watched from as many places as may
    /// be.
    pub async fn watch(&self) -> Option<Watched> {
        let (meta, data) = (self.meta()?, self.data().await);
        let owner = data.login.as_ref()?.user_id.as_str().to_owned();
        let live_until = self.sessions.times_of(&data, meta.last_activity).live_until;
        self.sessions.watchers.watch(meta.key, || Watching {
            owner,
            handle: meta.handle,
            live_until,
            end: watch::Sender::new(None),
        })
    }
}

impl Sessions {
    /// Lets everybody go who watches a session, now and from now on. For the end of the process.
    pub fn stop_watching(&self) {
        self.watchers.close();
    }
}

/// Looks after the watched sessions of this process, for ever.
pub async fn run(sessions: Arc<Sessions>, interval: Duration) {
    let mut ticks = tokio::time::interval(interval);
    // The next one comes a whole interval after one that took long.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let keys = tokio::select! {
            _ = ticks.tick() => sessions.watchers.all(),
            () = sessions.watchers.hint.notified() => sessions.watchers.take_due(),
        };
        look(&sessions, &keys).await;
    }
}

async fn look(sessions: &Sessions, keys: &[RowKey]) {
    for batch in keys.chunks(BATCH) {
        let now = sessions.now();
        match sessions.rows.lifetimes(batch, now).await {
            Ok(lifetimes) => {
                for (key, lifetime) in batch.iter().zip(lifetimes) {
                    sessions.watchers.found(key, lifetime, now);
                }
            }
            Err(error) => {
                // Nobody is told anything, and the rest would fail as well. They are asked about at the next tick.
                tracing::debug!(%error, "the session store does not answer");
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests;
