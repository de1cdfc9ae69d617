use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::workout::training::Equipment;

prop_compose! {
    fn any_training()(
        goal in select(Goal::ALL), level in select(Level::ALL), days_per_week in 1_u8..=7,
        session_minutes in 15_u8..=120, rest_seconds in 15_u16..=600,
        equipment in subsequence(Equipment::ALL, 0..=Equipment::ALL.len()),
    ) -> Training {
        let equipment = equipment.into_iter().collect();
        Training { goal, level, days_per_week, session_minutes, rest_seconds, equipment, ..Training::default() }
    }
}

/// The duration of a workout, computed from what the page shows rather than from the planner's own sums.
fn seconds(workout: &Workout) -> u32 {
    let block = |b: &Block| SECONDS_TO_SET_UP + u32::from(b.sets) * b.dose.seconds();
    let warm_up: u32 = workout.warm_up.iter().map(|b| b.dose.seconds()).sum();
    let rests = (workout.planned_sets() - 1) * u32::from(workout.rest_seconds);
    warm_up + workout.main.iter().map(block).sum::<u32>() + rests
}

/// Whether one more set would have fitted.
fn has_room(workout: &Workout, training: &Training) -> bool {
    let left = u32::from(training.session_minutes) * 60 - seconds(workout);
    let growable = workout.main.iter().filter(|b| b.sets < MAX_SETS);
    growable.map(|b| b.dose.seconds() + u32::from(workout.rest_seconds)).any(|cost| cost <= left)
}

