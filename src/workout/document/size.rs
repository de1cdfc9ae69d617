//! How long the JSON text of a workout is at most, without writing it.

use super::Workout;
use crate::workout::load::LoggedSet;
use crate::workout::prescription::PlannedBlock;

/// An operation's id with quotes and comma.
pub(super) const OPERATION: usize = 39;
/// Names of fields, ids, times, zone and the plan's numbers. A session's name is short, too.
const FRAME: usize = 700;
/// A block of the plan without its targets, and all that can be changed about it.
const BLOCK: usize = 1_000;
const TARGET: usize = 20;
const RAMP_SET: usize = 60;
/// A set with its slot, without exercise and note.
const SET: usize = 180;

impl Workout {
    /// An upper limit for the bytes of its JSON text.
    pub(super) fn most_bytes(&self) -> usize {
        FRAME
            + self.plan.name.len()
            + self.plan.warm_up.iter().map(|id| id.as_str().len() + 3).sum::<usize>()
            + self.plan.blocks.iter().map(of_block).sum::<usize>()
            + self.sets.values().map(of_set).sum::<usize>()
            + self.applied.len() * OPERATION
    }
}

fn of_block(block: &PlannedBlock) -> usize {
    BLOCK + block.prescription.targets.len() * TARGET + block.prescription.ramp.len() * RAMP_SET
}

/// Of a set with its slot.
pub(super) fn of_set(set: &LoggedSet) -> usize {
    // Notes hold no control characters, so only quotes and backslashes grow, by one byte each.
    let note = set.note.as_ref().map_or("", |note| note.as_str());
    SET + set.exercise.as_str().len()
        + note.len()
        + note.bytes().filter(|b| matches!(b, b'"' | b'\\')).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workout::document::Slot;
    use crate::workout::document::tests::{NOW, bar};
    use crate::workout::load::{Amount, Load, Note, Rir, Tone};

    #[test]
    fn the_longest_set_is_within_its_limit_and_the_limit_is_not_idle() {
        let set = LoggedSet {
            load: Load::AssistedBand(Tone::ExtraLight),
            amount: Amount::Sides { left: 100, right: 100 },
            rir: Some(Rir::ThreeOrMore),
            note: Note::parse(&"\"\\".repeat(100)).unwrap(),
            logged_at: NOW + time::Duration::milliseconds(123),
            ..bar("back_squat", 8)
        };
        let slot = Slot::parse("b50w20").unwrap();
        let stored = serde_json::to_string(&std::collections::BTreeMap::from([(slot, &set)])).unwrap().len();
        assert!((stored..stored + 30).contains(&of_set(&set)), "{stored} {}", of_set(&set));
    }
}
