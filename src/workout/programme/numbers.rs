//! Sets, repetitions, reserve and rest by goal and level.
//!
//! | goal | basis |
//! |---|---|
//! | strength | at least 80 % of the one-repetition maximum, 2–3 sets, at least twice a week (ACSM 2026); 1–6 RM with 3–5 minutes of rest for the trained, 8–12 RM for beginners ([ACSM 2009]) |
//! | muscle | volume first, load matters little, failure is not needed (ACSM 2026); rests above 60 s are slightly better, with little more beyond 90 s ([Singer 2024]) |
//! | endurance | at least 12 repetitions at up to 67 %, short rests (NSCA, *Essentials of Strength Training and Conditioning*); 45–60 s instead of 30 s or less is our choice |
//! | fat loss | as muscle, denser; the intervals are our choice |
//! | mobility | 10–30 s, 2–4 times, 60 s in all, on 2–3 days a week or more ([ACSM 2011]) |
//!
//! Endurance and fat loss get intervals, half a minute on and half a minute off.
//!
//! Repetitions and reserve together stay between a 5 and an 11 RM for strength, 86 to 73 % by Epley's formula:
//! beginners are lighter on purpose. People misjudge their reserve by about one repetition, less near failure
//! ([Halperin 2022]), so it is a hint and never a limit. ACSM stands for the position stands of the American College
//! of Sports Medicine, NSCA for the National Strength and Conditioning Association.
//!
//! [ACSM 2009]: https://doi.org/10.1249/MSS.0b013e3181915670
//! [ACSM 2011]: https://doi.org/10.1249/MSS.0b013e318213fefb
//! [Singer 2024]: https://doi.org/10.3389/fspor.2024.1429789
//! [Halperin 2022]: https://doi.org/10.1007/s40279-021-01559-x

use crate::workout::exercise::{Exercise, LoadKind, Pattern};
use crate::workout::programme::{Assignment, Range};
use crate::workout::training::{Equipment, Goal, Level, RestMode, Training};

/// One cell of the table.
#[derive(Debug, Clone, Copy)]
struct Numbers {
    sets: u8,
    low: u8,
    high: u8,
    reps_in_reserve: u8,
    rest_seconds: u16,
}

const fn n(sets: u8, low: u8, high: u8, reps_in_reserve: u8, rest_seconds: u16) -> Numbers {
    Numbers { sets, low, high, reps_in_reserve, rest_seconds }
}

/// Body weight does not get heavier, and bands come in few strengths, so their sets are longer.
const LONG_SETS: (u8, u8) = (8, 15);
/// Except where all of it hangs on the arms.
const HANGING: Range = Range::Reps { low: 5, high: 10 };
const HOLD: Range = Range::Seconds { low: 20, high: 60 };
/// As long off as on.
const INTERVAL_SECONDS: u16 = 30;
/// To change the position; the person's rest between sets is not meant for it.
const REST_BETWEEN_STRETCHES: u16 = 15;

/// What the goal and the level ask for: beginner, intermediate, advanced.
const fn table(goal: Goal, main: bool) -> [Numbers; 3] {
    match (goal, main) {
        (Goal::Strength, true) => [n(3, 5, 8, 3, 150), n(4, 4, 6, 2, 180), n(5, 3, 5, 2, 210)],
        (Goal::Strength, false) => [n(2, 8, 12, 3, 90), n(3, 8, 10, 2, 90), n(3, 6, 10, 2, 120)],
        (Goal::Muscle, true) => [n(3, 8, 12, 3, 120), n(3, 8, 12, 2, 120), n(4, 6, 10, 1, 150)],
        (Goal::Muscle, false) => [n(2, 10, 15, 2, 75), n(3, 10, 15, 2, 75), n(3, 10, 15, 1, 90)],
        (Goal::Endurance, true | false) => [n(2, 12, 15, 3, 60), n(3, 15, 20, 2, 45), n(3, 15, 25, 2, 45)],
        (Goal::FatLoss, true | false) => [n(2, 10, 15, 3, 60), n(3, 10, 15, 2, 60), n(3, 8, 12, 2, 75)],
        // For the few exercises between the stretches.
        (Goal::Mobility, true | false) => [n(2, 8, 12, 3, 60), n(2, 8, 12, 2, 60), n(3, 8, 12, 2, 60)],
    }
}

fn by_level<T>(level: Level, [beginner, intermediate, advanced]: [T; 3]) -> T {
    match level {
        Level::Beginner => beginner,
        Level::Intermediate => intermediate,
        Level::Advanced => advanced,
    }
}

