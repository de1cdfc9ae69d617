//! How much each muscle was trained.

use time::{Date, Duration};

use crate::workout::exercise::Muscle;
use crate::workout::performance::Performance;

/// Weeks that are looked at.
const WEEKS: u32 = 4;

/// The work sets of a muscle in four weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Volume {
    pub muscle: Muscle,
    /// In halves: two for each set whose exercise is mainly for this muscle, one where it helps. Counting like
    /// this fits results best (Pelland and others, 2024).
    pub half_sets: u32,
}

impl Volume {
    /// Sets a week at which the chart draws its line: results grow up to there (Schoenfeld and others, 2017,
    /// by less than 5, 5 to 9, and 10 or more).
    pub const WEEKLY_AIM: u32 = 10;

    /// Sets a week on average, in tenths and rounded.
    #[must_use]
    pub const fn weekly_tenths(self) -> u32 {
        (self.half_sets * 10 / 2 + WEEKS / 2) / WEEKS
    }

    /// Sets a week on average, as in `7.5`.
    #[must_use]
    pub fn weekly(self) -> String {
        match (self.weekly_tenths() / 10, self.weekly_tenths() % 10) {
            (sets, 0) => sets.to_string(),
            (sets, tenths) => format!("{sets}.{tenths}"),
        }
    }

    /// Whether it reaches the aim.
    #[must_use]
    pub const fn is_enough(self) -> bool {
        self.half_sets >= 2 * Self::WEEKLY_AIM * WEEKS
    }
}

/// The sets of every muscle in the four weeks up to `today`, in the order of [`Muscle::ALL`]. Warm-ups, sets of
/// nothing, stretches and exercise for breath are left out, as are exercises that today's catalogue lacks.
#[must_use]
pub fn four_weeks(history: &[Performance], today: Date) -> Vec<Volume> {
    let from = today.saturating_sub(Duration::days(i64::from(7 * WEEKS) - 1));
    let mut all: Vec<Volume> =
        Muscle::ALL.iter().map(|muscle| Volume { muscle: *muscle, half_sets: 0 }).collect();
    for performance in history.iter().filter(|performance| (from..=today).contains(&performance.day)) {
        let known = performance.exercise.exercise();
        let Some(exercise) = known.filter(|exercise| exercise.pattern.builds_muscle()) else { continue };
        let sets = performance.sets.iter().filter(|set| set.amount.counted() > 0).count();
        let sets = u32::try_from(sets).unwrap_or(u32::MAX);
        for volume in &mut all {
            if volume.muscle == exercise.primary {
                volume.half_sets += 2 * sets;
            } else if exercise.secondary.contains(&volume.muscle) {
                volume.half_sets += sets;
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::workout::exercise::Exercise;
    use crate::workout::load::{Amount, Load};
    use crate::workout::performance::tests::{kg, performance, set};

    const TODAY: Date = date!(2026 - 03 - 28);

    fn done(id: &str, sets: usize, day: Date) -> Performance {
        let one = set(id, Load::Bar(kg("60")), Amount::Reps(8));
        Performance { day, ..performance(id, vec![one; sets]) }
    }

    fn half_sets(history: &[Performance], muscle: Muscle) -> u32 {
        four_weeks(history, TODAY).into_iter().find(|volume| volume.muscle == muscle).unwrap().half_sets
    }

    #[test]
    fn a_set_counts_whole_for_one_muscle_and_half_for_those_that_help() {
        let bench = Exercise::find("bench_press").unwrap();
        let history = [done("bench_press", 3, TODAY)];
        assert!(!bench.secondary.is_empty());
        for muscle in Muscle::ALL {
            let expected = match *muscle {
                muscle if muscle == bench.primary => 6,
                muscle if bench.secondary.contains(&muscle) => 3,
                _ => 0,
            };
            assert_eq!(half_sets(&history, *muscle), expected, "{muscle:?}");
        }
    }

    #[test]
    fn only_the_last_28_days_count() {
        for (day, expected) in
            [(TODAY, 2), (date!(2026 - 03 - 01), 2), (date!(2026 - 02 - 28), 0), (date!(2026 - 03 - 29), 0)]
        {
            assert_eq!(half_sets(&[done("bench_press", 1, day)], Muscle::Chest), expected, "{day}");
        }
    }

    #[test]
    fn what_is_no_strength_training_does_not_count() {
        let mut nothing = done("bench_press", 2, TODAY);
        nothing.sets[0].amount = Amount::Reps(0);
        assert_eq!(half_sets(&[nothing], Muscle::Chest), 2);
        let history = [done("burpee", 3, TODAY), done("bosu_curl", 3, TODAY)];
        assert!(four_weeks(&history, TODAY).iter().all(|volume| volume.half_sets == 0));
    }

    #[test]
    fn averages_are_of_four_weeks() {
        let of = |half_sets| Volume { muscle: Muscle::Chest, half_sets };
        for (half_sets, weekly, enough) in
            [(0, "0", false), (1, "0.1", false), (60, "7.5", false), (79, "9.9", false), (80, "10", true)]
        {
            assert_eq!((of(half_sets).weekly().as_str(), of(half_sets).is_enough()), (weekly, enough));
        }
    }
}
