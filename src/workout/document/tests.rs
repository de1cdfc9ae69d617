use time::macros::datetime;

use super::*;
use crate::workout::exercise::Exercise;
use crate::workout::load::{Amount, Load, Note};
use crate::workout::performance::tests::{kg, set};
use crate::workout::prescription::{Prescription, Reason};
use crate::workout::programme::Range;

mod adopting;
mod applying;
mod ends;
mod orders;
mod stored;

pub(in crate::workout) const START: OffsetDateTime = datetime!(2026-03-01 23:30 +1);
pub(in crate::workout) const NOW: OffsetDateTime = datetime!(2026-03-01 23:00 UTC);

/// 3 × 8–12 of each, the first one a main lift.
pub(in crate::workout) fn plan(exercises: &[&str]) -> Plan {
    let block = |(i, id): (usize, &&str)| PlannedBlock {
        exercise: ExerciseId::parse(id).unwrap(),
        instead_of: None,
        main: i == 0,
        range: Range::Reps { low: 8, high: 12 },
        reps_in_reserve: 2,
        rest_seconds: 120,
        prescription: Prescription {
            load: None,
            targets: vec![Amount::Reps(8); 3],
            extra_sets: 0,
            reason: None,
            offer: None,
            ramp: Vec::new(),
            converted_from: None,
        },
    };
    Plan {
        name: "Full body A".to_owned(),
        ordinal: 4,
        minutes: 45,
        warm_up: vec![ExerciseId::parse("march").unwrap()],
        blocks: exercises.iter().enumerate().map(block).collect(),
    }
}

pub(in crate::workout) fn opened(plan: Plan) -> Workout {
    let zone = Zone::parse("Europe/Berlin").unwrap();
    Workout::open(WorkoutId::from_bytes([7; 16]), plan, zone, START, START).unwrap()
}

/// Squats and bench presses.
pub(in crate::workout) fn workout() -> Workout {
    opened(plan(&["back_squat", "bench_press"]))
}

pub(in crate::workout) fn operation(id: u32, change: Change) -> Operation {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&id.to_be_bytes());
    Operation { id: OperationId::from_bytes(bytes), change }
}

pub(in crate::workout) fn slot(text: &str) -> Slot {
    Slot::parse(text).unwrap()
}

pub(in crate::workout) fn block(number: u8) -> Block {
    Block::new(number).unwrap()
}

/// A set with a barbell, logged now.
pub(in crate::workout) fn bar(exercise: &str, reps: u8) -> LoggedSet {
    LoggedSet { logged_at: NOW, ..set(exercise, Load::Bar(kg("60")), Amount::Reps(reps)) }
}

/// Eight squats.
pub(in crate::workout) fn log(place: &str) -> Change {
    Change::Log(slot(place), bar("back_squat", 8))
}

/// Applies changes with ids of their own.
pub(in crate::workout) fn apply_all(workout: &mut Workout, changes: impl IntoIterator<Item = Change>) {
    for change in changes {
        let id = u32::try_from(workout.applied.len()).unwrap() + 1_000_000;
        assert_eq!(workout.apply(operation(id, change), NOW), Outcome::Applied);
    }
}

pub(in crate::workout) fn finish() -> Change {
    Change::Finish { at: NOW }
}
