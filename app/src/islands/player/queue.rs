//! What was done on this device and has not reached the server yet.
//!
//! An operation is stored before anything is shown, and removed only when an answer names it. It may be sent twice; its
//! id sees to it that it counts once.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::account::UserId;
use domain::workout::document::{Entry, OperationId, Outcome, Refusal, SetOperation, Slot, WorkoutId};
use domain::workout::load::LoggedSet;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::device::clock;
use super::stored::{self, Key, Waiting};
use super::words::Trouble;
use crate::api::{self, ApiError, Code, Progress};

/// As many as the server takes at once.
const BATCH: usize = 50;
/// The longest pause between two attempts, in seconds. The first is one second, then it doubles.
const LONGEST_PAUSE: u32 = 60;
/// What another device did is asked for at most this often, in milliseconds.
const FRESH: i64 = 3_000;

/// The operations of one request: all of one workout. Without any, the request asks how the workout stands.
#[derive(Debug)]
struct Batch {
    owner: Option<UserId>,
    workout: WorkoutId,
    waiting: Vec<Waiting>,
}

/// Plain values behind one trigger: every type that is kept in a signal or memo of its own is kilobytes of WebAssembly.
#[derive(Debug, Default)]
struct State {
    owner: Option<UserId>,
    /// How far the clock of this device is ahead of the server's, in milliseconds.
    ahead: i64,
    /// What waits, of all workouts of this owner, oldest first.
    waiting: Vec<Waiting>,
    /// What the server holds, as far as this device knows.
    held: BTreeMap<Slot, LoggedSet>,
    /// What is shown: what the server holds, and what waits on top of it.
    sets: BTreeMap<Slot, LoggedSet>,
    trouble: Option<Trouble>,
    /// The last operation that the server refused.
    refused: Option<(Slot, Refusal)>,
    /// One request at a time: answers come in the order of the requests.
    is_sending: bool,
    failures: u32,
    retry: Option<TimeoutHandle>,
    answered_at: i64,
}

/// The context of the islands in the player.
#[derive(Clone, Copy)]
pub(in crate::islands) struct Queue {
    workout: WorkoutId,
    state: StoredValue<State>,
    /// What an effect follows that shows any of it.
    changed: Trigger,
}

