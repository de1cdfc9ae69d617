//! Sending what waits, and what an answer means for it.

use std::time::Duration;

use domain::account::UserId;
use domain::workout::document::{Outcome, WorkoutId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Queue, operations};
use crate::islands::player::device::clock;
use crate::islands::player::stored::Waiting;
use crate::islands::player::words::{self, Trouble};
use api::{self, ApiError, Code, Progress};

/// The longest pause between two attempts, in seconds. The first is one second, then it doubles.
const LONGEST_PAUSE: u32 = 60;
/// A call without an answer counts as failed after so many seconds. Some networks swallow a request without an error.
const PATIENCE: u32 = 20;

/// The operations of one request: all of one workout. Without any, the request asks how the workout stands.
#[derive(Debug)]
struct Batch {
    /// The number of the request.
    call: u32,
    owner: Option<UserId>,
    workout: WorkoutId,
    waiting: Vec<Waiting>,
}

/// After so many failures before, in seconds: longer each time, and at least as long as the server says.
pub(in crate::islands::player) fn pause(failures: u32, retry_after: Option<u32>) -> u32 {
    retry_after.unwrap_or(0).max(1 << failures.min(6)).min(LONGEST_PAUSE)
}

impl Queue {
    pub(super) fn send(self, workout: WorkoutId, waiting: Vec<Waiting>) {
        let (mut owner, mut call) = (None, 0);
        self.state.update_value(|state| {
            state.calls += 1;
            call = state.calls;
            state.sending = Some(call);
            owner.clone_from(&state.owner);
        });
        self.wait(PATIENCE);
        let batch = Batch { call, owner, workout, waiting };
        spawn_local(async move {
            let operations = operations(&batch.waiting);
            let owner = batch.owner.clone();
            let answer = if operations.is_empty() {
                api::workout_state(owner, workout).await
            } else {
                api::log(owner, workout, operations).await
            };
            // After its time is up, the same operations are sent again; what they come to is in that answer.
            if self.state.with_value(|state| state.sending == Some(call)) {
                self.settle(&batch, answer);
            }
        });
    }

    /// What an answer means for what waits.
    fn settle(self, batch: &Batch, answer: Result<Progress, ApiError>) {
        self.stop_waiting();
        let error = match answer {
            Ok(progress) => {
                self.take(batch, progress);
                return self.flush();
            }
            Err(error) => error,
        };
        match error.error {
            Code::Unauthenticated => self.update(|state| state.trouble = Some(Trouble::SignedOut)),
            // After a timeout the browser has another session without a login. To log in helps; a reload does not.
            Code::StaleForm => self.update(|state| {
                if state.trouble != Some(Trouble::SignedOut) {
                    state.trouble = Some(Trouble::Stale);
                }
            }),
            Code::BadRequest | Code::TooLarge | Code::Invalid => self.is_unreadable(batch),
            _ => self.try_later(error.retry_after),
        }
    }

    /// The server can do nothing with the batch. The operation that is to blame is looked for in ever smaller batches and
    /// left out, so that the others get through. It is not given up: a server that reads nothing at all reads again one day.
    fn is_unreadable(self, batch: &Batch) {
        match &*batch.waiting {
            // What was asked is asked again when the page is looked at again.
            [] => self.state.update_value(|state| state.sent_elsewhere.clear()),
            [one] => self.update(|state| {
                state.unreadable.push(one.key.operation);
                state.refused.push((self.is_ours(one).then_some(one.entry.slot), words::UNREADABLE));
            }),
            more => self.state.update_value(|state| state.most = Some(more.len() / 2)),
        }
        self.flush();
    }

    fn take(self, batch: &Batch, progress: Progress) {
        let Progress { outcomes, workout } = progress;
        let ours = Some(batch.workout) == self.workout;
        self.update(|state| {
            state.failures = 0;
            state.most = None;
            state.answered_at = clock();
            for (i, one) in batch.waiting.iter().enumerate() {
                // A workout that is gone answers for all its operations at once.
                let outcome = outcomes.get(i).copied().or(workout.is_none().then_some(Outcome::Gone));
                match outcome {
                    Some(Outcome::Applied | Outcome::Duplicate) => state.is_saved(one),
                    Some(Outcome::Refused(refusal)) => state.refuse(one, ours, refusal.label()),
                    // Of the workout on this page it is said once for all.
                    Some(Outcome::Gone) if ours => state.forget(one),
                    Some(Outcome::Gone) => state.refuse(one, false, words::GONE),
                    None => {}
                }
            }
            if !ours {
                state.trouble = state.trouble.filter(|trouble| trouble.is_final());
                return;
            }
            state.sent_elsewhere.retain(|(before, _)| *before >= batch.call);
            state.held.clear();
            state.trouble = match workout {
                None => Some(Trouble::Gone),
                Some(workout) => {
                    workout.sets.iter().for_each(|entry| state.held.apply(entry));
                    state.comments = Some(workout.comments);
                    workout.finished.then_some(Trouble::Finished)
                }
            };
        });
    }

    /// There was no usable answer: what waits is sent again after a pause.
    fn try_later(self, retry_after: Option<u32>) {
        if self.state.with_value(|state| state.to_send().next().is_none()) {
            return;
        }
        let mut failures = 0;
        self.update(|state| {
            state.trouble = Some(Trouble::Connection);
            failures = state.failures;
            state.failures += 1;
        });
        self.wait(pause(failures, retry_after));
    }

    /// Begins the time that a request has, or the pause after one.
    fn wait(self, seconds: u32) {
        let after = move || {
            let was_sending = self.state.with_value(|state| state.sending.is_some());
            self.stop_waiting();
            if was_sending { self.try_later(None) } else { self.flush() }
        };
        let timer = set_timeout_with_handle(after, Duration::from_secs(seconds.into())).ok();
        self.state.update_value(|state| {
            if let Some(before) = std::mem::replace(&mut state.timer, timer) {
                before.clear();
            }
        });
    }

    /// The request that runs is over, or the pause.
    fn stop_waiting(self) {
        self.state.update_value(|state| {
            state.sending = None;
            if let Some(timer) = state.timer.take() {
                timer.clear();
            }
        });
    }
}
