use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::workout::performance::last_done;
use crate::workout::records::records;

/// `12`: so many repetitions or seconds with one of three loads.
fn any_set(exercise: &'static Exercise, loads: [&'static str; 3]) -> impl Strategy<Value = LoggedSet> {
    let loads = loads.map(|text| load(exercise, text));
    (select(loads.to_vec()), 0_u16..15, prop::option::of(select(Rir::ALL)))
        .prop_map(move |(load, number, rir)| LoggedSet { rir, ..one(exercise, load, number) })
}

/// With more sets than are planned or fewer, in one of two ranges.
fn any_performance(id: &'static str, loads: [&'static str; 3]) -> impl Strategy<Value = Performance> {
    let exercise = find(id);
    let sets = prop::collection::vec(any_set(exercise, loads), 0..5);
    (sets, 0_u16..400, any::<bool>(), prop::option::of(select(Why::ALL))).prop_map(
        move |(sets, ago, other_range, skipped)| {
            let numbers = assignment(exercise, if other_range { "2 × 4-6 @2" } else { "3 × 8-12 @2" });
            Performance { sets, skipped, ..done(exercise, &numbers, &format!("{ago}d: body ×")) }
        },
    )
}

fn any_history() -> impl Strategy<Value = Vec<Performance>> {
    let one = prop_oneof![
        any_performance("back_squat", ["60", "62.5", "135lb"]),
        any_performance("push_up", ["body", "+5", "+10"]),
        any_performance("bench_press", ["40", "42.5", "45"]),
    ];
    prop::collection::vec(one, 0..40).prop_map(|mut history| {
        history.sort_by_key(|performance| performance.day);
        history
    })
}

proptest! {
    #![proptest_config(crate::workout::cases(400))]

    #[test]
    fn a_condensed_history_says_the_same(
        history in any_history(),
        squat in prop::collection::vec(any_set(find("back_squat"), ["60", "62.5", "65"]), 1..4),
        push_up in prop::collection::vec(any_set(find("push_up"), ["body", "+5", "+15"]), 1..4),
    ) {
        let exercises: BTreeSet<ExerciseId> = [find("back_squat"), find("push_up")].map(ExerciseId::from).into();
        let condensed = condensed(&history, &exercises);
        for (id, sets) in [("back_squat", &squat), ("push_up", &push_up)] {
            let exercise = find(id);
            for numbers in ["3 × 8-12 @2", "2 × 4-6 @2", "3 × 5-5 @1"] {
                let prescribed =
                    |history| prescribe_exercise(&assignment(exercise, numbers), history, TODAY, &person());
                prop_assert_eq!(prescribed(&condensed), prescribed(&history), "{} {}", id, numbers);
            }
            prop_assert_eq!(records(&condensed, sets, None), records(&history, sets, None));
            prop_assert_eq!(records(&condensed, sets, Some(kg("80"))), records(&history, sets, Some(kg("80"))));
            let exercise = ExerciseId::from(exercise);
            prop_assert_eq!(last_done(&condensed, &exercise), last_done(&history, &exercise));
        }
        prop_assert!(condensed.iter().all(|performance| exercises.contains(&performance.exercise)));
    }
}

#[test]
fn a_thousand_workouts_alike_are_condensed_to_three() {
    let squat = find("back_squat");
    let numbers = assignment(squat, "3 × 8-12 @2");
    let history: Vec<_> =
        (0..1000).rev().map(|ago| done(squat, &numbers, &format!("{ago}d: 60 × 10 9 8"))).collect();
    let exercises = [ExerciseId::from(squat)].into();
    assert_eq!(condensed(&history, &exercises), history[997..]);
    assert_eq!(condensed(&history, &BTreeSet::new()), []);
}
