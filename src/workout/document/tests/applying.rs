use super::*;

/// The outcome on a fresh workout, which a refusal must leave as it was.
fn outcome(change: Change) -> Outcome {
    let (mut workout, before) = (workout(), workout());
    let outcome = workout.apply(operation(1, change), NOW);
    if outcome != Outcome::Applied {
        assert_eq!(workout, before, "{outcome:?}");
    }
    outcome
}

#[test]
fn what_was_applied_is_applied_once() {
    let mut workout = workout();
    let first = operation(1, log("b1s1"));
    assert_eq!(workout.apply(first.clone(), NOW), Outcome::Applied);
    assert_eq!(workout.apply(operation(2, Change::Clear(slot("b1s1"))), NOW), Outcome::Applied);
    let before = workout.clone();
    assert_eq!(workout.apply(first, NOW + Duration::HOUR), Outcome::Duplicate);
    assert_eq!(workout, before, "a retry of the first does not undo the second");
    assert!(
        workout.has_applied(operation(2, finish()).id) && !workout.has_applied(operation(3, finish()).id)
    );
}

#[test]
fn the_later_arrival_wins_in_a_slot() {
    let mut workout = workout();
    let earlier = LoggedSet { logged_at: NOW - Duration::minutes(4), ..bar("back_squat", 5) };
    apply_all(&mut workout, [log("b1s1"), Change::Log(slot("b1s1"), earlier)]);
    assert_eq!(workout.sets()[&slot("b1s1")].amount, Amount::Reps(5));
    assert_eq!(workout.sets().len(), 1);
}

#[test]
fn an_operation_on_a_workout_that_is_gone_stays_without_effect() {
    assert_eq!(apply(None, operation(1, log("b1s1")), NOW), Outcome::Gone);
    assert_eq!(apply(Some(&mut workout()), operation(1, log("b1s1")), NOW), Outcome::Applied);
}

