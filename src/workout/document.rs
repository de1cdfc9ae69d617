//! A workout from its start to its end and after: one document per workout.
//!
//! It is changed by [operations](Operation) with ids made by the client, in the browser or in the form.
//! Applying one twice is applying it once. Each set has a slot of its own, so two devices disturb each other
//! only where both fill the same slot; then the later arrival wins. Nothing that was logged disappears except by
//! being replaced in its slot, cleared or deleted by the person.
//!
//! What pages show besides, such as records, the streak or the next weights, is derived and never stored here.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use time::{Date, Duration, OffsetDateTime, UtcOffset};

use self::adoption::Adoption;
pub use self::apply::{Outcome, Refusal, apply};
pub use self::ending::{Abandoned, Discard, Ending};
pub use self::entry::{Entry, SetOperation};
pub use self::id::{OperationId, WorkoutId};
pub use self::operation::{Change, Operation, Term};
pub use self::slot::{Block, Slot};
pub use self::zone::Zone;
use crate::workout::exercise_id::ExerciseId;
use crate::workout::load::{LoggedSet, SetKind};
use crate::workout::performance::Why;
use crate::workout::prescription::{Plan, PlannedBlock};

mod adoption;
mod apply;
mod ending;
mod entry;
mod id;
mod operation;
mod performances;
mod size;
mod slot;
mod version;
mod zone;

/// Sets in a workout, logged or planned.
pub const MAX_SETS: usize = 200;
/// Operations on a workout.
pub const MAX_OPERATIONS: usize = 600;
/// Bytes of its JSON text.
pub const MAX_BYTES: usize = 64 * 1024;

/// A workout. Its JSON text carries a version; unknown fields are skipped, so that an older program can read
/// what a newer one wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workout {
    version: version::Version,
    id: WorkoutId,
    zone: Zone,
    /// With the offset that its zone had then.
    #[serde(with = "time::serde::rfc3339")]
    started_at: OffsetDateTime,
    /// `None` while it is open.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    ended_at: Option<OffsetDateTime>,
    /// When the last operation arrived, or when it was opened.
    #[serde(with = "time::serde::rfc3339")]
    touched_at: OffsetDateTime,
    plan: Plan,
    /// What the person changed about the plan.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    changes: BTreeMap<Block, BlockChanges>,
    #[serde(default)]
    sets: BTreeMap<Slot, LoggedSet>,
    #[serde(default)]
    applied: BTreeSet<OperationId>,
    /// `None` if no login has touched it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    adoption: Option<Adoption>,
}

/// What the person changed about a block of the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct BlockChanges {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    swap: Option<Swap>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    skipped: Option<Why>,
    #[serde(default)]
    added_sets: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Swap {
    exercise: ExerciseId,
    term: Term,
}

/// Whether more is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Open,
    Finished,
}

