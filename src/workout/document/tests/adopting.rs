use super::*;

/// Started by a visitor, and ended by a login.
fn gone_aside(changes: impl IntoIterator<Item = Change>) -> Workout {
    let mut workout = workout();
    apply_all(&mut workout, changes);
    workout.move_to_account();
    workout.give_way(NOW);
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
fn a_workout_that_gave_way_is_no_longer_than_a_day_and_does_not_end_in_the_future() {
    let mut workout = gone_aside([log("b1s1")]);
    let late = |days| {
        let now = START + Duration::days(days);
        let set = LoggedSet { logged_at: now, ..bar("back_squat", 8) };
        (operation(2_000_000, Change::Log(slot("b1s2"), set)), now)
    };
    let (logged, now) = late(3);
    assert_eq!(workout.apply(logged, now), Outcome::Applied);
    assert_eq!(workout.ended_at(), Some(START + Duration::DAY));
    let ahead = LoggedSet { logged_at: NOW + Duration::minutes(4), ..bar("back_squat", 8) };
    let workout = gone_aside([Change::Log(slot("b1s1"), ahead)]);
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
    workout.move_to_account();
    apply_all(&mut workout, [log("b1s1"), finish(), Change::Clear(slot("b1s1"))]);
    assert!(workout.sets().is_empty() && workout.is_listed());
}

#[test]
fn of_a_deleted_workout_that_came_from_a_visitor_only_the_id_is_left() {
    for mut workout in [gone_aside([log("b1s1")]), {
        let mut open = workout();
        open.move_to_account();
        open
    }] {
        let id = workout.id();
        assert!(workout.erase());
        assert!(workout.is_erased() && !workout.is_listed() && !workout.counts());
        assert_eq!((workout.id(), workout.status()), (id, Status::Finished));
        let stored = serde_json::to_string(&workout).unwrap();
        assert_eq!(
            stored,
            concat!(
                r#"{"version":1,"id":"07070707-0707-0707-0707-070707070707","zone":"UTC","#,
                r#""started_at":"1970-01-01T00:00:00Z","ended_at":"1970-01-01T00:00:00Z","#,
                r#""touched_at":"1970-01-01T00:00:00Z","#,
                r#""plan":{"name":"","ordinal":0,"minutes":0,"warm_up":[],"blocks":[]},"#,
                r#""sets":{},"applied":[],"adoption":"deleted"}"#
            )
        );
        assert_eq!(serde_json::from_str::<Workout>(&stored).unwrap(), workout);
    }
    assert!(!workout().erase(), "nothing can bring it back, so nothing is left");
}
