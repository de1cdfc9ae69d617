//! The rules of a session and of a week, for anyone's preferences.

mod rules;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::volume::{LIMIT_HALF_SETS, Volume};
use super::*;
use crate::workout::exercise::{LoadKind, Muscle, Pattern};
use crate::workout::training::{Equipment, Goal, Level, RestMode};

prop_compose! {
    fn any_training()(
        goal in select(Goal::ALL), level in select(Level::ALL), days_per_week in 1_u8..=7,
        session_minutes in 15_u8..=120, rest_seconds in 15_u16..=600, rest_mode in select(RestMode::ALL),
        equipment in subsequence(Equipment::ALL, 0..=Equipment::ALL.len()),
    ) -> Training {
        let equipment = equipment.into_iter().collect();
        Training {
            goal, level, days_per_week, session_minutes, rest_seconds, rest_mode, equipment,
            ..Training::default()
        }
    }
}

/// The duration of a session, computed from what a page shows rather than by the planner.
fn seconds(session: &Session) -> u32 {
    let mut ramps = vec![120, 180];
    let mut seconds = session.warm_up.len() as u32 * 40;
    for block in &session.blocks {
        let (exercise, rest) = (block.exercise, u32::from(block.rest_seconds));
        let one_side = match block.range {
            Range::Reps { low, high } => u32::from(low + high).div_ceil(2) * 35 / 10,
            Range::Seconds { low, high } => u32::from(low + high).div_ceil(2),
        };
        let work = one_side * if exercise.per_side { 2 } else { 1 };
        if block.main && matches!(exercise.load, LoadKind::Bar | LoadKind::Stack) {
            seconds += ramps.pop().unwrap_or(0);
        }
        seconds += 40 + u32::from(block.sets) * (work + rest);
    }
    seconds - u32::from(session.blocks.last().unwrap().rest_seconds)
}

fn check(training: &Training, ordinal: u32) -> Result<(), TestCaseError> {
    let session = programme(training, ordinal);
    prop_assert_eq!(&session, &programme(training, ordinal), "the same input gives the same session");
    prop_assert_eq!(session.ordinal, ordinal);

    prop_assert!(session.minutes <= training.session_minutes, "too long: {:?}", session);
    prop_assert_eq!(u32::from(session.minutes), seconds(&session).div_ceil(60));
    let short = u32::from(session.minutes) * 100 < u32::from(training.session_minutes) * 85;
    let explained = session.remarks.iter().any(|remark| remark.explains_short());
    prop_assert!(explained || !short, "short without a reason: {:?}", session);
    prop_assert!(short || !explained || session.name == "Easy day", "not short: {:?}", session);

    prop_assert!(!session.blocks.is_empty() && (2..=5).contains(&session.warm_up.len()));
    prop_assert!(session.warm_up.iter().all(|e| e.pattern == Pattern::WarmUp));
    let all = || session.blocks.iter().map(|block| block.exercise).chain(session.warm_up.iter().copied());
    for exercise in all() {
        prop_assert!(exercise.needs.iter().all(|e| training.equipment.contains(e)), "{}", exercise.id);
        prop_assert!(exercise.level <= training.level, "{}", exercise.id);
    }
    prop_assert_eq!(all().map(|e| e.id).collect::<BTreeSet<_>>().len(), all().count(), "twice the same");
    for block in &session.blocks {
        let (low, high) = match block.range {
            Range::Reps { low, high } => (u16::from(low), u16::from(high)),
            Range::Seconds { low, high } => (low, high),
        };
        prop_assert!(0 < low && low <= high && high <= 60, "{:?}", block);
        prop_assert_eq!(matches!(block.range, Range::Seconds { .. }), block.exercise.timed);
        let most = if block.exercise.pattern == Pattern::Conditioning { 6 } else { 5 };
        prop_assert!((1..=most).contains(&block.sets), "{:?}", block);
        if training.rest_mode == RestMode::Fixed && block.exercise.pattern.builds_muscle() {
            prop_assert_eq!(block.rest_seconds, training.rest_seconds);
        }
    }
    Ok(())
}