impl Workout {
    /// Opens a workout. `started_at` has the offset of `zone` at that time; it lies in the past for a workout
    /// that is entered later. Times are truncated to the milliseconds that every store keeps.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] if the plan has more than [`Block::MAX`] blocks, [`Slot::MAX_SET`] sets in one of
    /// them, or [`MAX_SETS`] in all.
    pub fn open(
        id: WorkoutId,
        plan: Plan,
        zone: Zone,
        started_at: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Self, Refusal> {
        let workout = Self {
            version: version::Version,
            id,
            zone,
            started_at: started_at.truncate_to_millisecond(),
            ended_at: None,
            touched_at: now.truncate_to_millisecond(),
            plan,
            changes: BTreeMap::new(),
            sets: BTreeMap::new(),
            applied: BTreeSet::new(),
            adoption: None,
        };
        let blocks = &workout.plan.blocks;
        let fits = blocks.len() <= usize::from(Block::MAX)
            && blocks.iter().all(|block| block.prescription.sets() <= Slot::MAX_SET)
            && workout.plan.planned_sets() as usize <= MAX_SETS
            && workout.most_bytes() <= MAX_BYTES;
        if fits { Ok(workout) } else { Err(Refusal::TooLarge) }
    }

    #[must_use]
    pub const fn id(&self) -> WorkoutId {
        self.id
    }

    #[must_use]
    pub const fn status(&self) -> Status {
        match self.ended_at {
            None => Status::Open,
            Some(_) => Status::Finished,
        }
    }

    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The local day on which it started, and to which it counts for ever: past midnight, and whatever zone
    /// the person lives in later.
    #[must_use]
    pub const fn day(&self) -> Date {
        self.started_at.date()
    }

    /// With the offset of the zone at that time.
    #[must_use]
    pub const fn started_at(&self) -> OffsetDateTime {
        self.started_at
    }

    /// With the same offset; `None` while it is open.
    #[must_use]
    pub fn ended_at(&self) -> Option<OffsetDateTime> {
        self.ended_at.map(|at| at.to_offset(self.started_at.offset()))
    }

    /// When the last operation arrived, or when it was opened. UTC.
    #[must_use]
    pub fn touched_at(&self) -> OffsetDateTime {
        self.touched_at.to_offset(UtcOffset::UTC)
    }

    /// From start to end, across changes of the clock; `None` while it is open.
    #[must_use]
    pub fn length(&self) -> Option<Duration> {
        self.ended_at.map(|at| at - self.started_at)
    }

    /// As it was when the workout was opened.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Everything that was logged, warm-ups included, in the order of the blocks.
    #[must_use]
    pub const fn sets(&self) -> &BTreeMap<Slot, LoggedSet> {
        &self.sets
    }

    /// Whether an operation has been applied.
    #[must_use]
    pub fn has_applied(&self, operation: OperationId) -> bool {
        self.applied.contains(&operation)
    }

    /// The blocks of the plan, each with its number.
    pub fn blocks(&self) -> impl Iterator<Item = (Block, &PlannedBlock)> {
        Block::all().zip(&self.plan.blocks)
    }

    fn planned(&self, block: Block) -> Option<&PlannedBlock> {
        self.plan.blocks.get(block.index())
    }

    /// The exercise to do now in a block: the planned one, or what it was swapped for. `None` if there is no
    /// such block.
    #[must_use]
    pub fn exercise(&self, block: Block) -> Option<&ExerciseId> {
        let planned = &self.planned(block)?.exercise;
        let swap = self.changes.get(&block).and_then(|changes| changes.swap.as_ref());
        Some(swap.map_or(planned, |swap| &swap.exercise))
    }

    /// Why a block was skipped, if it was.
    #[must_use]
    pub fn skipped(&self, block: Block) -> Option<Why> {
        self.changes.get(&block).and_then(|changes| changes.skipped)
    }

    /// How many rows for work sets a block has: planned, added, or already logged beyond these.
    #[must_use]
    pub fn rows(&self, block: Block) -> u8 {
        let planned = self.planned(block).map_or(0, |planned| match self.exercise(block) {
            Some(exercise) if *exercise != planned.exercise => planned.prescription.sets_for_another(),
            Some(_) | None => planned.prescription.sets(),
        });
        let added = self.changes.get(&block).map_or(0, |changes| changes.added_sets);
        let logged = self.work_sets(block).map(|(slot, _)| slot.set()).max().unwrap_or_default();
        planned.saturating_add(added).max(logged)
    }

    /// The logged work sets of a block in the order of their rows.
    fn work_sets(&self, block: Block) -> impl Iterator<Item = (Slot, &LoggedSet)> {
        let of_block =
            move |(slot, _): &(&Slot, &LoggedSet)| slot.block() == block && slot.kind() == SetKind::Work;
        self.sets.iter().filter(of_block).map(|(slot, set)| (*slot, set))
    }

    /// When the rest after the newest set is over: from its own time, so that a reload, a sleeping phone and a
    /// second device all agree. `None` if nothing was logged, or when the workout is finished.
    #[must_use]
    pub fn rest_until(&self) -> Option<OffsetDateTime> {
        let (slot, newest) = self.sets.iter().max_by_key(|(_, set)| set.logged_at)?;
        let rest = self.planned(slot.block())?.rest_seconds;
        match self.status() {
            Status::Open => Some(newest.logged_at + Duration::seconds(rest.into())),
            Status::Finished => None,
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
