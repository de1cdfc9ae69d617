//! Operations of a form that arrived after the login of its page had ended: they wait in the visitor's session until
//! that person logs in again, and are applied then.
//!
//! They are bound to their owner. A login to another account takes them along in its session, but neither applies nor
//! shows them. They end with the session.

use domain::account::UserId;
use domain::workout::document::{Change, Ending, Operation, Outcome, Workout, WorkoutId, Zone};
use serde::{Deserialize, Serialize};
use sessions::{Entries, Section, SessionData};

use super::edit::AfterEdit;
use super::{StartWorkout, WorkoutStarted, apply, in_session};
use crate::{Accounts, Client, Error};

pub(crate) const WAITING: Section<Entries<WaitingOperation>> = Section::new("waiting_operations");

/// In one session.
const MOST: usize = 50;
/// In the text of all of them: every request of the visitor reads it.
const MOST_BYTES: usize = 16 * 1024;

/// An operation that waits for a login.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaitingOperation {
    pub owner: UserId,
    /// `None` if the page was made before the start: then it is for the open workout, or starts one.
    pub workout: Option<WorkoutId>,
    /// Of a workout that it starts.
    pub zone: Zone,
    pub operation: Operation,
    /// To finish although sets are missing.
    pub confirmed: bool,
    /// Since when, in seconds since 1970; set when it is kept.
    #[serde(default)]
    pub since: Option<i64>,
}

/// The operations that wait in a session, for every account; those of other versions of this program are left out.
#[must_use]
pub fn waiting(data: &SessionData) -> Vec<WaitingOperation> {
    data.sections.get(WAITING).iter().cloned().collect()
}

/// Begins a new session with them, if there are any. If that fails they are lost.
pub(crate) async fn begin_again(data: &SessionData, client: &Client) {
    let waiting = data.sections.get(WAITING);
    if waiting.is_empty() {
        return;
    }
    let kept = client.session.change_sections(|sections| sections.set(WAITING, &waiting)).await;
    if let Err(error) = kept {
        tracing::warn!(%error, "what waits for a login could not be kept");
    }
}

impl Accounts {
    /// Keeps an operation until its owner logs in. A visitor without a session gets one. `false` if as many wait as
    /// a session may hold.
    ///
    /// # Errors
    /// If the session store fails.
    pub async fn keep_for_login(&self, client: &Client, operation: &WaitingOperation) -> Result<bool, Error> {
        let operation =
            WaitingOperation { since: Some(self.clock.now().unix_timestamp()), ..operation.clone() };
        let kept = client.session.change_sections(|sections| {
            let mut waiting = sections.get(WAITING);
            if waiting.iter().any(|other| other.operation.id == operation.operation.id) {
                return true;
            }
            waiting.push(operation.clone());
            let fits = waiting.len() <= MOST && in_session::bytes(&waiting) <= MOST_BYTES;
            if fits {
                sections.set(WAITING, &waiting);
            }
            fits
        });
        Ok(kept.await?)
    }

    /// Applies what waits for this account, in the order in which it came, and lets go of it. A set that was logged
    /// elsewhere since stays. If it fails in between, the next change of a workout continues: each operation is applied
    /// once, by its id.
    pub(crate) async fn apply_waiting(&self, client: &Client, user: &UserId) -> Result<(), Error> {
        let data = client.session.data().await;
        let own = data.login.as_ref().is_some_and(|login| login.user_id == *user);
        let waiting: Vec<_> = waiting(&data).into_iter().filter(|waiting| waiting.owner == *user).collect();
        if !own || waiting.is_empty() {
            return Ok(());
        }
        let preferences = data.preferences.unwrap_or_default();
        for WaitingOperation { workout, zone, operation, confirmed, since, .. } in &waiting {
            let workout = match workout {
                Some(workout) => *workout,
                None => {
                    let start = StartWorkout { preferences: &preferences, zone };
                    match self.start_workout(client, Some(user), start).await? {
                        WorkoutStarted::Done(workout) => workout.id(),
                        WorkoutStarted::AlreadyOpen(id) => id,
                        WorkoutStarted::TooMany => continue,
                    }
                }
            };
            let finishes = matches!(operation.change, Change::Finish { .. });
            if finishes && !confirmed && !self.is_complete(client, user, workout).await? {
                // The player asks what becomes of the missing sets.
                continue;
            }
            let now = self.clock.now();
            let applied = self.edit(client, Some(user), workout, |workout, most_bytes| {
                let applied = !is_overtaken(workout, &operation.change, *since)
                    && apply(workout, operation, now, most_bytes) == Outcome::Applied;
                ((), if applied { AfterEdit::Save } else { AfterEdit::Keep })
            });
            applied.await?;
        }
        let is_done = |other: &WaitingOperation| waiting.iter().any(|done| done == other);
        let done = client.session.change_sections(|sections| {
            let mut left = sections.get(WAITING);
            left.retain(|other| !is_done(other));
            sections.set(WAITING, &left);
        });
        Ok(done.await?)
    }

    async fn is_complete(&self, client: &Client, user: &UserId, id: WorkoutId) -> Result<bool, Error> {
        let workout = self.workout(client, Some(user), id).await?;
        Ok(workout.is_some_and(|workout| workout.ending() == Ending::Finish))
    }
}

/// Whether its slot holds a set that was logged later, on another device. A correction has the time of its set, so it is
/// not overtaken by that.
fn is_overtaken(workout: &Workout, change: &Change, since: Option<i64>) -> bool {
    match change {
        Change::Log(slot, set) => workout.sets().get(slot).is_some_and(|held| held.logged_at > set.logged_at),
        Change::Clear(slot) => workout
            .sets()
            .get(slot)
            .zip(since)
            .is_some_and(|(held, since)| held.logged_at.unix_timestamp() > since),
        Change::Skip(..) | Change::Swap(..) | Change::AddSet(_) | Change::Finish { .. } => false,
    }
}
