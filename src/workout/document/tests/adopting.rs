use super::*;

/// Started by a visitor, and ended by a login.
fn gone_aside(changes: impl IntoIterator<Item = Change>) -> Workout {
    let mut workout = workout();
    apply_all(&mut workout, changes);
    workout.give_way();
    workout
}

#[test]
fn a_workout_that_gave_way_ends_with_its_last_set_even_a_late_one() {
    let mut empty = gone_aside([]);
    assert_eq!((empty.status(), empty.is_listed()), (Status::Finished, false), "there is nothing to show");
    for place in ["b1s1", "b1s2"] {
        apply_all(&mut empty, [log(place)]);
        assert_eq!((empty.is_listed(), empty.ended_at()), (true, Some(NOW)));
    }
    let early = LoggedSet { logged_at: START + Duration::MINUTE, ..bar("back_squat", 8) };
    let mut workout = gone_aside([Change::Log(slot("b1s1"), early)]);
    assert_eq!((workout.is_listed(), workout.ended_at()), (true, Some(START + Duration::MINUTE)));
    apply_all(&mut workout, [log("b1s2")]);
    assert_eq!(workout.ended_at(), Some(NOW));
}

#[test]
fn an_end_that_the_person_chose_stays() {
    let mut workout = gone_aside([log("b1s1")]);
    workout.move_to(START, START + Duration::MINUTE, NOW).unwrap();
    apply_all(&mut workout, [log("b1s2")]);
    assert_eq!(workout.ended_at(), Some(START + Duration::MINUTE));
}

#[test]
fn a_workout_that_the_person_finished_and_emptied_is_still_shown() {
    let mut workout = workout();
    apply_all(&mut workout, [log("b1s1"), finish(), Change::Clear(slot("b1s1"))]);
    assert!(workout.sets().is_empty() && workout.is_listed());
}
