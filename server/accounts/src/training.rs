//! Workouts: what to do today, the one that is open, and those that are finished.
//!
//! Signed in, they are kept with the account; a visitor's are kept in the session, fewer of them. In every
//! method `user` is the account that `client` is signed in to, if it is.
//!
//! An operation is loaded, applied and saved under compare-and-swap, again and again until no other save came in
//! between: of any number at once, on any instances, none is lost and none is refused because of another.

mod history;
mod zones;

use domain::account::UserId;
use domain::preferences::Preferences;
use domain::workout::document::{Operation, OperationId, Outcome, Refusal, Workout, WorkoutId, Zone};
use domain::workout::prescription::Plan;
use time::{Date, OffsetDateTime};

use crate::{Accounts, Client, Error};

pub use self::history::{Cursor, HistoryEntry, HistoryPage};
pub use self::zones::{known_zone, local_time, time_in};

/// How many operations one call may bring.
pub const OPERATIONS_AT_ONCE: usize = 50;

/// What is needed to start a workout.
#[derive(Debug, Clone)]
pub struct StartWorkout<'a> {
    pub preferences: &'a Preferences,
    pub zone: &'a Zone,
}

/// Outcome of starting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkoutStarted {
    Done(Box<Workout>),
    /// There is an open one, and never two.
    AlreadyOpen(WorkoutId),
    /// [`WORKOUTS_PER_DAY`](crate::WORKOUTS_PER_DAY) were begun within the last 24 hours.
    TooMany,
}

/// A workout entered after it was done.
#[derive(Debug, Clone)]
pub struct EnterWorkout<'a> {
    /// Made with the form: one that is sent twice is entered once.
    pub id: WorkoutId,
    pub preferences: &'a Preferences,
    pub zone: &'a Zone,
    /// With the offset of the zone at that time ([`time_in`]). Not in the future, nor after the end.
    pub started_at: OffsetDateTime,
    pub ended_at: OffsetDateTime,
    pub operations: &'a [Operation],
}

/// Outcome of entering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkoutEntered {
    Done(Box<Workout>),
    /// One for each operation, of which at least one was refused. Nothing was saved.
    Refused(Vec<Outcome>),
    /// The times are impossible, or no set is logged. Nothing was saved.
    Impossible(Refusal),
    TooMany,
}

/// Outcome of operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkoutChanged {
    /// The workout as it is now, and what became of each operation, in their order.
    Done { workout: Box<Workout>, outcomes: Vec<Outcome> },
    /// There is no such workout any more.
    Gone,
    /// More than [`OPERATIONS_AT_ONCE`]. None was applied.
    TooMany,
}

/// Outcome of finishing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkoutFinished {
    Done(Box<Workout>),
    /// There is nothing to keep: to be discarded instead.
    NothingLogged,
    Gone,
}

/// Outcome of discarding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkoutDiscarded {
    /// Also if there was no such workout.
    Done,
    /// So many sets are logged: they must be confirmed first.
    HasSets(u32),
    /// It is finished: it can be deleted from the history.
    Finished,
}

/// Outcome of moving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkoutMoved {
    Done(Box<Workout>),
    Impossible(Refusal),
    Gone,
}

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
        let _ = (client, user, preferences, day);
        Err(not_yet())
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
        let _ = (client, user);
        Err(not_yet())
    }

    /// Opens a workout with today's plan, unless one is open.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn start_workout(
        &self,
        client: &Client,
        user: Option<&UserId>,
        start: StartWorkout<'_>,
    ) -> Result<WorkoutStarted, Error> {
        let _ = (client, user, start);
        Err(not_yet())
    }

    /// Adds a finished workout; an open one stays as it is. Its plan is that of its day, made now.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn enter_workout(
        &self,
        client: &Client,
        user: Option<&UserId>,
        entered: EnterWorkout<'_>,
    ) -> Result<WorkoutEntered, Error> {
        let _ = (client, user, entered);
        Err(not_yet())
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
        let _ = (client, user, id, operations);
        Err(not_yet())
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
        let _ = (client, user, id, operation, at);
        Err(not_yet())
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
        let _ = (client, user, id, confirmed);
        Err(not_yet())
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
        let _ = (client, user, id, started_at, ended_at);
        Err(not_yet())
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
        let _ = (client, user, id);
        Err(not_yet())
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
        let _ = (client, user, id);
        Err(not_yet())
    }
}

fn not_yet() -> Error {
    Error::Internal("not there yet".to_owned())
}
