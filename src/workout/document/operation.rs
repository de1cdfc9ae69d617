//! What a person does to a workout.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Block, OperationId, Slot};
use crate::workout::exercise_id::ExerciseId;
use crate::workout::load::LoggedSet;
use crate::workout::performance::Why;

/// A change with the id under which it is applied once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    pub id: OperationId,
    pub change: Change,
}

/// What a person does to a workout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Fills a slot, or replaces what is in it. A correction gives the time of the set it corrects.
    Log(Slot, LoggedSet),
    /// Empties a slot.
    Clear(Slot),
    /// Skips what is left of a block. `None` takes that back. Its sets can be logged all the same.
    Skip(Block, Option<Why>),
    /// Another exercise from now on. Swapping for the planned one takes a swap back.
    Swap(Block, ExerciseId, Term),
    /// One more row.
    AddSet(Block),
    /// Ends the workout at a time of the person's choice. Sets that arrive later are still taken; a workout
    /// that has ended keeps its end.
    Finish {
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
}

/// How long a swap lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// In this workout.
    Today,
    /// From now on, in this place of the session.
    ForGood,
}
