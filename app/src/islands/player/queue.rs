//! What was done on this device and has not reached the server yet.
//!
//! An operation is stored before anything is shown, and removed only when an answer names it. It may be sent twice; its
//! id sees to it that it counts once.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::account::UserId;
use domain::workout::document::{Change, Operation, OperationId, Outcome, Refusal, Slot, WorkoutId};
use domain::workout::load::LoggedSet;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::stored::{self, Key, Waiting};
use super::words::Trouble;
use crate::api::{self, ApiError, Code, Progress};

/// As many as the server takes at once.
const BATCH: usize = 50;
/// The longest pause between two attempts, in seconds. The first is one second, then it doubles.
const LONGEST_PAUSE: u32 = 60;
/// What another device did is asked for at most this often, in milliseconds.
const FRESH: f64 = 3_000.0;

/// The operations of one request: all of one workout. Without any, the request asks how the workout stands.
#[derive(Debug, Clone)]
pub(in crate::islands) struct Batch {
    owner: Option<UserId>,
    workout: WorkoutId,
    waiting: Vec<Waiting>,
}

/// A batch with what became of it.
type Answered = (Batch, Result<Progress, ApiError>);

/// The context of the islands in the player.
#[derive(Clone, Copy)]
pub(in crate::islands) struct Queue {
    owner: StoredValue<Option<UserId>>,
    workout: WorkoutId,
    /// How far the clock of this device is ahead of the server's, in milliseconds.
    ahead: StoredValue<f64>,
    /// What waits, of all workouts of this owner, oldest first.
    waiting: RwSignal<Vec<Waiting>>,
    /// What the server holds, as far as this device knows.
    held: RwSignal<BTreeMap<Slot, LoggedSet>>,
    /// What is shown: what the server holds, and what waits on top of it.
    pub(in crate::islands) sets: Memo<BTreeMap<Slot, LoggedSet>>,
    /// The slots that something waits for.
    pub(in crate::islands) pending: Memo<BTreeSet<Slot>>,
    pub(super) trouble: RwSignal<Option<Trouble>>,
    /// The last operation that the server refused.
    pub(super) refused: RwSignal<Option<(Change, Refusal)>>,
    send: Action<Batch, Answered>,
    /// One request at a time: answers come in the order of the requests.
    is_sending: StoredValue<bool>,
    failures: StoredValue<u32>,
    retry: StoredValue<Option<TimeoutHandle>>,
    answered_at: StoredValue<f64>,
}

impl Queue {
    pub(in crate::islands) fn new(owner: Option<UserId>, workout: WorkoutId) -> Self {
        let waiting = RwSignal::new(Vec::<Waiting>::new());
        let held = RwSignal::new(BTreeMap::new());
        let ours = move |waiting: &Waiting| waiting.key.workout == workout;
        let sets = Memo::new(move |_| {
            let mut sets = held.get();
            waiting.with(|waiting| {
                waiting
                    .iter()
                    .filter(|one| ours(one))
                    .for_each(|one| apply(&mut sets, &one.operation.change));
            });
            sets
        });
        let pending = Memo::new(move |_| {
            waiting.with(|waiting| {
                waiting.iter().filter(|one| ours(one)).filter_map(|one| slot(&one.operation.change)).collect()
            })
        });
        let send = Action::new(|batch: &Batch| {
            let batch = batch.clone();
            async move {
                let Batch { owner, workout, waiting } = batch.clone();
                let operations: Vec<Operation> = waiting.into_iter().map(|one| one.operation).collect();
                let answer = if operations.is_empty() {
                    api::workout_state(owner, workout).await
                } else {
                    api::log(owner, workout, operations).await
                };
                (batch, answer)
            }
        });
        let queue = Self {
            owner: StoredValue::new(owner),
            workout,
            ahead: StoredValue::new(0.0),
            waiting,
            held,
            sets,
            pending,
            trouble: RwSignal::new(None),
            refused: RwSignal::new(None),
            send,
            is_sending: StoredValue::new(false),
            failures: StoredValue::new(0),
            retry: StoredValue::new(None),
            answered_at: StoredValue::new(0.0),
        };
        Effect::new(move || {
            if let Some((batch, answer)) = send.value().get() {
                untrack(|| queue.settle(batch, answer));
            }
        });
        queue
    }

