//! What to do today: the loads and targets of a session, from what was done before.
//!
//! A pure function of the session, the history, the day and the person. The rules, in order; the first that
//! applies decides. `n` sets of `low` to `high` are planned, `L` was the last load, `s` is the next step.
//!
//! | when | then |
//! |---|---|
//! | never done, or at least 180 days ago | no load, or the empty bar |
//! | at least 56 days ago, 28 days ago | 0.8 `L`, 0.9 `L`, from `low` |
//! | 14 to 27 days ago | `L`, from `low` |
//! | another range than last time | what the same one-repetition maximum allows, at most 1.1 `L` |
//! | all `n` sets reached `high`, but `s` is more than 10 % of `L` | `L`, until `low` is in reach with `L + s` |
//! | all `n` sets reached `high`, with enough in reserve | `L + s`, from `low`; `2 s` if they exceeded it by two, twice running |
//! | all `n` sets reached `low` | `L`, one more than last time in each set, up to `high` |
//! | some missed `low`, for the first or second time | `L`, from `low` |
//! | for the third time | 0.9 `L`, from `low` |
//!
//! Sources: 2 to 10 % more once the range is exceeded by one or two repetitions ([ACSM 2009], the position stand
//! on progression models); strength lasts about four weeks without training and fades gradually after that
//! ([Bosquet 2013]). The numbers of days, the factors and the count of misses are conventions, not results of a
//! study.
//!
//! [ACSM 2009]: https://doi.org/10.1249/MSS.0b013e3181915670
//! [Bosquet 2013]: https://doi.org/10.1111/sms.12047

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use time::Date;

use self::case::Case;
pub use self::condensed::condensed;
pub use self::offers::{easier, harder, next_set};
pub use self::reason::{Next, Offer, Reason, Start};
pub use self::slots::alternatives;
use crate::workout::exercise::Exercise;
use crate::workout::exercise_id::ExerciseId;
use crate::workout::load::{Amount, Load};
use crate::workout::performance::Performance;
use crate::workout::programme::{Assignment, Range, Session, minutes, suitable};
use crate::workout::steps::Gear;
use crate::workout::training::{Equipment, Level, Training, TrainingDetails};
use crate::workout::weight::Weight;

mod case;
mod condensed;
mod judged;
mod ladder;
mod no_load;
mod offers;
mod ramp;
mod reason;
mod room;
mod slots;
mod with_load;

/// What a prescription needs to know about the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub level: Level,
    pub equipment: BTreeSet<Equipment>,
    pub gear: Gear,
    /// For exercises that move the body.
    pub body_weight: Option<Weight>,
    /// Whether they are asked how many more repetitions would have been possible.
    pub asks_effort: bool,
}

/// A session with loads and targets. A workout keeps the one it was started with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// `Full body A`, `Upper body B` …
    pub name: String,
    /// How many workouts came before it.
    pub ordinal: u32,
    /// Estimated duration, with the exercises that are kept and the sets that were earned. Those may make it longer
    /// than the person wished.
    pub minutes: u8,
    /// Easy movements of [`WARM_UP_SECONDS`](crate::workout::programme::WARM_UP_SECONDS) each.
    #[serde(default)]
    pub warm_up: Vec<ExerciseId>,
    pub blocks: Vec<PlannedBlock>,
}

/// An exercise in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedBlock {
    pub exercise: ExerciseId,
    /// What the programme had chosen, if the person keeps another exercise here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<ExerciseId>,
    pub main: bool,
    pub range: Range,
    pub reps_in_reserve: u8,
    /// After each set.
    pub rest_seconds: u16,
    pub prescription: Prescription,
}

/// Load and targets of an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prescription {
    /// `None` if the person has to find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<Load>,
    /// One for each work set.
    pub targets: Vec<Amount>,
    /// How many of the sets the person has earned on top of the programme's.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub extra_sets: u8,
    /// `None` where nothing is to grow: mobility and fixed intervals.
    #[serde(default, deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    #[serde(default, deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
    /// Lighter sets to begin with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ramp: Vec<RampSet>,
    /// The load of last time, if its unit is not the present one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub converted_from: Option<Load>,
}

/// A set of the warm-up ramp. It is optional and does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RampSet {
    pub load: Load,
    pub reps: u8,
}

