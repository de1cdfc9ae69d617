//! What the use cases of training take and return.

use domain::preferences::Preferences;
use domain::workout::document::{Operation, Outcome, Refusal, Workout, WorkoutId, Zone};
use time::OffsetDateTime;

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
    /// With the offset of the zone at that time ([`time_in`](super::time_in)). Not in the future, nor after the end.
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
    /// More than [`OPERATIONS_AT_ONCE`](super::OPERATIONS_AT_ONCE). None was applied.
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
