//! Workouts: what to do today, the one that is open, and those that are finished.
//!
//! Signed in, they are kept with the account; a visitor's are kept in the session, fewer of them. In every
//! method `user` is the account that `client` is signed in to, if it is.
//!
//! An operation is loaded, applied and saved under compare-and-swap, again and again until no other save came in
//! between: of any number at once, on any instances, none is lost and none is refused because of another.

mod adopt;
mod demo;
mod edit;
mod history;
mod in_session;
mod outcomes;
mod programmes;
mod start;
mod waiting;
mod zones;

use domain::account::UserId;
use domain::preferences::Preferences;
use domain::workout::document::{
    Change, Discard, Operation, OperationId, Outcome, Refusal, Workout, WorkoutId,
};
use domain::workout::prescription::{Person, Plan, prescribe};
use time::{Date, Duration, OffsetDateTime};

use self::edit::AfterEdit;
use self::history::EVER;
use crate::{Accounts, Client, Error};

pub(crate) use self::adopt::carried;
pub(crate) use self::demo::demo_history;
pub(crate) use self::edit::Turns;
pub(crate) use self::history::DOCUMENTS_AT_ONCE;
pub(crate) use self::in_session::SessionWorkouts;
pub(crate) use self::waiting::begin_again;

pub use self::history::{Cursor, HistoryEntry, HistoryPage, HistoryState};
pub use self::outcomes::{
    EnterWorkout, StartWorkout, WorkoutChanged, WorkoutDiscarded, WorkoutEntered, WorkoutFinished,
    WorkoutMoved, WorkoutStarted,
};
pub use self::programmes::session_after;
pub use self::waiting::{WaitingOperation, waiting};
pub use self::zones::{known_zone, local_time, time_in, zone_names};

/// How many workouts an account may begin within 24 hours: more than anybody does, and few enough that an account never
/// becomes too large to be shown or exported.
pub const WORKOUTS_PER_DAY: u32 = 50;

/// How many operations one call may bring.
pub const OPERATIONS_AT_ONCE: usize = 50;

/// How far back a plan looks. After half a year without an exercise its load is found anew.
const PLAN_LOOKS_BACK: Duration = Duration::days(400);

