use super::*;
use crate::workout::performance::Performance;

fn id(text: &str) -> ExerciseId {
    ExerciseId::parse(text).unwrap()
}

fn finished(changes: impl IntoIterator<Item = Change>) -> Workout {
    let mut workout = workout();
    apply_all(&mut workout, changes);
    apply_all(&mut workout, [finish()]);
    workout
}

#[test]
fn a_workout_counts_to_the_local_day_of_its_start() {
    let workout = finished([log("b1s1")]);
    assert_eq!(workout.day(), time::macros::date!(2026 - 03 - 01));
    assert_eq!(workout.ended_at().unwrap().to_string(), "2026-03-02 0:00:00.0 +01:00:00", "past midnight");
    assert_eq!(workout.length(), Some(Duration::minutes(30)));
    assert_eq!(workout.status(), Status::Finished);
}

#[test]
fn the_end_lies_between_start_and_now_and_stays() {
    for (at, expected) in [
        (NOW - Duration::minutes(10), NOW - Duration::minutes(10)),
        (NOW + Duration::HOUR, NOW),
        (START - Duration::HOUR, START),
    ] {
        let mut workout = workout();
        apply_all(&mut workout, [log("b1s1"), Change::Finish { at }, finish()]);
        assert_eq!(workout.ended_at(), Some(expected));
    }
}

#[test]
fn sets_that_arrive_after_the_end_are_taken() {
    let mut workout = finished([log("b1s1")]);
    apply_all(&mut workout, [log("b1s2")]);
    assert_eq!((workout.sets().len(), workout.ended_at()), (2, Some(NOW)));
}

#[test]
fn finishing_depends_on_what_is_logged() {
    let mut workout = workout();
    assert_eq!((workout.ending(), workout.discard()), (Ending::Discard, Discard::AtOnce));
    apply_all(&mut workout, [log("b1w1")]);
    assert_eq!(workout.ending(), Ending::Review { missing: 6 });
    assert_eq!(workout.discard(), Discard::AfterConfirmation { sets: 1 });
    apply_all(&mut workout, [log("b1s1"), log("b1s2"), log("b1s4"), Change::Skip(block(2), Some(Why::Time))]);
    assert_eq!(workout.ending(), Ending::Review { missing: 1 }, "the third row");
    apply_all(&mut workout, [log("b1s3")]);
    assert_eq!(workout.ending(), Ending::Finish);
    apply_all(&mut workout, [Change::AddSet(block(1)), Change::AddSet(block(1))]);
    assert_eq!(workout.ending(), Ending::Review { missing: 1 }, "an added row, too");
    apply_all(&mut workout, [finish()]);
    assert_eq!(workout.discard(), Discard::Never);
}

#[test]
fn a_workout_is_forgotten_after_twelve_hours_without_an_operation() {
    let mut workout = workout();
    let twelve = Duration::hours(12);
    assert_eq!(workout.abandoned(START + twelve - Duration::SECOND), None);
    assert_eq!(workout.abandoned(START + twelve), Some(Abandoned { last_set_at: None }));
    apply_all(&mut workout, [log("b1s1")]);
    assert_eq!(workout.abandoned(START + twelve), None);
    assert_eq!(workout.abandoned(NOW + twelve), Some(Abandoned { last_set_at: Some(NOW) }));
    workout.apply(operation(1, Change::Skip(block(2), None)), NOW + twelve);
    assert_eq!(workout.abandoned(NOW + twelve), None, "any operation shows that somebody is there");
    apply_all(&mut workout, [finish()]);
    assert_eq!(workout.abandoned(NOW + Duration::WEEK), None);
}

#[test]
fn a_past_workout_is_not_forgotten_as_soon_as_it_is_entered() {
    let yesterday = START - Duration::DAY;
    let past = Workout::open(WorkoutId::from_bytes([7; 16]), plan(&["plank"]), Zone::utc(), yesterday, START)
        .unwrap();
    assert_eq!(past.abandoned(START + Duration::HOUR), None);
    assert_eq!(past.day(), yesterday.date());
}

#[test]
fn start_and_end_can_be_corrected() {
    let mut workout = finished([log("b1s1")]);
    let start = datetime!(2026-02-27 18:00 +1);
    workout.move_to(start, start + Duration::HOUR, NOW).unwrap();
    assert_eq!((workout.day(), workout.length()), (start.date(), Some(Duration::HOUR)));
    assert_eq!(workout.sets()[&slot("b1s1")].logged_at, start + Duration::minutes(30), "the sets move along");
    workout.move_to(start, start + Duration::minutes(20), NOW).unwrap();
    assert_eq!(workout.sets()[&slot("b1s1")].logged_at, start + Duration::minutes(20), "and stay inside");
}

#[test]
fn impossible_times_change_nothing() {
    let mut workout = finished([log("b1s1")]);
    let before = workout.clone();
    for (start, end) in [
        (NOW, NOW - Duration::SECOND),
        (NOW - Duration::DAY - Duration::SECOND, NOW),
        (NOW, NOW + Duration::SECOND),
    ] {
        assert_eq!(workout.move_to(start, end, NOW), Err(Refusal::ImpossibleTimes));
        assert_eq!(workout, before);
    }
    let mut open = super::workout();
    assert_eq!(open.move_to(START, START, NOW), Err(Refusal::ImpossibleTimes));
}

