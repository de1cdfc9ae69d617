//! What a plan takes of the time and of the week, with what was earned and what is kept.

use super::sessions::{session, swapped};
use super::*;

/// 3 × 8–12 of V-ups, at the top twice running with these planned and earned sets.
fn at_the_top(planned: u8, extra: u8) -> Vec<Performance> {
    let (exercise, numbers) = (find("v_up"), assignment(find("v_up"), "3 × 8-12 @2"));
    let reps = vec!["12"; planned.into()].join(" ");
    let one =
        |days| done(exercise, &numbers, &format!("{days}d: body × {reps} planned={planned} extra={extra}"));
    vec![one(6), one(3)]
}

/// A session of V-ups, in a week with so many sets for the trunk besides.
fn with_others(sets: u8) -> Session {
    let mut session = session(&[("v_up", false)]);
    session.week.add(find("v_up"), 3);
    session.week.add(find("crunch"), sets);
    session
}

fn sets(session: &Session, history: &[Performance]) -> (u8, u8) {
    let plan = prescribe(session, history, TODAY, &person());
    let prescription = &plan.blocks[0].prescription;
    (prescription.sets(), prescription.extra_sets)
}

#[test]
fn earned_sets_and_kept_exercises_take_time() {
    let session = session(&[("v_up", false)]);
    let minutes = |history: &[Performance]| prescribe(&session, history, TODAY, &person()).minutes;
    // 40 s of warm-up, 40 s to set up, 3 × (35 + 120) s without the last rest.
    assert_eq!(minutes(&[]), 8);
    // Two sets more.
    assert_eq!(minutes(&at_the_top(5, 2)), 13);
    // One side, then the other.
    assert_eq!(minutes(&[swapped("v_up", "dead_bug", false)]), 10);
}

#[test]
fn a_plan_without_a_history_takes_the_time_of_the_programme() {
    let equipment: BTreeSet<_> = Equipment::ALL.iter().copied().collect();
    let training = Training { equipment, days_per_week: 4, session_minutes: 60, ..Training::default() };
    for ordinal in 0..4 {
        let session = crate::workout::programme::programme(&training, ordinal);
        assert_eq!(prescribe(&session, &[], TODAY, &person()).minutes, session.minutes);
    }
}

#[test]
fn no_muscle_earns_a_set_beyond_20_in_the_week() {
    assert_eq!(sets(&with_others(16), &at_the_top(3, 0)), (4, 1), "the twentieth");
    assert_eq!(sets(&with_others(17), &at_the_top(3, 0)), (3, 0));
    let plan = prescribe(&with_others(17), &at_the_top(3, 0), TODAY, &person());
    let expected = "body weight: 13 13 13 | Same as last time, one more.";
    assert_eq!(in_words(&plan.blocks[0].prescription, Units::Kg), expected, "repetitions instead");
    assert_eq!(sets(&with_others(16), &at_the_top(5, 2)), (4, 1), "the week has become fuller");
    assert_eq!(sets(&with_others(20), &at_the_top(3, 0)), (3, 0), "the programme's own stay");
}

#[test]
fn what_was_earned_in_the_other_sessions_of_the_week_counts() {
    let other = |days: i64, session: &str| {
        let mut history = at_the_top(3, 0);
        let mut crunches = history[0].clone();
        crunches.exercise = find("crunch").into();
        crunches.session = session.to_owned();
        crunches.day = TODAY - Duration::days(days);
        crunches.extra_sets = 1;
        history.insert(0, crunches);
        sets(&with_others(16), &history)
    };
    assert_eq!(other(6, "Full body B"), (3, 0));
    assert_eq!(other(7, "Full body B"), (4, 1), "a week ago");
    assert_eq!(other(6, "Full body A"), (4, 1), "this session, whose sets are planned anew");
}

#[test]
fn what_was_swapped_in_has_the_ramp_of_its_place() {
    let blocks = session(&[("back_squat", true), ("deadlift", true), ("bench_press", true)]);
    let lifted = |id: &str, weight: &str| {
        let text = format!("3d: {weight} × 10 9 8");
        Performance { only_today: true, ..done(find(id), &assignment(find(id), "3 × 8-12 @2"), &text) }
    };
    let history = [
        lifted("back_squat", "100"),
        lifted("deadlift", "120"),
        lifted("bench_press", "80"),
        lifted("front_squat", "60"),
        lifted("sumo_deadlift", "80"),
        lifted("chest_press", "50"),
    ];
    let plan = prescribe(&blocks, &history, TODAY, &person());
    let ramp = |place: usize, id: &str| {
        let block = plan.blocks[place].swapped(find(id), &history, TODAY, &person());
        let words = |set: &RampSet| format!("{} × {}", set.load.weight().unwrap().number(), set.reps);
        block.prescription.ramp.iter().map(words).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(ramp(0, "front_squat"), "22.5 × 8, 35 × 5, 47.5 × 3");
    assert_eq!(ramp(1, "sumo_deadlift"), "47.5 × 5, 62.5 × 3");
    assert_eq!(ramp(2, "chest_press"), "", "the third has none");
    assert_eq!(ramp(0, "leg_press"), "", "no load is known");
}
