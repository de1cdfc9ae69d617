use proptest::prelude::*;
use time::macros::date;

use super::*;
use crate::workout::load::{Rir, Tone};
use crate::workout::performance::tests::{kg, performance, set};

fn bench(sets: &[(&str, u8)]) -> Vec<LoggedSet> {
    sets.iter().map(|(weight, reps)| set("bench_press", Load::Bar(kg(weight)), Amount::Reps(*reps))).collect()
}

/// The records of the last workout, in sentences, with the number of their set.
fn of_last(workouts: &[&[(&str, u8)]]) -> Vec<(usize, String)> {
    let (last, earlier) = workouts.split_last().unwrap();
    let earlier: Vec<Performance> =
        earlier.iter().map(|sets| performance("bench_press", bench(sets))).collect();
    let found = records(&earlier, &bench(last), None);
    found.into_iter().map(|(i, record)| (i, record.sentence(Units::Kg))).collect()
}

fn sentences(expected: &[(usize, &str)]) -> Vec<(usize, String)> {
    expected.iter().map(|(i, text)| (*i, (*text).to_owned())).collect()
}

#[test]
fn the_first_workout_has_no_records() {
    assert_eq!(of_last(&[&[("60", 8), ("70", 8)]]), []);
    assert_eq!(of_last(&[&[], &[("60", 8)]]), [], "one without sets is none");
}

#[test]
fn a_record_is_strictly_better() {
    assert_eq!(of_last(&[&[("60", 8)], &[("60", 8), ("57.5", 8), ("55", 9)]]), []);
    let better = sentences(&[
        (0, "Best estimated one-repetition maximum: 78 kg."),
        (0, "Most repetitions with 60 kg: 9."),
    ]);
    assert_eq!(of_last(&[&[("60", 8)], &[("60", 9), ("60", 9)]]), better, "but only once");
    assert_eq!(
        of_last(&[&[("60", 8)], &[("62.5", 5), ("80", 1)]]),
        sentences(&[
            (0, "Heaviest yet: 62.5 kg."),
            (1, "Heaviest yet: 80 kg."),
            (1, "Heaviest single yet: 80 kg.")
        ])
    );
}

#[test]
fn more_repetitions_with_less_weight_count_only_where_that_weight_was_used() {
    assert_eq!(of_last(&[&[("60", 8)], &[("40", 20)]]), []);
    assert_eq!(
        of_last(&[&[("60", 8), ("40", 13)], &[("40", 14)]]),
        sentences(&[(0, "Most repetitions with 40 kg: 14.")])
    );
    assert_eq!(of_last(&[&[("60", 12), ("40", 8)], &[("40", 10)]]), [], "60 kg had more");
}

#[test]
fn a_deleted_set_takes_its_record_along() {
    let with_slip = [performance("bench_press", bench(&[("60", 8), ("600", 8)]))];
    let without = [performance("bench_press", bench(&[("60", 8)]))];
    let today = bench(&[("62.5", 8)]);
    assert_eq!(records(&with_slip, &today, None), []);
    assert_eq!(records(&without, &today, None).len(), 2);
}

#[test]
fn nothing_done_is_no_record() {
    assert_eq!(of_last(&[&[("60", 8)], &[("100", 0)]]), []);
    assert_eq!(of_last(&[&[("60", 0)], &[("100", 5)]]), [], "and no first workout");
}

#[test]
fn other_exercises_do_not_matter() {
    let squats = performance("back_squat", vec![set("back_squat", Load::Bar(kg("100")), Amount::Reps(8))]);
    assert_eq!(records(&[squats], &bench(&[("60", 8)]), None), []);
}

#[test]
fn less_help_is_heavier() {
    let pull_up = |load| set("assisted_pull_up", load, Amount::Reps(8));
    let earlier = [performance("assisted_pull_up", vec![pull_up(Load::Assisted(kg("20")))])];
    let of = |load| {
        records(&earlier, &[pull_up(load)], None)
            .into_iter()
            .map(|(_, record)| record.sentence(Units::Kg))
            .collect::<Vec<_>>()
    };
    assert_eq!(of(Load::Assisted(kg("25"))), [""; 0]);
    assert_eq!(of(Load::Assisted(kg("15"))), ["Least help yet: 15 kg."]);
    assert_eq!(of(Load::Body), ["Without help for the first time."]);
    assert_eq!(of(Load::Added(kg("5"))), ["Heaviest yet: body weight + 5 kg."]);
    let with_body = records(&earlier, &[pull_up(Load::Assisted(kg("15")))], Some(kg("80")));
    assert_eq!(with_body[1].1.sentence(Units::Kg), "Best estimated one-repetition maximum: 82.33 kg.");
}