impl Queue {
    pub(in crate::islands) fn new(owner: Option<UserId>, workout: WorkoutId, changed: Trigger) -> Self {
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
            for one in state.waiting.iter().filter(|one| one.key.workout == self.workout) {
                apply(&mut state.sets, &one.entry);
            }
        });
        self.changed.notify();
    }

    /// The set in a slot.
    pub(in crate::islands) fn set(self, slot: Slot) -> Option<LoggedSet> {
        self.with_sets(|sets| sets.get(&slot).cloned())
    }

    /// What is shown.
    pub(in crate::islands) fn with_sets<T>(self, look: impl FnOnce(&BTreeMap<Slot, LoggedSet>) -> T) -> T {
        self.with(|state| look(&state.sets))
    }

    /// Whether something waits for a slot.
    pub(in crate::islands) fn waits_for(self, slot: Slot) -> bool {
        self.with(|state| {
            let mut ours = state.waiting.iter().filter(|one| one.key.workout == self.workout);
            ours.any(|one| one.entry.slot == slot)
        })
    }

    pub(super) fn trouble(self) -> Option<Trouble> {
        self.with(|state| state.trouble)
    }

    /// The last operation that the server refused, once.
    pub(super) fn take_refused(self) -> Option<(Slot, Refusal)> {
        self.changed.track();
        self.state.try_update_value(|state| state.refused.take()).flatten()
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
                state.held.insert(slot, set);
            }
        });
    }

    /// Stores a change, shows it and sends it. False if the browser refuses to store it.
    pub(in crate::islands) fn change(self, entry: Entry) -> bool {
        let Some(id) = operation_id() else { return false };
        // Later than all before, whatever the clock says.
        let (owner, last) = self
            .state
            .with_value(|state| (state.owner.clone(), state.waiting.last().map_or(0, |last| last.at)));
        let key = Key { owner, workout: self.workout, operation: id };
        let at = clock().max(last + 1);
        if !stored::keep(&Waiting { key, at, entry }) {
            return false;
        }
        self.refresh();
        self.flush();
        true
    }

    /// Reads what waits. Other tabs of this browser add and remove entries, too: what has gone was sent.
    pub(in crate::islands) fn refresh(self) {
        let mut now = stored::all(clock());
        let is_new = self.state.with_value(|state| {
            now.retain(|one| {
                // A visitor who has logged in has taken the open workout along, and so what was still waiting for it.
                one.key.owner == state.owner || (one.key.owner.is_none() && one.key.workout == self.workout)
            });
            now != state.waiting
        });
        if !is_new {
            return;
        }
        self.update(|state| {
            let gone = |one: &&Waiting| !now.iter().any(|other| other.key == one.key);
            let ours = state.waiting.iter().filter(|one| one.key.workout == self.workout);
            ours.filter(gone).for_each(|one| apply(&mut state.held, &one.entry));
            state.waiting = now;
        });
    }

    /// Sends what waits, now.
    pub(in crate::islands) fn flush(self) {
        if self.state.with_value(|state| state.is_sending) {
            return;
        }
        let first = self.state.with_value(|state| state.waiting.first().map(|one| one.key.workout));
        if let Some(workout) = first {
            self.send(workout, self.batch(workout));
        }
    }

    /// Sends what waits, or asks what another device has done.
    pub(in crate::islands) fn synchronize(self) {
        self.refresh();
        let (waits, asked) = self.state.with_value(|state| {
            (!state.waiting.is_empty(), state.is_sending || clock() - state.answered_at <= FRESH)
        });
        if waits {
            self.flush();
        } else if !asked {
            self.send(self.workout, Vec::new());
        }
    }

    /// The oldest operations of a workout, as many as the server takes at once.
    fn batch(self, workout: WorkoutId) -> Vec<Waiting> {
        self.state.with_value(|state| {
            let of_workout = state.waiting.iter().filter(|one| one.key.workout == workout);
            of_workout.take(BATCH).cloned().collect()
        })
    }

    fn send(self, workout: WorkoutId, waiting: Vec<Waiting>) {
        let mut owner = None;
        self.state.update_value(|state| {
            if let Some(handle) = state.retry.take() {
                handle.clear();
            }
            state.is_sending = true;
            owner.clone_from(&state.owner);
        });
        let batch = Batch { owner, workout, waiting };
        spawn_local(async move {
            let operations = operations(&batch.waiting);
            let owner = batch.owner.clone();
            let answer = if operations.is_empty() {
                api::workout_state(owner, workout).await
            } else {
                api::log(owner, workout, operations).await
            };
            self.settle(&batch, answer);
        });
    }

    /// What an answer means for what waits.
    fn settle(self, batch: &Batch, answer: Result<Progress, ApiError>) {
        self.state.update_value(|state| state.is_sending = false);
        match answer {
            Ok(progress) => {
                self.take(batch, progress);
                self.flush();
            }
            Err(error) => match error.error {
                Code::Unauthenticated => self.update(|state| state.trouble = Some(Trouble::SignedOut)),
                // After a timeout the browser has another session without a login. To log in helps; a reload does not.
                Code::StaleForm => self.update(|state| {
                    if state.trouble != Some(Trouble::SignedOut) {
                        state.trouble = Some(Trouble::Stale);
                    }
                }),
                _ if batch.waiting.is_empty() => {}
                _ => {
                    self.update(|state| state.trouble = Some(Trouble::Connection));
                    self.try_later(error.retry_after);
                }
            },
        }
    }

    fn take(self, batch: &Batch, progress: Progress) {
        let Progress { outcomes, workout } = progress;
        let ours = batch.workout == self.workout;
        self.update(|state| {
            state.failures = 0;
            state.answered_at = clock();
            state.trouble = None;
            for (i, one) in batch.waiting.iter().enumerate() {
                // A workout that is gone answers for all its operations at once.
                let outcome = outcomes.get(i).copied().or(workout.is_none().then_some(Outcome::Gone));
                let Some(outcome) = outcome else { continue };
                stored::forget(&one.key);
                if let Outcome::Refused(refusal) = outcome
                    && ours
                {
                    // It is not held: the row goes back to what it was.
                    state.waiting.retain(|other| other.key != one.key);
                    state.refused = Some((one.entry.slot, refusal));
                }
            }
        });
        self.refresh();
        self.update(|state| match workout {
            Some(workout) if ours => {
                state.held.clear();
                workout.sets.iter().for_each(|entry| apply(&mut state.held, entry));
            }
            None if ours => state.trouble = Some(Trouble::Gone),
            Some(_) | None => {}
        });
    }

    fn try_later(self, retry_after: Option<u32>) {
        let failures = self.state.with_value(|state| state.failures);
        let pause = retry_after.unwrap_or(0).max(1 << failures.min(6)).min(LONGEST_PAUSE);
        let again = set_timeout_with_handle(move || self.flush(), Duration::from_secs(pause.into()));
        self.state.update_value(|state| {
            state.failures = failures + 1;
            state.retry = again.ok();
        });
    }

    /// What is to be sent as the page goes. `None` if nothing waits.
    pub(in crate::islands) fn last_call(self) -> Option<api::Log> {
        let operations = operations(&self.batch(self.workout));
        let (owner, workout) = (self.state.with_value(|state| state.owner.clone()), self.workout);
        (!operations.is_empty()).then_some(api::Log { owner, workout, operations })
    }
}

fn operations(waiting: &[Waiting]) -> Vec<SetOperation> {
    waiting.iter().map(|one| SetOperation { id: one.key.operation, entry: one.entry.clone() }).collect()
}

fn apply(sets: &mut BTreeMap<Slot, LoggedSet>, entry: &Entry) {
    match &entry.set {
        Some(set) => drop(sets.insert(entry.slot, set.clone())),
        None => drop(sets.remove(&entry.slot)),
    }
}

/// Random. `crypto.randomUUID` would do as well, but exists only on https and loopback.
fn operation_id() -> Option<OperationId> {
    let mut bytes = [0; 16];
    window().crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(OperationId::from_bytes(bytes))
}
