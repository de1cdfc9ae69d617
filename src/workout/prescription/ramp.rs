//! Lighter sets before the first heavy ones.

use super::ladder::Ladder;
use super::{Person, PlannedBlock, RampSet};
use crate::workout::exercise::Exercise;
use crate::workout::load::Load;
use crate::workout::training::Units;
use crate::workout::weight::Weight;

/// Percent of the work load, and repetitions. A convention: programmes differ, and no study decides.
const FIRST: &[(i64, u8)] = &[(40, 8), (60, 5), (80, 3)];
/// The second main lift finds the body warm.
const SECOND: &[(i64, u8)] = &[(60, 5), (80, 3)];

/// The ramps of a session, one heavy main lift after the other.
#[derive(Default)]
pub(super) struct Ramps {
    given: usize,
}

impl Ramps {
    /// For another exercise in this place: the same ramp, or none. A ramp that has lost its first step is taken for the
    /// second one.
    pub(super) fn of(place: &PlannedBlock) -> Self {
        let first = FIRST.first().map(|(_, reps)| *reps);
        let given = match place.prescription.ramp.first() {
            None => usize::MAX,
            Some(step) => usize::from(Some(step.reps) != first),
        };
        Self { given }
    }

    /// The ramp of the next main lift. Empty if it is light or without bar and stack, and from the third heavy
    /// one on.
    pub(super) fn next(&mut self, exercise: &Exercise, load: Option<Load>, person: &Person) -> Vec<RampSet> {
        let Some(load @ (Load::Bar(work) | Load::Stack(work))) = load else { return Vec::new() };
        if work.exact() < lightest(person.gear.units()).exact() {
            return Vec::new();
        }
        let steps = match self.given {
            0 => FIRST,
            1 => SECOND,
            _ => return Vec::new(),
        };
        self.given += 1;

        let ladder = Ladder::new(exercise, person);
        let mut ramp: Vec<RampSet> = Vec::new();
        for (percent, reps) in steps {
            let exact = work.exact() * percent / 100;
            let step = ladder.at_most(load, exact);
            let weight = step.weight().map_or(0, Weight::exact);
            // Rounding up to the lightest there is, an empty bar, or the same again, warms nobody up.
            let is_bar = matches!(step, Load::Bar(weight) if weight.exact() <= person.gear.bar().exact());
            let repeats = ramp.last().is_some_and(|before| before.load == step);
            if weight <= exact && !is_bar && !repeats {
                ramp.push(RampSet { load: step, reps: *reps });
            }
        }
        ramp
    }
}

/// Lighter work needs no ramp.
fn lightest(unit: Units) -> Weight {
    match unit {
        Units::Kg => Weight::clamped(3_000, unit),
        Units::Lb => Weight::clamped(6_500, unit),
    }
}