    /// Now, by the server's clock, in milliseconds since 1970.
    pub(in crate::islands) fn now(self) -> f64 {
        js_sys::Date::now() - self.ahead.get_value()
    }

    /// Once the clock of this device has been compared.
    pub(in crate::islands) fn is_ahead(self, ahead: f64) {
        self.ahead.set_value(ahead);
    }

    /// How far the clock of this device is ahead of the server's, in milliseconds.
    pub(in crate::islands) fn ahead(self) -> f64 {
        self.ahead.get_value()
    }

    /// How many operations wait.
    pub(in crate::islands) fn count(self) -> usize {
        self.waiting.with(Vec::len)
    }

    /// What the page shows as logged when it arrives.
    pub(in crate::islands) fn is_held(self, slot: Slot, set: LoggedSet) {
        // An answer that came earlier knows better.
        if self.answered_at.get_value() == 0.0 {
            self.held.update(|held| drop(held.insert(slot, set)));
        }
    }

    /// Stores a change, shows it and sends it. False if the browser refuses to store it.
    pub(in crate::islands) fn change(self, change: Change) -> bool {
        let Some(id) = operation_id() else { return false };
        // Later than all before, whatever the clock says.
        let last = self.waiting.with_untracked(|waiting| waiting.last().map_or(0.0, |last| last.at));
        let key = Key { owner: self.owner.get_value(), workout: self.workout, operation: id };
        let at = js_sys::Date::now().max(last + 1.0);
        if !stored::keep(&Waiting { key, at, operation: Operation { id, change } }) {
            return false;
        }
        self.refresh();
        self.flush();
        true
    }

    /// Reads what waits. Other tabs of this browser add and remove entries, too: what has gone was sent.
    pub(in crate::islands) fn refresh(self) {
        let owner = self.owner.get_value();
        let mine = |one: &Waiting| {
            // A visitor who has logged in has taken the open workout along, and so what was still waiting for it.
            one.key.owner == owner || (one.key.owner.is_none() && one.key.workout == self.workout)
        };
        let now: Vec<Waiting> = stored::all(js_sys::Date::now()).into_iter().filter(mine).collect();
        let before = self.waiting.get_untracked();
        if now == before {
            return;
        }
        let gone = |one: &&Waiting| !now.iter().any(|other| other.key == one.key);
        self.held.update(|held| {
            let ours = before.iter().filter(|one| one.key.workout == self.workout);
            ours.filter(gone).for_each(|one| apply(held, &one.operation.change));
        });
        self.waiting.set(now);
    }

    /// Sends what waits, now.
    pub(in crate::islands) fn flush(self) {
        if self.is_sending.get_value() {
            return;
        }
        let waiting = self.waiting.get_untracked();
        let Some(first) = waiting.first() else { return };
        let workout = first.key.workout;
        let waiting = waiting.into_iter().filter(|one| one.key.workout == workout).take(BATCH).collect();
        self.dispatch(workout, waiting);
    }

    /// Sends what waits, or asks what another device has done.
    pub(in crate::islands) fn synchronize(self) {
        self.refresh();
        if self.waiting.with_untracked(|waiting| !waiting.is_empty()) {
            self.flush();
        } else if !self.is_sending.get_value() && js_sys::Date::now() - self.answered_at.get_value() > FRESH {
            self.dispatch(self.workout, Vec::new());
        }
    }