/// The sets of the week that begins after `first` sessions.
fn volume(training: &Training, first: u32) -> Volume {
    let mut volume = Volume::default();
    for ordinal in first..first + u32::from(training.days_per_week) {
        for block in programme(training, ordinal).blocks {
            volume.add(block.exercise, block.sets);
        }
    }
    volume
}

fn check_week(training: &Training, week: u32) -> Result<(), TestCaseError> {
    let volume = volume(training, week * u32::from(training.days_per_week));
    for muscle in Muscle::ALL {
        prop_assert!(volume.of(*muscle) <= LIMIT_HALF_SETS, "{:?}: {} halves", muscle, volume.of(*muscle));
    }
    Ok(())
}

/// The main lifts of each session, by its name.
fn main_lifts(training: &Training, ordinal: u32) -> (&'static str, Vec<&'static str>) {
    let session = programme(training, ordinal);
    (session.name, session.blocks.iter().filter(|b| b.main).map(|b| b.exercise.id).collect())
}

proptest! {
    #![proptest_config(crate::workout::cases(300))]
    #[test]
    fn every_session_keeps_the_promises(training in any_training(), ordinal: u32) {
        check(&training, ordinal)?;
    }

    #[test]
    fn no_muscle_passes_its_limit_in_any_week(training in any_training(), week in 0_u32..1000) {
        check_week(&training, week)?;
    }
}

proptest! {
    #![proptest_config(crate::workout::cases(20))]
    #[test]
    fn main_lifts_stay_for_a_hundred_sessions(training in any_training(), first in 0_u32..10_000) {
        let mut known = std::collections::BTreeMap::new();
        for ordinal in first..first + 100 {
            let (name, lifts) = main_lifts(&training, ordinal);
            let before = known.entry(name).or_insert_with(|| lifts.clone());
            prop_assert_eq!(before, &lifts, "{}", name);
        }
    }

    #[test]
    fn accessories_stay_for_six_weeks(training in any_training(), block in 0_u32..20) {
        let days = u32::from(training.days_per_week);
        let first = block * 6 * days;
        let exercises = |ordinal| {
            let session = programme(&training, ordinal);
            let ids: Vec<_> = session.blocks.iter().map(|b| b.exercise.id).collect();
            (session.name, ids)
        };
        // With one or two days, or the three flows, other sessions fall into the week and take other muscles' sets.
        if (3..=7).contains(&days) && training.goal != Goal::Mobility {
            for ordinal in first..first + days {
                for week in 1..6 {
                    prop_assert_eq!(exercises(ordinal), exercises(ordinal + week * days));
                }
            }
        }
    }
}

#[test]
fn extreme_choices_keep_the_promises_too() {
    let mut equipment: Vec<BTreeSet<Equipment>> =
        Equipment::ALL.iter().map(|e| BTreeSet::from([*e])).collect();
    equipment.extend([BTreeSet::new(), Equipment::ALL.iter().copied().collect()]);
    for (goal, level) in Goal::ALL.iter().flat_map(|g| Level::ALL.iter().map(move |l| (*g, *l))) {
        for (days_per_week, session_minutes) in
            [1, 2, 3, 4, 5, 6, 7].into_iter().zip([15, 120, 30].into_iter().cycle())
        {
            for (rest_seconds, rest_mode, ordinal) in
                [(15, RestMode::Fixed, 0), (600, RestMode::Fixed, u32::MAX), (90, RestMode::Auto, 36)]
            {
                for equipment in equipment.clone() {
                    let training = Training {
                        goal,
                        level,
                        days_per_week,
                        session_minutes,
                        rest_seconds,
                        rest_mode,
                        equipment,
                        ..Training::default()
                    };
                    check(&training, ordinal).unwrap();
                }
            }
        }
    }
}

#[test]
fn values_out_of_bounds_still_give_a_session() {
    for session_minutes in [0, 255] {
        let training = Training { session_minutes, days_per_week: 0, rest_seconds: 0, ..Training::default() };
        assert!(!programme(&training, 0).blocks.is_empty());
    }
}
