//! Sets per muscle and week.
//!
//! A set counts whole for the muscle it trains first and half for the others: of the ways to count, the one that
//! fits results best ([Pelland 2024]). Below 5 sets a week a muscle grows less than with 5 to 9, and with those
//! less than with 10 or more ([Schoenfeld 2017]); 12 to 20 is the usual range for the trained ([Baz-Valle 2022]).
//! That spare time goes to what is farthest below 10, and that nothing passes 20, is our choice.
//!
//! [Pelland 2024]: https://osf.io/6z3xu
//! [Schoenfeld 2017]: https://doi.org/10.1080/02640414.2016.1210197
//! [Baz-Valle 2022]: https://pmc.ncbi.nlm.nih.gov/articles/PMC8884877/

use crate::workout::exercise::{Exercise, Muscle};

/// What spare time is for.
pub(super) const AIM_HALF_SETS: u16 = 20;
/// What no muscle passes.
pub(super) const LIMIT_HALF_SETS: u16 = 40;

/// What spare time may bring a muscle to. The trunk works in every lift; past the aim it gets no sets of its own.
pub(super) fn limit(muscle: Muscle) -> u16 {
    if muscle == Muscle::Core { AIM_HALF_SETS } else { LIMIT_HALF_SETS }
}

/// Half sets of each muscle in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Volume([u16; Muscle::ALL.len()]);

impl Volume {
    pub(super) fn of(&self, muscle: Muscle) -> u16 {
        // The discriminant is the index: `Muscle::ALL` lists the variants in order.
        self.0.get(muscle as usize).copied().unwrap_or_default()
    }

    /// Adds sets of an exercise.
    pub(in crate::workout) fn add(&mut self, exercise: &Exercise, sets: u8) {
        if !exercise.pattern.builds_muscle() {
            return;
        }
        self.count(exercise.primary, 2 * u16::from(sets));
        for muscle in exercise.secondary {
            self.count(*muscle, u16::from(sets));
        }
    }

    /// Takes away what was added of an exercise.
    pub(in crate::workout) fn remove(&mut self, exercise: &Exercise, sets: u8) {
        let mut removed = Self::default();
        removed.add(exercise, sets);
        for (count, removed) in self.0.iter_mut().zip(removed.0) {
            *count = count.saturating_sub(removed);
        }
    }

    fn count(&mut self, muscle: Muscle, half_sets: u16) {
        if let Some(count) = self.0.get_mut(muscle as usize) {
            *count += half_sets;
        }
    }

    /// How many sets of an exercise can be added before one of its muscles passes the limit.
    pub(in crate::workout) fn room(&self, exercise: &Exercise) -> u8 {
        if !exercise.pattern.builds_muscle() {
            return u8::MAX;
        }
        let left = |muscle| LIMIT_HALF_SETS.saturating_sub(self.of(muscle));
        let halves = exercise.secondary.iter().map(|muscle| left(*muscle)).min().unwrap_or(u16::MAX);
        u8::try_from(halves.min(left(exercise.primary) / 2)).unwrap_or(u8::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exercise(id: &str) -> &'static Exercise {
        Exercise::find(id).unwrap()
    }

    #[test]
    fn a_set_counts_whole_for_the_first_muscle_and_half_for_the_others() {
        let mut volume = Volume::default();
        volume.add(exercise("bench_press"), 3);
        volume.add(exercise("dumbbell_curl"), 2);
        volume.add(exercise("burpee"), 5);
        let counted = Muscle::ALL.iter().map(|muscle| (*muscle, volume.of(*muscle)));
        let counted: Vec<_> = counted.filter(|(_, half_sets)| *half_sets > 0).collect();
        let expected = [(Muscle::Chest, 6), (Muscle::Delts, 3), (Muscle::Biceps, 4), (Muscle::Triceps, 3)];
        assert_eq!(counted, expected);
    }

    #[test]
    fn the_index_of_a_muscle_is_its_place_in_the_list() {
        for (index, muscle) in Muscle::ALL.iter().enumerate() {
            assert_eq!(*muscle as usize, index);
        }
    }

    #[test]
    fn room_ends_with_the_first_muscle_at_its_limit() {
        let mut volume = Volume::default();
        assert_eq!(volume.room(exercise("bench_press")), 20);
        volume.add(exercise("dumbbell_press"), 18); // 36 half sets for the shoulders
        assert_eq!(volume.room(exercise("bench_press")), 4);
        assert_eq!(volume.room(exercise("dumbbell_press")), 2);
        assert_eq!(volume.room(exercise("burpee")), u8::MAX);
    }
}