/// The loads and targets of a session. `history` holds all the person's performances, oldest first; `day` is
/// their local day.
///
/// A place in the session keeps the exercise that was last done there, as long as it is possible, unless it
/// was swapped for one workout only.
///
/// No muscle gets an earned set beyond 20 in the week. What is kept stays, even if it takes one beyond.
#[must_use]
pub fn prescribe(session: &Session, history: &[Performance], day: Date, person: &Person) -> Plan {
    let filled = slots::fill(session, history, person);
    let mut room = room::Room::new(session, &filled, history, day);
    let mut ramps = ramp::Ramps::default();
    let mut all = Vec::with_capacity(filled.len());
    let blocks = filled.into_iter().map(|(assignment, instead_of)| {
        let case = Case::new(&assignment, history, day, person);
        let mut prescription = case.with_room_for(room.of(assignment.exercise)).prescription();
        room.take(assignment.exercise, prescription.extra_sets);
        all.push(Assignment { sets: prescription.sets(), ..assignment });
        if assignment.main {
            prescription.ramp = ramps.next(assignment.exercise, prescription.load, person);
        }
        PlannedBlock {
            exercise: assignment.exercise.into(),
            instead_of,
            main: assignment.main,
            range: assignment.range,
            reps_in_reserve: assignment.reps_in_reserve,
            rest_seconds: assignment.rest_seconds,
            prescription,
        }
    });
    let blocks = blocks.collect();
    Plan {
        name: session.name.to_owned(),
        ordinal: session.ordinal,
        minutes: minutes(session.warm_up.len(), &all),
        blocks,
        warm_up: session.warm_up.iter().map(|exercise| ExerciseId::from(*exercise)).collect(),
    }
}

/// Load and targets of one exercise, without a ramp, as if its muscles did nothing else all week.
#[must_use]
pub fn prescribe_exercise(
    assignment: &Assignment,
    history: &[Performance],
    day: Date,
    person: &Person,
) -> Prescription {
    Case::new(assignment, history, day, person).prescription()
}

impl Person {
    /// From the preferences.
    #[must_use]
    pub fn new(training: &Training, details: &TrainingDetails) -> Self {
        Self {
            level: training.level,
            equipment: training.equipment.clone(),
            gear: Gear::new(training.units, details.bar, details.smallest_plate),
            body_weight: details.body_weight,
            asks_effort: details.asks_effort(training.level),
        }
    }

    /// Whether the person has what an exercise needs.
    fn has_equipment_for(&self, exercise: &Exercise) -> bool {
        exercise.needs.iter().all(|piece| self.equipment.contains(piece))
    }
}

impl Plan {
    /// The work sets of all blocks.
    #[must_use]
    pub fn planned_sets(&self) -> u32 {
        self.blocks.iter().map(|block| u32::from(block.prescription.sets())).sum()
    }
}

impl PlannedBlock {
    /// The same place with another exercise and its own prescription: the load of the one it replaces says nothing about
    /// it. Where the place has a ramp, so has the other exercise. It has the programme's sets, and no earned ones.
    #[must_use]
    pub fn swapped(
        &self,
        exercise: &'static Exercise,
        history: &[Performance],
        day: Date,
        person: &Person,
    ) -> Self {
        let assignment = Assignment {
            exercise,
            main: self.main,
            sets: self.prescription.sets_for_another(),
            range: suitable(self.range, exercise),
            reps_in_reserve: self.reps_in_reserve,
            rest_seconds: self.rest_seconds,
        };
        let case = Case::new(&assignment, history, day, person).with_room_for(0);
        let mut prescription = case.prescription();
        prescription.ramp = ramp::Ramps::of(self).next(exercise, prescription.load, person);
        let programmes_own = self.instead_of.as_ref().unwrap_or(&self.exercise);
        Self {
            exercise: exercise.into(),
            instead_of: (programmes_own.as_str() != exercise.id).then(|| programmes_own.clone()),
            range: assignment.range,
            prescription,
            ..*self
        }
    }
}

impl Prescription {
    /// The work sets.
    #[must_use]
    pub fn sets(&self) -> u8 {
        u8::try_from(self.targets.len()).unwrap_or(u8::MAX)
    }

    /// The work sets if another exercise takes the place: those that were earned with this one do not pass on.
    pub(super) fn sets_for_another(&self) -> u8 {
        self.sets().saturating_sub(self.extra_sets)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_zero(number: &u8) -> bool {
    *number == 0
}

/// Reads a value that a newer version may have written in a way this one does not know: better no reason than
/// no plan.
fn known<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Maybe<T> {
        Known(T),
        Unknown(serde::de::IgnoredAny),
    }
    Ok(match Maybe::deserialize(from)? {
        Maybe::Known(value) => Some(value),
        Maybe::Unknown(_) => None,
    })
}

#[cfg(test)]
mod tests;
