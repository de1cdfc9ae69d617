//! Changing a workout where it is kept.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use domain::account::UserId;
use domain::workout::document::{Workout, WorkoutId};
use rand::RngExt as _;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Duration, Instant, sleep};

use super::in_session::{self, MOST_BYTES_IN_SESSION};
use crate::ports::StoredWorkout;
use crate::{Accounts, Client, Error};

/// How long one change is tried. Only others that save this very workout without a pause could make it last.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest pause after a conflict with another process, in milliseconds.
const LONGEST_PAUSE: u64 = 50;
/// Few workouts are ever changed at the same moment.
const TURNS: usize = 64;

/// What to do with a workout after an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterEdit {
    /// It was not changed.
    Keep,
    Save,
    Delete,
}

/// Whose turn it is to change a workout, among the requests to this process that have met a conflict. Without
/// turns, a hundred changes at once would take thousands of tries.
#[derive(Debug)]
pub(crate) struct Turns(Vec<Mutex<()>>);

impl Turns {
    pub(crate) fn new() -> Self {
        Self((0..TURNS).map(|_| Mutex::default()).collect())
    }

    /// Waits for it, in the order of asking.
    async fn turn(&self, id: WorkoutId) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let index = usize::try_from(hasher.finish() % TURNS as u64).ok()?;
        Some(self.0.get(index)?.lock().await)
    }
}

impl Accounts {
    /// Lets `edit` look at a workout and change it, as often as needed until no other change came in between.
    /// `edit` also gets the most bytes that the document may have there, if that is less than any workout may have. `None` if there is no such workout.
    pub(super) async fn edit<T>(
        &self,
        client: &Client,
        user: Option<&UserId>,
        id: WorkoutId,
        edit: impl Fn(&mut Workout, Option<usize>) -> (T, AfterEdit),
    ) -> Result<Option<T>, Error> {
        let Some(user) = user else {
            let edit = |workout: &mut Workout| edit(workout, Some(MOST_BYTES_IN_SESSION));
            return in_session::change(client, |own| own.edit(id, edit)).await;
        };
        self.adopt_workouts(client, user).await?;
        let begun = Instant::now();
        let mut turn = None;
        while begun.elapsed() < PATIENCE {
            let Some(mut stored) = self.kept(user, id).await? else { return Ok(None) };
            let (out, after) = edit(&mut stored.workout, None);
            let done = match after {
                AfterEdit::Keep => true,
                AfterEdit::Save => self.store.save_logged(user, &stored.workout, stored.revision).await?,
                AfterEdit::Delete => self.delete_kept(user, stored).await?,
            };
            if done {
                return Ok(Some(out));
            }
            if turn.is_none() {
                turn = self.workout_turns.turn(id).await;
            } else {
                // Another process was faster. Its change is saved, so the processes together always get on.
                let pause = rand::rng().random_range(1..=LONGEST_PAUSE);
                sleep(Duration::from_millis(pause)).await;
            }
        }
        Err(Error::Internal("a workout was changed without a pause".to_owned()))
    }

    /// A workout of an account, unless it was deleted.
    pub(super) async fn kept(&self, user: &UserId, id: WorkoutId) -> Result<Option<StoredWorkout>, Error> {
        Ok(self.store.logged(user, id).await?.filter(|stored| !stored.workout.is_erased()))
    }

    /// `false` if it has been saved since. Of one that a session may still hold, its id stays behind: moved a second
    /// time, it would come back.
    async fn delete_kept(&self, user: &UserId, mut stored: StoredWorkout) -> Result<bool, Error> {
        let StoredWorkout { workout, revision } = &mut stored;
        Ok(if workout.erase() {
            self.store.save_logged(user, workout, *revision).await?
        } else {
            self.store.delete_logged(user, workout.id(), Some(*revision)).await?
        })
    }
}