#[test]
fn times_far_from_the_workout_are_corrected() {
    for (logged_at, expected) in [
        (datetime!(2026-03-01 22:25 UTC), datetime!(2026-03-01 22:25 UTC)),
        (datetime!(2026-03-01 22:24:59 UTC), datetime!(2026-03-01 22:25 UTC)),
        (datetime!(1970-01-01 0:00 UTC), datetime!(2026-03-01 22:25 UTC)),
        (datetime!(2026-03-01 23:05 UTC), datetime!(2026-03-01 23:05 UTC)),
        (datetime!(9999-12-31 23:59:59 -12), datetime!(2026-03-01 23:05 UTC)),
        (datetime!(2026-03-01 22:40:00.123_456 UTC), datetime!(2026-03-01 22:40:00.123 UTC)),
        (datetime!(2026-03-02 00:40 +2), datetime!(2026-03-01 22:40 UTC)),
    ] {
        let mut workout = workout();
        let set = LoggedSet { logged_at, ..bar("back_squat", 8) };
        apply_all(&mut workout, [Change::Log(slot("b1s1"), set)]);
        let found = workout.sets()[&slot("b1s1")].logged_at;
        assert_eq!(found, expected);
        assert!(found.offset().is_utc());
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let squat = || bar("back_squat", 8);
    let unknown = || ExerciseId::parse("moon_walk").unwrap();
    for (change, refusal) in [
        (log("b3s1"), Refusal::NoSuchBlock),
        (Change::Clear(slot("b3s1")), Refusal::NoSuchBlock),
        (Change::Skip(block(3), Some(Why::Busy)), Refusal::NoSuchBlock),
        (Change::AddSet(block(50)), Refusal::NoSuchBlock),
        (Change::Swap(block(3), squat().exercise, Term::Today), Refusal::NoSuchBlock),
        (Change::Swap(block(1), unknown(), Term::Today), Refusal::UnknownExercise),
        (Change::Log(slot("b1s1"), LoggedSet { exercise: unknown(), ..squat() }), Refusal::UnknownExercise),
        (Change::Log(slot("b1s1"), LoggedSet { load: Load::Body, ..squat() }), Refusal::DoesNotFit),
        (Change::Log(slot("b1s1"), LoggedSet { amount: Amount::Seconds(8), ..squat() }), Refusal::DoesNotFit),
        (Change::Log(slot("b1s1"), LoggedSet { amount: Amount::Reps(101), ..squat() }), Refusal::OutOfRange),
        (finish(), Refusal::NothingLogged),
    ] {
        assert_eq!(outcome(change.clone()), Outcome::Refused(refusal), "{change:?}");
    }
}

#[test]
fn a_refused_operation_may_come_again() {
    let mut workout = workout();
    assert_eq!(workout.apply(operation(1, finish()), NOW), Outcome::Refused(Refusal::NothingLogged));
    apply_all(&mut workout, [log("b1s1")]);
    assert_eq!(workout.apply(operation(1, finish()), NOW), Outcome::Applied);
}

#[test]
fn a_set_may_come_before_its_row() {
    let mut workout = workout();
    assert_eq!(workout.rows(block(1)), 3);
    apply_all(&mut workout, [log("b1s5")]);
    assert_eq!(workout.rows(block(1)), 5);
    apply_all(&mut workout, [Change::AddSet(block(1)), Change::AddSet(block(1))]);
    assert_eq!((workout.rows(block(1)), workout.rows(block(2))), (5, 3));
    apply_all(&mut workout, [Change::Clear(slot("b1s5")), log("b1w4")]);
    assert_eq!(workout.rows(block(1)), 5, "the added rows stay, a warm-up is none");
}

#[test]
fn swaps_and_skips_can_be_taken_back() {
    let mut workout = workout();
    let id = |text| ExerciseId::parse(text).unwrap();
    apply_all(
        &mut workout,
        [Change::Swap(block(1), id("leg_press"), Term::Today), Change::Skip(block(2), Some(Why::Busy))],
    );
    assert_eq!(workout.exercise(block(1)), Some(&id("leg_press")));
    assert_eq!((workout.exercise(block(2)), workout.exercise(block(3))), (Some(&id("bench_press")), None));
    assert_eq!((workout.skipped(block(1)), workout.skipped(block(2))), (None, Some(Why::Busy)));
    apply_all(
        &mut workout,
        [Change::Swap(block(1), id("back_squat"), Term::ForGood), Change::Skip(block(2), None)],
    );
    assert_eq!((workout.exercise(block(1)), workout.skipped(block(2))), (Some(&id("back_squat")), None));
}

#[test]
fn a_block_has_at_most_20_rows() {
    let mut workout = workout();
    apply_all(&mut workout, vec![Change::AddSet(block(1)); 17]);
    let outcome = workout.apply(operation(1, Change::AddSet(block(1))), NOW);
    assert_eq!((workout.rows(block(1)), outcome), (20, Outcome::Refused(Refusal::TooManySets)));
}

#[test]
fn a_workout_has_at_most_200_sets() {
    let mut workout = opened(plan(&["back_squat"; 11]));
    let slots: Vec<Slot> = (1..=11)
        .flat_map(|b| (1..=20).map(move |s| Slot::new(block(b), SetKind::Work, s).unwrap()))
        .collect();
    let (first, rest) = slots.split_at(200);
    apply_all(&mut workout, first.iter().map(|slot| Change::Log(*slot, bar("back_squat", 8))));
    let more = Change::Log(rest[0], bar("back_squat", 8));
    assert_eq!(workout.apply(operation(1, more), NOW), Outcome::Refused(Refusal::TooManySets));
    apply_all(&mut workout, [Change::Log(first[0], bar("back_squat", 9))]);
}

#[test]
fn a_workout_has_at_most_600_operations_and_can_still_be_finished() {
    let mut workout = workout();
    apply_all(&mut workout, [log("b1s1")]);
    apply_all(&mut workout, vec![Change::Skip(block(1), None); 599]);
    assert_eq!(workout.apply(operation(1, log("b1s2")), NOW), Outcome::Refused(Refusal::TooManyOperations));
    assert_eq!(workout.apply(operation(2, finish()), NOW), Outcome::Applied);
    assert_eq!(workout.apply(operation(3, finish()), NOW), Outcome::Refused(Refusal::TooManyOperations));
}

#[test]
fn a_full_workout_takes_shorter_notes_and_its_end() {
    let mut workout = opened(plan(&["back_squat"; 11]));
    let with_note = |text: &str| LoggedSet { note: Note::parse(text).unwrap(), ..bar("back_squat", 8) };
    let long = "💪".repeat(200);
    let slots = (1..=11).flat_map(|b| (1..=20).map(move |s| Slot::new(block(b), SetKind::Work, s).unwrap()));
    let mut full = None;
    for (id, slot) in (1..).zip(slots) {
        match workout.apply(operation(id, Change::Log(slot, with_note(&long))), NOW) {
            Outcome::Applied => {}
            other => {
                full = Some(other);
                break;
            }
        }
    }
    assert_eq!(full, Some(Outcome::Refused(Refusal::TooLarge)));
    assert!(serde_json::to_string(&workout).unwrap().len() <= MAX_BYTES);
    apply_all(&mut workout, [Change::Log(slot("b1s1"), with_note("short")), finish()]);
}

#[test]
fn a_plan_that_is_too_large_is_not_opened() {
    let open = |plan| {
        let id = WorkoutId::from_bytes([7; 16]);
        Workout::open(id, plan, Zone::utc(), START, START).map(|_| ())
    };
    assert_eq!(open(plan(&["plank"; 50])), Ok(()));
    assert_eq!(open(plan(&["plank"; 51])), Err(Refusal::TooLarge));
    let mut many = plan(&["plank"; 50]);
    for planned in &mut many.blocks {
        planned.prescription.targets = vec![Amount::Reps(8); 4];
    }
    assert_eq!(open(many.clone()), Ok(()), "200 sets");
    many.blocks[0].prescription.targets.push(Amount::Reps(8));
    assert_eq!(open(many), Err(Refusal::TooLarge));
    let mut long = plan(&["plank"]);
    long.blocks[0].prescription.targets = vec![Amount::Reps(8); 21];
    assert_eq!(open(long), Err(Refusal::TooLarge));
}

#[test]
fn the_rest_runs_from_the_newest_set() {
    let mut workout = workout();
    assert_eq!(workout.rest_until(), None);
    let at = |minutes| LoggedSet { logged_at: NOW - Duration::minutes(minutes), ..bar("back_squat", 8) };
    apply_all(&mut workout, [Change::Log(slot("b2s1"), at(2)), Change::Log(slot("b1s1"), at(4))]);
    assert_eq!(workout.rest_until(), Some(NOW), "two minutes after the newest, whichever came first");
    apply_all(&mut workout, [finish()]);
    assert_eq!(workout.rest_until(), None);
}

#[test]
fn every_refusal_has_a_word_and_a_sentence() {
    for refusal in Refusal::ALL {
        assert!(refusal.label().ends_with('.') && !refusal.word().contains(' '), "{refusal:?}");
        assert_eq!(serde_json::to_string(refusal).unwrap(), format!("\"{}\"", refusal.word()));
    }
    let stored = serde_json::to_string(&Outcome::Refused(Refusal::TooLarge)).unwrap();
    assert_eq!(stored, r#"{"refused":"too_large"}"#);
    assert_eq!(serde_json::to_string(&Outcome::Gone).unwrap(), r#""gone""#);
}