impl Accounts {
    /// What to do on a local day, by what was done before.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn todays_plan(
        &self,
        client: &Client,
        user: Option<&UserId>,
        preferences: &Preferences,
        day: Date,
    ) -> Result<Plan, Error> {
        let training = &preferences.training;
        let since = day.saturating_sub(PLAN_LOOKS_BACK);
        let history = self.performances(client, user, Some(since)).await?;
        let session = session_after(training, self.ordinal(client, user).await?);
        let person = Person::new(training, &preferences.details);
        Ok(prescribe(&session, &history, day, &person))
    }

    /// How many workouts count so far: the place in the programme.
    async fn ordinal(&self, client: &Client, user: Option<&UserId>) -> Result<u32, Error> {
        let Some(user) = user else {
            return Ok(SessionWorkouts::of(&client.session.data().await).counting());
        };
        let counting = self.store.count_counting(user).await?;
        let before = self.store.count_workouts(user, EVER).await?;
        Ok(u32::try_from(before.saturating_add(counting)).unwrap_or(u32::MAX))
    }

    /// Whether a visitor has begun or finished a workout in this browser.
    pub async fn has_trained_here(&self, client: &Client) -> bool {
        let workouts = SessionWorkouts::of(&client.session.data().await);
        workouts.open.is_some() || !workouts.finished.is_empty()
    }

    /// The open workout.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn open_workout(
        &self,
        client: &Client,
        user: Option<&UserId>,
    ) -> Result<Option<Workout>, Error> {
        let Some(user) = user else {
            return Ok(SessionWorkouts::of(&client.session.data().await).open);
        };
        Ok(self.store.open_logged(user).await?.map(|stored| stored.workout))
    }

    /// Applies operations, each once.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn change_workout(
        &self,
        client: &Client,
        user: Option<&UserId>,
        id: WorkoutId,
        operations: &[Operation],
    ) -> Result<WorkoutChanged, Error> {
        if operations.len() > OPERATIONS_AT_ONCE {
            return Ok(WorkoutChanged::TooMany);
        }
        if let Some(user) = user
            && let Err(error) = self.apply_waiting(client, user).await
        {
            // Another workout, which cannot be read or saved, is no reason to refuse this one.
            tracing::warn!(user.id = %user, %error, "what waited for a login could not be applied");
        }
        self.apply_operations(client, user, id, operations).await
    }

    async fn apply_operations(
        &self,
        client: &Client,
        user: Option<&UserId>,
        id: WorkoutId,
        operations: &[Operation],
    ) -> Result<WorkoutChanged, Error> {
        let now = self.clock.now();
        let changed = self.edit(client, user, id, |workout, most_bytes| {
            let apply = |operation: &Operation| apply(workout, operation, now, most_bytes);
            let outcomes: Vec<_> = operations.iter().map(apply).collect();
            let applied = outcomes.contains(&Outcome::Applied);
            let after = if applied { AfterEdit::Save } else { AfterEdit::Keep };
            let workout = Box::new(workout.clone());
            (WorkoutChanged::Done { workout, outcomes }, after)
        });
        Ok(changed.await?.unwrap_or(WorkoutChanged::Gone))
    }

    /// Ends a workout, at the present time or when the person says. One that has ended keeps its end.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn finish_workout(
        &self,
        client: &Client,
        user: Option<&UserId>,
        id: WorkoutId,
        operation: OperationId,
        at: Option<OffsetDateTime>,
    ) -> Result<WorkoutFinished, Error> {
        let change = Change::Finish { at: at.unwrap_or_else(|| self.clock.now()) };
        let changed = self.change_workout(client, user, id, &[Operation { id: operation, change }]).await?;
        Ok(match changed {
            WorkoutChanged::Done { outcomes, .. }
                if outcomes.contains(&Outcome::Refused(Refusal::NothingLogged)) =>
            {
                WorkoutFinished::NothingLogged
            }
            // Otherwise it has ended before, and has no room for another operation.
            WorkoutChanged::Done { workout, .. } => WorkoutFinished::Done(workout),
            WorkoutChanged::Gone | WorkoutChanged::TooMany => WorkoutFinished::Gone,
        })
    }

    /// Throws an open workout away. `confirmed`: although sets are logged.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn discard_workout(
        &self,
        client: &Client,
        user: Option<&UserId>,
        id: WorkoutId,
        confirmed: bool,
    ) -> Result<WorkoutDiscarded, Error> {
        let discarded = self.edit(client, user, id, |workout, _| match workout.discard() {
            Discard::AtOnce => (WorkoutDiscarded::Done, AfterEdit::Delete),
            Discard::AfterConfirmation { .. } if confirmed => (WorkoutDiscarded::Done, AfterEdit::Delete),
            Discard::AfterConfirmation { sets } => (WorkoutDiscarded::HasSets(sets), AfterEdit::Keep),
            // It gave way to another one, and is in no list.
            Discard::Never if !workout.is_listed() => (WorkoutDiscarded::Done, AfterEdit::Delete),
            Discard::Never => (WorkoutDiscarded::Finished, AfterEdit::Keep),
        });
        Ok(discarded.await?.unwrap_or(WorkoutDiscarded::Done))
    }

    /// Corrects start and end of a finished workout; see [`Workout::move_to`].
    ///
    /// # Errors
    /// If a store fails.
    pub async fn move_workout(
        &self,
        client: &Client,
        user: Option<&UserId>,
        id: WorkoutId,
        started_at: OffsetDateTime,
        ended_at: OffsetDateTime,
    ) -> Result<WorkoutMoved, Error> {
        let now = self.clock.now();
        let moved =
            self.edit(client, user, id, |workout, _| match workout.move_to(started_at, ended_at, now) {
                Ok(()) => (WorkoutMoved::Done(Box::new(workout.clone())), AfterEdit::Save),
                Err(refusal) => (WorkoutMoved::Impossible(refusal), AfterEdit::Keep),
            });
        Ok(moved.await?.unwrap_or(WorkoutMoved::Gone))
    }

    /// Deletes a workout, open or finished; `false` if there is none. Operations that arrive later find it gone.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn delete_workout(
        &self,
        client: &Client,
        user: Option<&UserId>,
        id: WorkoutId,
    ) -> Result<bool, Error> {
        let deleted = self.edit(client, user, id, |_, _| ((), AfterEdit::Delete)).await?;
        Ok(deleted.is_some())
    }

    /// A workout, open or finished.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn workout(
        &self,
        client: &Client,
        user: Option<&UserId>,
        id: WorkoutId,
    ) -> Result<Option<Workout>, Error> {
        let Some(user) = user else {
            return Ok(SessionWorkouts::of(&client.session.data().await).find(id).cloned());
        };
        Ok(self.kept(user, id).await?.map(|stored| stored.workout))
    }
}

/// Applies one operation. `most_bytes` is for a document that must be smaller than every workout is; finishing and
/// clearing are always possible.
fn apply(
    workout: &mut Workout,
    operation: &Operation,
    now: OffsetDateTime,
    most_bytes: Option<usize>,
) -> Outcome {
    let grows = !matches!(operation.change, Change::Finish { .. } | Change::Clear(_));
    let most_bytes = most_bytes.filter(|most| grows && in_session::bytes(&*workout) >= most / 2);
    let Some(most_bytes) = most_bytes else { return workout.apply(operation.clone(), now) };
    let before = workout.clone();
    let outcome = workout.apply(operation.clone(), now);
    if outcome == Outcome::Applied && in_session::bytes(&*workout) > most_bytes {
        *workout = before;
        return Outcome::Refused(Refusal::TooLarge);
    }
    outcome
}
