//! What was done on this device and has not reached the server yet.
//!
//! An operation is stored before anything is shown, and removed only when an answer names it. It may be sent twice; its
//! id sees to it that it counts once. It stays here also if the server cannot read it: perhaps another version can, or the
//! same one once what stands between has been mended.

pub(super) mod sending;
mod sets;

use domain::account::UserId;
use domain::workout::document::{Entry, OperationId, SetOperation, Slot, WorkoutId};
use domain::workout::load::LoggedSet;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use self::sets::Sets;
use super::device::clock;
use super::stored::{self, Key, Waiting};
use super::words::{Backlog, Trouble};
use api::{self, Comments};

/// As many as the server takes at once.
const BATCH: usize = 50;
/// What another device did is asked for at most this often, in milliseconds.
const FRESH: i64 = 3_000;
/// Stands for the time of the last answer while the browser has no network.
const OFFLINE: i64 = -1;

/// Plain values behind one trigger: every type that is kept in a signal or memo of its own is kilobytes of WebAssembly.
#[derive(Debug, Default)]
struct State {
    owner: Option<UserId>,
    /// How far the clock of this device is ahead of the server's, in milliseconds.
    ahead: i64,
    /// What waits, of all workouts of this owner, oldest first.
    waiting: Vec<Waiting>,
    /// Those of them that the server could not read, even alone. They are sent no more until the page is loaded again.
    unreadable: Vec<OperationId>,
    /// What another tab has sent, each with the number of requests before: only the answer to a later one tells what became
    /// of it.
    sent_elsewhere: Vec<(u32, Waiting)>,
    /// What the server holds, as far as this device knows.
    held: Sets,
    /// What is shown: what the server holds, and what waits on top of it.
    sets: Sets,
    /// What the server says about them. `None` before its first answer.
    comments: Option<Comments>,
    trouble: Option<Trouble>,
    /// What the server did not take and nobody was told yet, with the reason: the slot, or `None` if it is not on this page.
    refused: Vec<(Option<Slot>, &'static str)>,
    /// How many requests were begun.
    calls: u32,
    /// The number of the request that runs. One at a time: answers come in the order of the requests.
    sending: Option<u32>,
    failures: u32,
    /// Less than [`BATCH`] after an answer that the whole batch cannot be read.
    most: Option<usize>,
    /// Ends the request that runs, or the pause after one that failed.
    timer: Option<TimeoutHandle>,
    /// When the last answer came; [`OFFLINE`] if the network has gone since, and 0 before the first one.
    answered_at: i64,
}

impl State {
    /// It waits no more.
    fn forget(&mut self, one: &Waiting) {
        stored::forget(&one.key);
        self.waiting.retain(|other| other.key != one.key);
    }

    /// The server holds it. An earlier one for its slot, left out so far, must not come after it one day.
    fn is_saved(&mut self, saved: &Waiting) {
        let is_outdated = |one: &&Waiting| {
            one.key.workout == saved.key.workout && one.entry.slot == saved.entry.slot && one.at < saved.at
        };
        for one in self.waiting.iter().filter(is_outdated) {
            stored::forget(&one.key);
        }
        self.waiting.retain(|one| !is_outdated(&one));
        self.forget(saved);
    }

    /// It is not held: its row goes back to what it was.
    fn refuse(&mut self, one: &Waiting, ours: bool, why: &'static str) {
        self.forget(one);
        self.refused.push((ours.then_some(one.entry.slot), why));
    }

    /// What can be sent, oldest first.
    fn to_send(&self) -> impl Iterator<Item = &Waiting> {
        self.waiting.iter().filter(|one| !self.unreadable.contains(&one.key.operation))
    }
}

/// The context of the islands in the player.
#[derive(Clone, Copy)]
pub(in crate::islands) struct Queue {
    /// The one on the page. `None` if none is open.
    workout: Option<WorkoutId>,
    state: StoredValue<State>,
    /// What an effect follows that shows any of it.
    changed: Trigger,
}

impl Queue {
    pub(in crate::islands) fn new(
        owner: Option<UserId>,
        workout: Option<WorkoutId>,
        changed: Trigger,
    ) -> Self {
        Self { workout, state: StoredValue::new(State { owner, ..State::default() }), changed }
    }

    /// Looks at the state. An effect that does so runs again when it changes.
    fn with<T>(self, look: impl FnOnce(&State) -> T) -> T {
        self.changed.track();
        self.state.with_value(look)
    }

    /// Changes the state, and what is shown with it.
    fn update(self, change: impl FnOnce(&mut State)) {
        self.state.update_value(|state| {
            change(state);
            state.sets.clone_from(&state.held);
            let elsewhere = state.sent_elsewhere.iter().map(|(_, one)| one);
            for one in elsewhere.chain(&state.waiting).filter(|one| self.is_ours(one)) {
                state.sets.apply(&one.entry);
            }
        });
        self.changed.notify();
    }

    /// It belongs to the workout on the page.
    fn is_ours(self, one: &Waiting) -> bool {
        Some(one.key.workout) == self.workout
    }

    /// The set in a slot.
    pub(in crate::islands) fn set(self, slot: Slot) -> Option<LoggedSet> {
        self.with_sets(|sets| sets.get(slot).cloned())
    }

    /// What is shown.
    pub(in crate::islands) fn with_sets<T>(self, look: impl FnOnce(&Sets) -> T) -> T {
        self.with(|state| look(&state.sets))
    }

    /// Whether something waits for a slot.
    pub(in crate::islands) fn waits_for(self, slot: Slot) -> bool {
        self.with(|state| {
            let elsewhere = state.sent_elsewhere.iter().map(|(_, one)| one);
            let mut all = elsewhere.chain(&state.waiting);
            all.any(|one| self.is_ours(one) && one.entry.slot == slot)
        })
    }

