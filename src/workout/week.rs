//! Weeks of training, from Monday to Sunday, by the local days on which workouts started.
//!
//! Days are never counted as a streak: rest is part of training. A week is kept by one workout, and the present
//! one breaks nothing before it is over.

use std::collections::BTreeSet;

use time::{Date, Duration};

/// A week, by its Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week(Date);

/// A week with the days on which there was a workout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainedWeek {
    pub week: Week,
    /// In ascending order, each once.
    pub days: Vec<Date>,
    /// Two in a day are two.
    pub workouts: u32,
}

/// How far this week's goal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThisWeek {
    pub done: u32,
    pub goal: u8,
}

impl Week {
    #[must_use]
    pub fn of(day: Date) -> Self {
        let since_monday = day.weekday().number_days_from_monday();
        Self(day.saturating_sub(Duration::days(since_monday.into())))
    }

    #[must_use]
    pub const fn monday(self) -> Date {
        self.0
    }

    /// The week this many weeks earlier.
    #[must_use]
    pub fn before(self, weeks: u32) -> Self {
        Self(self.0.saturating_sub(Duration::weeks(weeks.into())))
    }
}

impl ThisWeek {
    /// From the days of all workouts, in any order.
    #[must_use]
    pub fn new(days: &[Date], today: Date, goal: u8) -> Self {
        let week = Week::of(today);
        let done = days.iter().filter(|day| Week::of(**day) == week).count();
        Self { done: u32::try_from(done).unwrap_or(u32::MAX), goal }
    }

    #[must_use]
    pub fn is_reached(self) -> bool {
        self.done >= self.goal.into()
    }

    /// `2 of 3 this week`.
    #[must_use]
    pub fn words(self) -> String {
        format!("{} of {} this week", self.done, self.goal)
    }
}

/// How many weeks in a row had a workout, up to this one or, if it has none yet, the last one.
#[must_use]
pub fn streak(days: &[Date], today: Date) -> u32 {
    let weeks: BTreeSet<Week> = days.iter().map(|day| Week::of(*day)).collect();
    let this = Week::of(today);
    let first = u32::from(!weeks.contains(&this));
    // Counted through the weeks there are, which ends at the latest with the first of them.
    let weeks_in_a_row = (first..).take_while(|ago| weeks.contains(&this.before(*ago)));
    u32::try_from(weeks_in_a_row.take(weeks.len()).count()).unwrap_or(u32::MAX)
}

/// `5 weeks in a row`. `None` below two, which is no row.
#[must_use]
pub fn streak_words(streak: u32) -> Option<String> {
    (streak >= 2).then(|| format!("{streak} weeks in a row"))
}

/// The last weeks up to this one, oldest first, with or without workouts.
#[must_use]
pub fn last_weeks(days: &[Date], today: Date, weeks: u32) -> Vec<TrainedWeek> {
    let this = Week::of(today);
    let trained = |ago| {
        let week = this.before(ago);
        let mut own: Vec<Date> = days.iter().copied().filter(|day| Week::of(*day) == week).collect();
        let workouts = u32::try_from(own.len()).unwrap_or(u32::MAX);
        own.sort_unstable();
        own.dedup();
        TrainedWeek { week, days: own, workouts }
    };
    (0..weeks).rev().map(trained).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    /// A Wednesday.
    const TODAY: Date = date!(2026 - 03 - 04);

    fn ago(days: &[i64]) -> Vec<Date> {
        days.iter().map(|days| TODAY - Duration::days(*days)).collect()
    }

    #[test]
    fn weeks_begin_on_monday() {
        let monday = date!(2026 - 03 - 02);
        for day in [monday, TODAY, date!(2026 - 03 - 08)] {
            assert_eq!(Week::of(day).monday(), monday);
        }
        assert_eq!(Week::of(date!(2026 - 03 - 01)), Week::of(monday).before(1));
        assert_eq!(Week::of(date!(2026 - 01 - 01)).monday(), date!(2025 - 12 - 29), "across the year");
    }

    #[test]
    fn the_goal_is_for_the_week() {
        let week = ThisWeek::new(&ago(&[0, 0, 2, 3]), TODAY, 3);
        assert_eq!((week.words().as_str(), week.is_reached()), ("3 of 3 this week", true));
        let week = ThisWeek::new(&ago(&[3, 4, 5]), TODAY, 3);
        assert_eq!((week.words().as_str(), week.is_reached()), ("0 of 3 this week", false));
    }

    #[test]
    fn the_present_week_breaks_no_streak() {
        for (days, expected) in [
            (&[][..], 0),
            (&[0], 1),
            (&[3], 1),
            (&[0, 3], 2),
            (&[3, 10, 17], 3),
            (&[0, 3, 10, 24], 3),
            // Two weeks ago, and nothing since.
            (&[10], 0),
            // Monday of one week and Sunday of the next: 13 days between, and no gap.
            (&[16, 3], 2),
            // Monday and Sunday of one week.
            (&[9, 3], 1),
            // Entered for next week.
            (&[-7, 0], 1),
        ] {
            assert_eq!(streak(&ago(days), TODAY), expected, "{days:?}");
        }
        assert_eq!(streak_words(1), None);
        assert_eq!(streak_words(5).as_deref(), Some("5 weeks in a row"));
    }

    #[test]
    fn a_strip_shows_empty_weeks_too() {
        let weeks = last_weeks(&ago(&[0, 2, 0, 15]), TODAY, 3);
        let shown: Vec<(Date, usize, u32)> =
            weeks.iter().map(|week| (week.week.monday(), week.days.len(), week.workouts)).collect();
        assert_eq!(
            shown,
            [(date!(2026 - 02 - 16), 1, 1), (date!(2026 - 02 - 23), 0, 0), (date!(2026 - 03 - 02), 2, 3)]
        );
        assert!(weeks[2].days.is_sorted());
    }

    #[test]
    fn the_limits_of_the_calendar_are_no_trouble() {
        for day in [Date::MIN, Date::MAX] {
            assert_eq!(streak(&[day], day), 1);
            assert_eq!(last_weeks(&[day], day, 12).len(), 12);
        }
    }

    proptest! {
        #[test]
        fn one_more_workout_never_shortens_the_streak(
            days in prop::collection::vec(0_i64..100, 0..30), more in 0_i64..100,
        ) {
            let mut days = ago(&days);
            let before = streak(&days, TODAY);
            days.push(TODAY - Duration::days(more));
            prop_assert!(streak(&days, TODAY) >= before);
        }
    }
}