#[test]
fn a_lighter_band_helps_less() {
    let pull_up = |load| set("band_assisted_pull_up", load, Amount::Reps(8));
    let earlier = [performance("band_assisted_pull_up", vec![pull_up(Load::AssistedBand(Tone::Medium))])];
    let of = |load| {
        records(&earlier, &[pull_up(load)], None).into_iter().map(|(_, record)| record.sentence(Units::Kg))
    };
    assert_eq!(of(Load::AssistedBand(Tone::Heavy)).count(), 0);
    assert_eq!(of(Load::AssistedBand(Tone::Light)).collect::<Vec<_>>(), ["Least help yet: light band."]);
    assert_eq!(of(Load::Body).collect::<Vec<_>>(), ["Without help for the first time."]);
}

#[test]
fn holds_bands_and_the_body_have_records_too() {
    let of = |id, before: (Load, Amount), now: (Load, Amount)| {
        let found =
            records(&[performance(id, vec![set(id, before.0, before.1)])], &[set(id, now.0, now.1)], None);
        found.into_iter().map(|(_, record)| record.sentence(Units::Kg)).collect::<Vec<_>>()
    };
    let body = |amount| (Load::Body, amount);
    assert_eq!(
        of("plank", body(Amount::Seconds(60)), body(Amount::Seconds(65))),
        ["Longest yet: 65 seconds."]
    );
    assert_eq!(of("push_up", body(Amount::Reps(11)), body(Amount::Reps(12))), ["Most repetitions yet: 12."]);
    let sides = body(Amount::Sides { left: 11, right: 14 });
    assert_eq!(of("dead_bug", body(Amount::Reps(10)), sides), ["Most repetitions yet: 11."]);
    let band = |tone| (Load::Band(tone), Amount::Reps(10));
    assert_eq!(of("band_row", band(Tone::Light), band(Tone::Medium)), ["Strongest band yet: medium."]);
    let carry = |seconds| (Load::PerHand(kg("20")), Amount::Seconds(seconds));
    assert_eq!(of("farmers_carry", carry(40), carry(45)), ["Longest with 20 kg: 45 seconds."]);
}

#[test]
fn units_are_compared_by_weight() {
    let pounds = |typed| Load::Bar(Weight::parse(typed, Units::Lb).unwrap());
    let earlier = [performance("bench_press", bench(&[("60", 8)]))];
    let of = |load| records(&earlier, &[set("bench_press", load, Amount::Reps(1))], None);
    assert_eq!(of(pounds("132")), [], "59.87 kg");
    assert_eq!(of(pounds("133")), [(0, Record::Heaviest(pounds("133")))]);
}

#[test]
fn a_chart_has_one_point_a_day() {
    let id = ExerciseId::parse("bench_press").unwrap();
    let mut tired = set("bench_press", Load::Bar(kg("90")), Amount::Reps(12));
    tired.rir = Some(Rir::ThreeOrMore);
    let history = [
        performance("bench_press", bench(&[("60", 10), ("60", 12), ("60", 8)])),
        performance("bench_press", bench(&[("70", 1)])),
        Performance { day: date!(2026 - 03 - 08), ..performance("bench_press", vec![tired.clone()]) },
        Performance { day: date!(2026 - 03 - 15), ..performance("bench_press", bench(&[("60", 6)])) },
    ];
    let found: Vec<(Date, String)> = one_rep_max_by_day(&history, &id, None)
        .into_iter()
        .map(|(day, best)| (day, best.weight.number()))
        .collect();
    assert_eq!(found, [(date!(2026 - 03 - 01), "84".to_owned()), (date!(2026 - 03 - 15), "72".to_owned())]);
}

proptest! {
    #[test]
    fn the_same_workout_again_has_no_records(
        sets in prop::collection::vec((1_i64..30_000, 0_u8..=100), 1..6),
    ) {
        let sets: Vec<LoggedSet> = sets
            .into_iter()
            .map(|(hundredths, reps)| {
                set("bench_press", Load::Bar(Weight::clamped(hundredths, Units::Kg)), Amount::Reps(reps))
            })
            .collect();
        prop_assert_eq!(records(&[performance("bench_press", sets.clone())], &sets, None), []);
    }
}
