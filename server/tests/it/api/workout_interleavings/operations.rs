//! What a device has in its queue.

use domain::workout::document::{Block, Change, Operation, OperationId, Slot, Term};
use domain::workout::exercise_id::ExerciseId;
use domain::workout::load::{Amount, Load, LoggedSet};
use domain::workout::performance::Why;
use time::{Duration, OffsetDateTime};

use super::dice::Dice;

/// Operations of one device.
const LENGTH: u16 = 12;
/// Rows of one device: so few that even all devices together never reach the most that a block may have.
const ROWS: u32 = 4;

/// Where rows are added, exercises swapped, and blocks skipped: each shows by something of its own.
pub(super) const ADDED: &str = "b1";
const SWAPPED: &str = "b2";
const SKIPPED: &str = "b3";

/// Where everybody logs. None is beyond the planned rows, so that the number of rows tells those that were added.
const SHARED: [&str; 3] = ["b1s1", "b1s2", "b3w1"];

/// Which kinds there are in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kinds {
    All,
    /// Those for which a form needs nothing but the place.
    WithoutSwaps,
    /// The same, and the workout stays open.
    WithoutEnd,
}

/// The operations of a device, each with an id that no other one has.
pub(super) fn queue(dice: &mut Dice, device: u8, kinds: Kinds, started: OffsetDateTime) -> Vec<Operation> {
    let mut rows = 0;
    let mut change = |number: u16| {
        let own = [format!("b2s{device}"), format!("b2s{}", device + 3), format!("b3s{device}")];
        let slot = |text: &str| Slot::parse(text).unwrap();
        let block = |text: &str| Block::parse(text).unwrap();
        match dice.roll(100) {
            ..35 => {
                let place = &own[usize::try_from(dice.roll(3)).unwrap()];
                Change::Log(slot(place), set(device, number, started))
            }
            35..50 => Change::Log(slot(dice.pick(&SHARED)), set(device, number, started)),
            50..66 => Change::Clear(slot(&own[usize::try_from(dice.roll(3)).unwrap()])),
            66..72 => Change::Clear(slot(dice.pick(&SHARED))),
            72..82 if rows < ROWS => {
                rows += 1;
                Change::AddSet(block(ADDED))
            }
            82..88 if kinds == Kinds::All => {
                Change::Skip(block(SKIPPED), dice.pick(&[Some(Why::Busy), Some(Why::Time), None]))
            }
            88..94 if kinds == Kinds::All => {
                let exercise = ExerciseId::parse(dice.pick(&["push_up", "plank", "back_squat"])).unwrap();
                Change::Swap(block(SWAPPED), exercise, dice.pick(&[Term::Today, Term::ForGood]))
            }
            94.. if kinds != Kinds::WithoutEnd => {
                Change::Finish { at: started + Duration::minutes(i64::from(device) * 15 + i64::from(number)) }
            }
            _ => Change::Log(slot(&own[0]), set(device, number, started)),
        }
    };
    (0..LENGTH).map(|number| Operation { id: id(device, number), change: change(number) }).collect()
}

fn id(device: u8, number: u16) -> OperationId {
    let mut bytes = [0; 16];
    bytes[0] = device;
    bytes[1..3].copy_from_slice(&number.to_be_bytes());
    OperationId::from_bytes(bytes)
}

/// A set that no other operation logs.
fn set(device: u8, number: u16, started: OffsetDateTime) -> LoggedSet {
    LoggedSet {
        exercise: ExerciseId::parse("push_up").unwrap(),
        load: Load::Body,
        amount: Amount::Reps(device * 20 + u8::try_from(number).unwrap()),
        rir: None,
        note: None,
        logged_at: started,
    }
}

/// The queue in pieces, as a device sends them: sets several at once, everything else by itself.
pub(super) fn batches(dice: &mut Dice, queue: Vec<Operation>) -> Vec<Vec<Operation>> {
    let mut batches: Vec<Vec<Operation>> = Vec::new();
    for operation in queue {
        let goes_along = batches.last().is_some_and(|last| {
            last.len() < 4 && last.iter().all(is_of_a_set) && is_of_a_set(&operation) && !dice.one_in(3)
        });
        match batches.last_mut().filter(|_| goes_along) {
            Some(last) => last.push(operation),
            None => batches.push(vec![operation]),
        }
    }
    batches
}

pub(super) const fn is_of_a_set(operation: &Operation) -> bool {
    matches!(operation.change, Change::Log(..) | Change::Clear(_))
}