/// Exercise, what it stands for, only today, planned, repetitions of the sets, skipped.
type Row<'a> = (&'a str, Option<&'a str>, bool, u8, Vec<u16>, Option<Why>);

fn rows(performances: &[Performance]) -> Vec<Row<'_>> {
    let row = |performance| {
        let Performance { exercise, instead_of, only_today, planned, sets, skipped, .. }: &Performance =
            performance;
        let reps = sets.iter().map(|set| set.amount.counted()).collect();
        (
            exercise.as_str(),
            instead_of.as_ref().map(ExerciseId::as_str),
            *only_today,
            *planned,
            reps,
            *skipped,
        )
    };
    performances.iter().map(row).collect()
}

#[test]
fn the_history_has_one_row_for_each_exercise() {
    let bench = Change::Log(slot("b2s1"), bar("bench_press", 7));
    let workout =
        finished([log("b1w1"), log("b1s2"), log("b1s1"), bench, Change::Skip(block(2), Some(Why::Busy))]);
    let performances = workout.performances();
    assert_eq!(
        rows(&performances),
        [
            ("back_squat", None, false, 3, vec![8, 8], None),
            ("bench_press", None, false, 3, vec![7], Some(Why::Busy)),
        ]
    );
    let first = &performances[0];
    assert_eq!((first.session.as_str(), first.main, first.day), ("Full body A", true, workout.day()));
    assert_eq!((first.range, first.reps_in_reserve), (Range::Reps { low: 8, high: 12 }, 2));
    assert!(!performances[1].main);
    assert_eq!(super::workout().performances(), [], "an open workout is no history yet");
}

#[test]
fn what_was_done_before_a_swap_keeps_its_name() {
    let press = LoggedSet { exercise: id("leg_press"), load: Load::Stack(kg("80")), ..bar("leg_press", 10) };
    let swapped = |term| {
        finished([
            log("b1s1"),
            log("b1s2"),
            Change::Swap(block(1), id("leg_press"), term),
            Change::Log(slot("b1s3"), press.clone()),
        ])
    };
    let today = swapped(Term::Today).performances();
    assert_eq!(
        rows(&today)[..2],
        [
            ("back_squat", None, false, 3, vec![8, 8], Some(Why::Busy)),
            ("leg_press", Some("back_squat"), true, 1, vec![10], None),
        ]
    );
    let for_good = swapped(Term::ForGood).performances();
    assert_eq!(
        rows(&for_good)[..2],
        [
            ("back_squat", None, true, 3, vec![8, 8], Some(Why::Busy)),
            ("leg_press", Some("back_squat"), false, 1, vec![10], None),
        ]
    );
}

#[test]
fn sets_that_were_earned_are_not_planned_after_a_swap() {
    let mut plan = plan(&["push_up"]);
    plan.blocks[0].prescription.targets = vec![Amount::Reps(15); 5];
    plan.blocks[0].prescription.extra_sets = 2;
    let mut workout = opened(plan);
    assert_eq!(workout.rows(block(1)), 5);
    apply_all(&mut workout, [Change::Swap(block(1), id("floor_press"), Term::Today)]);
    assert_eq!((workout.rows(block(1)), workout.missing_sets()), (3, 3), "as its own prescription has");
    let press = LoggedSet { load: Load::PerHand(kg("20")), ..bar("floor_press", 10) };
    let sets = ["b1s1", "b1s2", "b1s3"].map(|place| Change::Log(slot(place), press.clone()));
    apply_all(&mut workout, sets);
    assert_eq!(workout.ending(), Ending::Finish);
    apply_all(&mut workout, [finish()]);
    let expected = ("floor_press", Some("push_up"), true, 3, vec![10, 10, 10], None);
    assert_eq!(rows(&workout.performances()), [expected]);
    assert!(workout.counts());
}

#[test]
fn a_swap_for_good_is_remembered_without_a_set() {
    let workout = finished([log("b1s1"), Change::Swap(block(2), id("chest_press"), Term::ForGood)]);
    assert_eq!(
        rows(&workout.performances())[1],
        ("chest_press", Some("bench_press"), false, 3, vec![], None)
    );
}

#[test]
fn going_back_to_the_programmes_choice_is_no_swap() {
    let mut plan = plan(&["leg_press"]);
    plan.blocks[0].instead_of = Some(id("back_squat"));
    let mut workout = opened(plan);
    apply_all(&mut workout, [log("b1s1"), Change::Swap(block(1), id("back_squat"), Term::ForGood), finish()]);
    assert_eq!(rows(&workout.performances()), [("back_squat", None, false, 3, vec![8], None)]);
}

#[test]
fn a_workout_counts_from_half_of_its_sets_on() {
    let sets = ["b1s1", "b1s2", "b2s1"].map(log);
    assert!(finished(sets.clone()).counts());
    assert!(!finished(sets[..2].to_vec()).counts());
    assert!(!finished(["b1w1", "b1w2", "b1w3"].map(log)).counts(), "warm-ups do not count");
    let mut open = workout();
    apply_all(&mut open, sets);
    assert!(!open.counts(), "not before it is finished");
}
