//! What a demo account has done.

use domain::workout::log::FinishedWorkout;
use domain::workout::programme::programme;
use domain::workout::training::Training;
use time::{Duration, OffsetDateTime, Time};

/// Five weeks of training on three evenings each, one of which was missed; the last was yesterday.
pub(crate) fn demo_history(training: &Training, now: OffsetDateTime) -> Vec<FinishedWorkout> {
    const MISSED: (i64, i64) = (2, 3);
    let midnight = now.replace_time(Time::MIDNIGHT);
    // The oldest first: a missed evening skips no workout.
    (0..5)
        .rev()
        .flat_map(|week| [5, 3, 1].map(|day| (week, day)))
        .filter(|evening| *evening != MISSED)
        .zip(0..)
        .map(|((week, day), ordinal)| {
            let date = midnight - Duration::days(7 * week + day);
            let workout = programme(training, ordinal);
            // People begin when they can, and sometimes leave out the last set.
            let started_at = date + Duration::hours(17) + Duration::minutes(7 * ((week + 2 * day) % 9));
            let minutes = i64::from(workout.minutes) + (week + day) % 5 - 2;
            let left_out = u32::from((week + day) % 4 == 0);
            FinishedWorkout {
                name: workout.name.to_owned(),
                started_at,
                finished_at: started_at + Duration::minutes(minutes.max(5)),
                sets_done: u16::try_from(workout.planned_sets().saturating_sub(left_out)).unwrap_or(u16::MAX),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_history_is_in_the_past_and_looks_like_a_persons() {
        for now in [datetime!(2026-03-01 00:00:01 UTC), datetime!(2026-03-01 23:59 UTC)] {
            let workouts = demo_history(&Training::default(), now);
            assert_eq!(workouts.len(), 14);
            for workout in &workouts {
                assert!(workout.finished_at < now && workout.started_at < workout.finished_at, "{workout:?}");
                assert!(workout.sets_done > 0 && !workout.name.is_empty(), "{workout:?}");
            }
            let mut starts: Vec<_> = workouts.iter().map(|workout| workout.started_at).collect();
            starts.sort_unstable();
            starts.dedup();
            assert_eq!(starts.len(), 14, "of two with the same start, only one would be kept");
        }
    }
}