    fn dispatch(self, workout: WorkoutId, waiting: Vec<Waiting>) {
        if let Some(handle) = self.retry.try_update_value(Option::take).flatten() {
            handle.clear();
        }
        self.is_sending.set_value(true);
        self.send.dispatch(Batch { owner: self.owner.get_value(), workout, waiting });
    }

    /// What an answer means for what waits.
    fn settle(self, batch: Batch, answer: Result<Progress, ApiError>) {
        self.is_sending.set_value(false);
        match answer {
            Ok(progress) => {
                self.failures.set_value(0);
                self.answered_at.set_value(js_sys::Date::now());
                self.trouble.set(None);
                self.take(&batch, progress);
                self.flush();
            }
            Err(error) => match error.error {
                Code::Unauthenticated => self.trouble.set(Some(Trouble::SignedOut)),
                Code::StaleForm => self.trouble.set(Some(Trouble::Stale)),
                _ if batch.waiting.is_empty() => {}
                _ => {
                    self.trouble.set(Some(Trouble::Connection));
                    self.try_later(error.retry_after);
                }
            },
        }
    }

    fn take(self, batch: &Batch, progress: Progress) {
        let outcomes = progress.outcomes.iter().copied();
        // A workout that is gone answers for all its operations at once.
        let outcomes =
            outcomes.chain(progress.workout.is_none().then_some(Outcome::Gone).into_iter().cycle());
        let ours = batch.workout == self.workout;
        for (one, outcome) in batch.waiting.iter().zip(outcomes) {
            stored::forget(&one.key);
            if let Outcome::Refused(refusal) = outcome
                && ours
            {
                // It is not held: the row goes back to what it was.
                self.waiting.update(|waiting| waiting.retain(|other| other.key != one.key));
                self.refused.set(Some((one.operation.change.clone(), refusal)));
            }
        }
        self.refresh();
        match progress.workout {
            Some(workout) if ours => self.held.set(workout.sets),
            None if ours => self.trouble.set(Some(Trouble::Gone)),
            Some(_) | None => {}
        }
    }

    fn try_later(self, retry_after: Option<u32>) {
        let failures = self.failures.get_value();
        self.failures.set_value(failures + 1);
        let pause = retry_after.unwrap_or(0).max(1 << failures.min(6)).min(LONGEST_PAUSE);
        let again = set_timeout_with_handle(move || self.flush(), Duration::from_secs(pause.into()));
        self.retry.set_value(again.ok());
    }

    /// What is to be sent as the page goes. `None` if nothing waits.
    pub(in crate::islands) fn last_call(self) -> Option<api::Log> {
        let waiting = self.waiting.get_untracked();
        let ours = waiting.into_iter().filter(|one| one.key.workout == self.workout).take(BATCH);
        let operations: Vec<Operation> = ours.map(|one| one.operation).collect();
        let (owner, workout) = (self.owner.get_value(), self.workout);
        (!operations.is_empty()).then_some(api::Log { owner, workout, operations })
    }
}

/// The changes that are made in the browser; all others are forms.
fn apply(sets: &mut BTreeMap<Slot, LoggedSet>, change: &Change) {
    match change {
        Change::Log(slot, set) => drop(sets.insert(*slot, set.clone())),
        Change::Clear(slot) => drop(sets.remove(slot)),
        Change::Skip(..) | Change::Swap(..) | Change::AddSet(_) | Change::Finish { .. } => {}
    }
}

pub(in crate::islands) fn slot(change: &Change) -> Option<Slot> {
    match change {
        Change::Log(slot, _) | Change::Clear(slot) => Some(*slot),
        Change::Skip(..) | Change::Swap(..) | Change::AddSet(_) | Change::Finish { .. } => None,
    }
}

/// Random. `crypto.randomUUID` would do as well, but exists only on https and loopback.
fn operation_id() -> Option<OperationId> {
    let mut bytes = [0; 16];
    window().crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(OperationId::from_bytes(bytes))
}