fn check(training: &Training, day: i64) -> Result<(), TestCaseError> {
    let workout = workout_of_the_day(training, day);
    let all = || workout.warm_up.iter().chain(&workout.main);

    prop_assert_eq!(&workout, &workout_of_the_day(training, day), "deterministic");
    prop_assert!(workout.minutes <= training.session_minutes, "too long: {:?}", workout);
    prop_assert_eq!(u32::from(workout.minutes), seconds(&workout).div_ceil(60));
    prop_assert!(!workout.main.is_empty() && !workout.warm_up.is_empty());
    prop_assert_eq!(workout.rest_seconds, training.rest_seconds);
    for block in all() {
        let exercise = block.exercise;
        prop_assert!(exercise.needs.iter().all(|e| training.equipment.contains(e)), "{}", exercise.id);
        prop_assert!(exercise.level <= training.level, "{}", exercise.id);
        prop_assert!((1..=MAX_SETS).contains(&block.sets) && block.dose.seconds() > 0);
        prop_assert_eq!(matches!(block.dose, Dose::Seconds(_)), exercise.timed);
        prop_assert_eq!(matches!(block.dose, Dose::RepetitionsPerSide(_)), exercise.per_side);
    }
    prop_assert_eq!(
        all().map(|b| b.exercise.id).collect::<BTreeSet<_>>().len(),
        all().count(),
        "an exercise occurs twice"
    );
    prop_assert!(
        u32::from(workout.minutes) * 10 >= u32::from(training.session_minutes) * 7
            || !has_room(&workout, training) && workout.rest_seconds > 120,
        "time not used: {:?}",
        workout
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn every_workout_keeps_the_promises(training in any_training(), day in -10_000_i64..50_000) {
        check(&training, day)?;
    }
}

#[test]
fn extreme_choices_keep_the_promises_too() {
    let mut equipment: Vec<BTreeSet<Equipment>> =
        Equipment::ALL.iter().map(|e| BTreeSet::from([*e])).collect();
    equipment.extend([BTreeSet::new(), Equipment::ALL.iter().copied().collect()]);
    for (goal, level) in Goal::ALL.iter().flat_map(|g| Level::ALL.iter().map(move |l| (*g, *l))) {
        for (days_per_week, session_minutes) in [1, 4, 7].into_iter().flat_map(|d| [15, 120].map(|m| (d, m)))
        {
            for (rest_seconds, day) in [(15, i64::MIN), (15, 0), (15, 1), (600, 2), (600, i64::MAX)] {
                for equipment in equipment.clone() {
                    let training = Training {
                        goal,
                        level,
                        days_per_week,
                        session_minutes,
                        rest_seconds,
                        equipment,
                        ..Training::default()
                    };
                    check(&training, day).unwrap();
                }
            }
        }
    }
}

fn names(days_per_week: u8, goal: Goal) -> Vec<String> {
    let training = Training { days_per_week, goal, ..Training::default() };
    (0..6).map(|day| workout_of_the_day(&training, day).name).collect()
}

#[test]
fn the_split_follows_the_days_per_week_and_rotates() {
    for days in 1..=3 {
        assert_eq!(
            names(days, Goal::Strength)[..4],
            ["Full body A", "Full body B", "Full body C", "Full body A"]
        );
    }
    for days in 4..=5 {
        assert_eq!(names(days, Goal::Muscle)[..3], ["Upper body", "Lower body", "Upper body"]);
    }
    for days in 6..=7 {
        assert_eq!(names(days, Goal::FatLoss)[..4], ["Push day", "Pull day", "Leg day", "Push day"]);
    }
    assert_eq!(names(4, Goal::Mobility)[..3], ["Mobility flow A", "Mobility flow B", "Mobility flow C"]);
}

#[test]
fn the_same_day_of_the_split_varies_its_exercises() {
    let training = Training { equipment: BTreeSet::from([Equipment::Dumbbell]), ..Training::default() };
    let ids = |day| workout_of_the_day(&training, day).main.iter().map(|b| b.exercise.id).collect::<Vec<_>>();
    assert_eq!(workout_of_the_day(&training, 0).name, workout_of_the_day(&training, 3).name);
    assert_ne!(ids(0), ids(3));
}

fn with(goal: Goal, level: Level) -> Workout {
    let equipment = BTreeSet::from([Equipment::Barbell, Equipment::Dumbbell]);
    workout_of_the_day(&Training { goal, level, equipment, ..Training::default() }, 0)
}

fn repetitions(workout: &Workout) -> u8 {
    let squat = workout.main.iter().find(|b| b.exercise.pattern == Pattern::Squat).unwrap();
    match squat.dose {
        Dose::Repetitions(n) | Dose::RepetitionsPerSide(n) => n,
        Dose::Seconds(_) => unreachable!("no squat is timed"),
    }
}

#[test]
fn repetitions_follow_the_goal() {
    for level in Level::ALL {
        let [strength, muscle, endurance] =
            [Goal::Strength, Goal::Muscle, Goal::Endurance].map(|goal| repetitions(&with(goal, *level)));
        assert!(strength <= 6 && (8..=12).contains(&muscle) && endurance >= 15, "{level:?}");
    }
}

#[test]
fn difficulty_follows_the_level() {
    let hardest = |level| with(Goal::Strength, level).main.iter().map(|b| b.exercise.level).max().unwrap();
    assert_eq!(hardest(Level::Beginner), Level::Beginner);
    assert!(hardest(Level::Intermediate) > Level::Beginner);
    let sets = |level| with(Goal::Strength, level).main[0].sets;
    assert!(sets(Level::Beginner) < sets(Level::Advanced));
}

#[test]
fn strength_is_trained_with_weights_if_there_are_any() {
    let workout = with(Goal::Strength, Level::Intermediate);
    let movements = |b: &&Block| !matches!(b.exercise.pattern, Pattern::Core | Pattern::PullVertical);
    assert!(workout.main.iter().filter(movements).all(|b| b.exercise.is_loaded()), "{workout:?}");
}

#[test]
fn fat_loss_and_endurance_get_people_out_of_breath() {
    for goal in [Goal::FatLoss, Goal::Endurance] {
        assert!(with(goal, Level::Beginner).main.iter().any(|b| b.exercise.pattern == Pattern::Conditioning));
    }
}

#[test]
fn mobility_is_mostly_mobility() {
    let workout = with(Goal::Mobility, Level::Beginner);
    let stretches = workout.main.iter().filter(|b| b.exercise.pattern == Pattern::Mobility).count();
    assert!(2 * stretches > workout.main.len(), "{workout:?}");
}

#[test]
fn more_time_is_a_longer_workout() {
    let minutes = |session_minutes| {
        let workout = workout_of_the_day(&Training { session_minutes, ..Training::default() }, 0);
        (workout.warm_up.len(), workout.planned_sets())
    };
    assert!(minutes(20) < minutes(45) && minutes(45) < minutes(90));
}

#[test]
fn values_out_of_bounds_still_give_a_workout() {
    for session_minutes in [0, 255] {
        let training = Training { session_minutes, days_per_week: 0, rest_seconds: 0, ..Training::default() };
        assert!(!workout_of_the_day(&training, 0).main.is_empty());
    }
}

#[test]
fn strength_comes_from_the_bar_first() {
    for (day, lifts) in [(0, ["bench_press", "barbell_row"]), (1, ["deadlift", "overhead_press"])] {
        let equipment = Equipment::ALL.iter().copied().collect();
        let training = Training { level: Level::Intermediate, equipment, ..Training::default() };
        let workout = workout_of_the_day(&training, day);
        for lift in lifts {
            assert!(workout.main.iter().any(|b| b.exercise.id == lift), "{lift}: {workout:?}");
        }
    }
}