/// An exercise with the sets that the goal and the level ask for.
pub(super) fn assign(training: &Training, exercise: &'static Exercise, main: bool) -> Assignment {
    let numbers = by_level(training.level, table(training.goal, main));
    let rest = match training.rest_mode {
        RestMode::Fixed => training.rest_seconds,
        RestMode::Auto => numbers.rest_seconds,
    };
    let (sets, rest_seconds) = match exercise.pattern {
        Pattern::Conditioning => (by_level(training.level, [2, 3, 4]), INTERVAL_SECONDS),
        Pattern::Mobility => (by_level(training.level, [2, 2, 3]), REST_BETWEEN_STRETCHES),
        Pattern::Squat
        | Pattern::Hinge
        | Pattern::Lunge
        | Pattern::PushHorizontal
        | Pattern::PushVertical
        | Pattern::PullHorizontal
        | Pattern::PullVertical
        | Pattern::Arms
        | Pattern::Calves
        | Pattern::Core
        | Pattern::WarmUp => (numbers.sets, rest),
    };
    Assignment {
        exercise,
        main,
        sets,
        range: range(training, exercise, numbers),
        reps_in_reserve: numbers.reps_in_reserve,
        rest_seconds,
    }
}

fn range(training: &Training, exercise: &Exercise, numbers: Numbers) -> Range {
    match exercise.pattern {
        Pattern::Mobility if exercise.timed => {
            let seconds = by_level(training.level, [30, 45, 45]);
            return Range::Seconds { low: seconds, high: seconds };
        }
        // About as long as the timed ones.
        Pattern::Mobility => return Range::Reps { low: 8, high: by_level(training.level, [8, 12, 12]) },
        Pattern::Conditioning if exercise.timed => {
            return Range::Seconds { low: INTERVAL_SECONDS, high: INTERVAL_SECONDS };
        }
        // Half a minute, too.
        Pattern::Conditioning => return Range::Reps { low: 8, high: 10 },
        Pattern::Core if !exercise.timed => {
            return Range::Reps { low: LONG_SETS.0, high: LONG_SETS.1 };
        }
        Pattern::Squat
        | Pattern::Hinge
        | Pattern::Lunge
        | Pattern::PushHorizontal
        | Pattern::PushVertical
        | Pattern::PullHorizontal
        | Pattern::PullVertical
        | Pattern::Arms
        | Pattern::Calves
        | Pattern::Core
        | Pattern::WarmUp => {}
    }
    suitable(Range::Reps { low: numbers.low, high: numbers.high }, exercise)
}

/// The range for an exercise where repetitions or seconds like these are asked for. Body weight and bands cannot
/// be made heavy enough for few repetitions, except where the whole body hangs on the arms. One that is measured
/// in another way has the usual range of that.
pub(in crate::workout) fn suitable(range: Range, exercise: &Exercise) -> Range {
    match (range, exercise.load) {
        (Range::Reps { .. }, _) if exercise.timed => HOLD,
        (Range::Seconds { .. }, _) if !exercise.timed => Range::Reps { low: LONG_SETS.0, high: LONG_SETS.1 },
        (Range::Reps { .. }, LoadKind::Body) if exercise.needs.contains(&Equipment::PullUpBar) => HANGING,
        (Range::Reps { low, high }, LoadKind::Body | LoadKind::Band) => {
            Range::Reps { low: low.max(LONG_SETS.0), high: high.max(LONG_SETS.1) }
        }
        (
            Range::Reps { .. },
            LoadKind::Bar
            | LoadKind::PerHand
            | LoadKind::Kettlebell
            | LoadKind::Stack
            | LoadKind::Assisted
            | LoadKind::AssistedBand,
        )
        | (Range::Seconds { .. }, _) => range,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workout::training::Goal::*;
    use crate::workout::training::Level::*;

    fn assigned(goal: Goal, level: Level, id: &str, main: bool) -> Assignment {
        let training = Training { goal, level, rest_mode: RestMode::Auto, ..Training::default() };
        assign(&training, Exercise::find(id).unwrap(), main)
    }

    #[test]
    fn sets_follow_goal_and_level() {
        for (goal, main, accessory) in [
            (Strength, [3, 4, 5], [2, 3, 3]),
            (Muscle, [3, 3, 4], [2, 3, 3]),
            (Endurance, [2, 3, 3], [2, 3, 3]),
            (FatLoss, [2, 3, 3], [2, 3, 3]),
            (Mobility, [2, 2, 3], [2, 2, 3]),
        ] {
            let sets = |main| {
                [Beginner, Intermediate, Advanced].map(|level| assigned(goal, level, "leg_press", main).sets)
            };
            assert_eq!((sets(true), sets(false)), (main, accessory), "{goal:?}");
        }
    }

    #[test]
    fn the_trunk_gets_8_to_15_repetitions_or_20_to_60_seconds() {
        for goal in [Strength, Muscle, Endurance, FatLoss] {
            for level in [Beginner, Intermediate, Advanced] {
                for (id, expected) in [
                    ("crunch", Range::Reps { low: 8, high: 15 }),
                    ("cable_crunch", Range::Reps { low: 8, high: 15 }),
                    ("hanging_leg_raise", Range::Reps { low: 8, high: 15 }),
                    ("plank", Range::Seconds { low: 20, high: 60 }),
                ] {
                    assert_eq!(assigned(goal, level, id, false).range, expected, "{goal:?} {level:?} {id}");
                }
            }
        }
    }
}