    /// What the server says about a slot; empty if nothing. `None` before its first answer.
    pub(in crate::islands) fn comment(self, slot: Slot) -> Option<String> {
        self.with(|state| Some(state.comments.as_ref()?.of(slot).to_owned()))
    }

    /// How far what was done here has got.
    pub(super) fn backlog(self) -> Backlog {
        self.with(|state| Backlog {
            waiting: state.waiting.len(),
            unreadable: state.waiting.len() - state.to_send().count(),
            trouble: state.trouble,
            is_offline: state.answered_at == OFFLINE,
        })
    }

    /// The browser has lost its network. The page says so until the server answers again.
    pub(super) fn went_offline(self) {
        self.state.update_value(|state| state.answered_at = OFFLINE);
        self.changed.notify();
    }

    /// What the server did not take, and why; each once. The slot is `None` if it is not on this page.
    pub(super) fn take_refused(self) -> Vec<(Option<Slot>, &'static str)> {
        self.changed.track();
        self.state.try_update_value(|state| std::mem::take(&mut state.refused)).unwrap_or_default()
    }

    /// Now, by the server's clock, in milliseconds since 1970.
    pub(in crate::islands) fn now(self) -> i64 {
        clock() - self.ahead()
    }

    /// Once the clock of this device has been compared.
    pub(in crate::islands) fn is_ahead(self, ahead: i64) {
        self.state.update_value(|state| state.ahead = ahead);
    }

    /// How far the clock of this device is ahead of the server's, in milliseconds.
    pub(in crate::islands) fn ahead(self) -> i64 {
        self.state.with_value(|state| state.ahead)
    }

    /// How many operations wait.
    pub(in crate::islands) fn count(self) -> usize {
        self.with(|state| state.waiting.len())
    }

    /// What the page shows as logged when it arrives.
    pub(in crate::islands) fn is_held(self, slot: Slot, set: LoggedSet) {
        self.update(|state| {
            // An answer that came earlier knows better.
            if state.answered_at == 0 {
                state.held.apply(&Entry { slot, set: Some(set) });
            }
        });
    }

    /// Stores a change, shows it and sends it. False if the browser refuses to store it.
    pub(in crate::islands) fn change(self, entry: Entry) -> bool {
        let (Some(workout), Some(id)) = (self.workout, operation_id()) else { return false };
        // Later than all before, whatever the clock says.
        let (owner, last) = self
            .state
            .with_value(|state| (state.owner.clone(), state.waiting.last().map_or(0, |last| last.at)));
        let key = Key { owner, workout, operation: id };
        let at = clock().max(last + 1);
        if !stored::keep(&Waiting { key, at, entry }) {
            return false;
        }
        self.refresh();
        self.flush();
        true
    }

    /// Reads what waits. Other tabs of this browser add and remove entries, too: what has gone was sent. Whether the server
    /// has taken it, only the server can say.
    pub(in crate::islands) fn refresh(self) {
        let mut now = stored::all(clock());
        let is_new = self.state.with_value(|state| {
            // A visitor who has logged in has taken all workouts along, and so what was still waiting for them.
            now.retain(|one| one.key.owner.is_none() || one.key.owner == state.owner);
            now != state.waiting
        });
        if !is_new {
            return;
        }
        self.update(|state| {
            for one in std::mem::replace(&mut state.waiting, now) {
                if self.is_ours(&one) && !state.waiting.iter().any(|other| other.key == one.key) {
                    state.sent_elsewhere.push((state.calls, one));
                }
            }
        });
        if self.state.with_value(|state| !state.sent_elsewhere.is_empty()) {
            self.flush();
        }
    }

    /// Sends what waits, now; or asks what became of what another tab has sent.
    pub(in crate::islands) fn flush(self) {
        let next = self.state.with_value(|state| {
            let asks = self.workout.filter(|_| !state.sent_elsewhere.is_empty());
            let next = state.to_send().next().map(|one| one.key.workout).or(asks);
            next.filter(|_| state.sending.is_none())
        });
        if let Some(workout) = next {
            self.send(workout, self.batch(workout));
        }
    }

    /// Sends what waits, or asks what another device has done.
    pub(in crate::islands) fn synchronize(self) {
        self.refresh();
        self.flush();
        let asked =
            self.state.with_value(|state| state.sending.is_some() || clock() - state.answered_at <= FRESH);
        if let Some(workout) = self.workout.filter(|_| !asked) {
            self.send(workout, Vec::new());
        }
    }

    /// The oldest operations of a workout, as many as the server takes at once.
    fn batch(self, workout: WorkoutId) -> Vec<Waiting> {
        self.state.with_value(|state| {
            let of_workout = state.to_send().filter(|one| one.key.workout == workout);
            of_workout.take(state.most.unwrap_or(BATCH)).cloned().collect()
        })
    }

    /// What is to be sent as the page goes. `None` if nothing waits.
    pub(in crate::islands) fn last_call(self) -> Option<api::Log> {
        let workout = self.workout?;
        let operations = operations(&self.batch(workout));
        let owner = self.state.with_value(|state| state.owner.clone());
        (!operations.is_empty()).then_some(api::Log { owner, workout, operations })
    }
}

fn operations(waiting: &[Waiting]) -> Vec<SetOperation> {
    waiting.iter().map(|one| SetOperation { id: one.key.operation, entry: one.entry.clone() }).collect()
}

/// Random. `crypto.randomUUID` would do as well, but exists only on https and loopback.
fn operation_id() -> Option<OperationId> {
    let mut bytes = [0; 16];
    window().crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(OperationId::from_bytes(bytes))
}
