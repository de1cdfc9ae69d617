//! What one performance says about a person's strength.

use std::cmp::Ordering;

use crate::workout::exercise::Exercise;
use crate::workout::load::{Load, Rir};
use crate::workout::performance::Performance;

/// A performance that counts, seen as a number of sets at one load.
pub(super) struct Judged<'a> {
    pub(super) performance: &'a Performance,
    /// The load of at least half of the sets. Others may have been heavier.
    pub(super) load: Load,
    /// Repetitions or seconds of each expected set. `None` if it is missing, or if the person had to take a
    /// lighter load after a heavier one.
    pub(super) done: Vec<Option<u16>>,
    /// Of the last set.
    pub(super) rir: Option<Rir>,
}

impl<'a> Judged<'a> {
    /// `None` if the performance does not count, or was recorded in a way that the exercise no longer has.
    pub(super) fn new(performance: &'a Performance, exercise: &Exercise) -> Option<Self> {
        if !performance.counts() {
            return None;
        }
        let expected = usize::from(performance.expected_sets());
        let fitting =
            performance.sets.iter().filter(|set| set.load.fits(exercise) && set.amount.fits(exercise));
        let sets: Vec<_> = fitting.take(expected).collect();
        let mut loads: Vec<Load> = sets.iter().map(|set| set.load).collect();
        // All of them fit one exercise, so they can be compared. Heaviest first.
        loads.sort_by(|one, other| other.compare(*one).unwrap_or(Ordering::Equal));
        let load = *loads.get(loads.len().div_ceil(2).checked_sub(1)?)?;

        // Lighter sets on the way up are work like the others; lighter sets on the way down are a retreat.
        let mut reached = false;
        let mut done: Vec<Option<u16>> = Vec::with_capacity(expected);
        for set in &sets {
            let lighter = set.load.compare(load) == Some(Ordering::Less);
            reached |= !lighter;
            done.push((!lighter || !reached).then(|| set.amount.counted()));
        }
        done.resize(expected, None);
        Some(Self { performance, load, done, rir: sets.last().and_then(|set| set.rir) })
    }

    /// Whether every expected set had at least this much.
    pub(super) fn all_reached(&self, amount: u16) -> bool {
        self.missed(amount) == 0
    }

    /// How many of the expected sets had less than this.
    pub(super) fn missed(&self, amount: u16) -> u8 {
        let missed = self.done.iter().filter(|done| done.is_none_or(|done| done < amount)).count();
        u8::try_from(missed).unwrap_or(u8::MAX)
    }

    /// The expected sets.
    pub(super) fn expected(&self) -> u8 {
        u8::try_from(self.done.len()).unwrap_or(u8::MAX)
    }

    /// The weakest set, if none is missing.
    pub(super) fn least(&self) -> Option<u16> {
        self.done.iter().copied().min().flatten()
    }

    /// The strongest set.
    pub(super) fn most(&self) -> Option<u16> {
        self.done.iter().copied().max().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workout::load::Amount;
    use crate::workout::performance::Why;
    use crate::workout::performance::tests::{kg, performance, set};

    /// The load and what counts of back squats, each with a weight and repetitions.
    fn judged(sets: &[(&str, u8)], skipped: Option<Why>) -> Option<(Load, Vec<Option<u16>>)> {
        let sets =
            sets.iter().map(|(weight, reps)| set("back_squat", Load::Bar(kg(weight)), Amount::Reps(*reps)));
        let performance = Performance { skipped, ..performance("back_squat", sets.collect()) };
        let exercise = Exercise::find("back_squat").unwrap();
        Judged::new(&performance, exercise).map(|judged| (judged.load, judged.done))
    }

    #[test]
    fn the_load_is_that_of_half_the_sets() {
        for (sets, load, done) in [
            ([("60", 8), ("60", 8), ("60", 7)], "60", [Some(8), Some(8), Some(7)]),
            ([("60", 10), ("62.5", 9), ("62.5", 8)], "62.5", [Some(10), Some(9), Some(8)]),
            ([("60", 8), ("60", 6), ("50", 8)], "60", [Some(8), Some(6), None]),
            ([("40", 10), ("50", 8), ("60", 6)], "50", [Some(10), Some(8), Some(6)]),
            ([("60", 6), ("50", 8), ("50", 8)], "50", [Some(6), Some(8), Some(8)]),
        ] {
            assert_eq!(judged(&sets, None).unwrap(), (Load::Bar(kg(load)), done.to_vec()), "{sets:?}");
        }
    }

    #[test]
    fn missing_sets_are_missed_unless_the_rack_was_taken() {
        let two = [("60", 8), ("60", 8)];
        assert_eq!(judged(&two, None).unwrap().1, [Some(8), Some(8), None]);
        assert_eq!(judged(&two, Some(Why::Pain)).unwrap().1.len(), 3);
        assert_eq!(judged(&two, Some(Why::Busy)).unwrap().1, [Some(8), Some(8)]);
    }

    #[test]
    fn too_little_or_something_else_is_not_judged() {
        assert!(judged(&[("60", 8)], None).is_none());
        assert!(judged(&[], None).is_none());
        let other = performance("back_squat", vec![set("back_squat", Load::Body, Amount::Reps(8)); 3]);
        assert!(Judged::new(&other, Exercise::find("back_squat").unwrap()).is_none());
    }

    #[test]
    fn added_sets_are_not_judged() {
        let four = [("60", 8), ("60", 8), ("60", 8), ("60", 2)];
        assert_eq!(judged(&four, None).unwrap().1, [Some(8); 3]);
    }
}
