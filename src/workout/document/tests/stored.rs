use super::*;

/// As in stores. It is kept for years, so a text that was once written must stay readable.
const STORED: &str = concat!(
    r#"{"version":1,"id":"07070707-0707-0707-0707-070707070707","zone":"Europe/Berlin","#,
    r#""started_at":"2026-03-01T23:30:00+01:00","ended_at":"2026-03-01T23:00:00Z","#,
    r#""touched_at":"2026-03-01T23:00:00Z","#,
    r#""plan":{"name":"Full body A","ordinal":4,"minutes":45,"warm_up":["march"],"blocks":[{"#,
    r#""exercise":"back_squat","main":true,"range":{"reps":{"low":8,"high":12}},"reps_in_reserve":2,"#,
    r#""rest_seconds":120,"prescription":{"targets":[{"reps":8},{"reps":8},{"reps":8}]}}]},"#,
    r#""changes":{"b1":{"swap":{"exercise":"leg_press","term":"for_good"},"skipped":"busy","added_sets":1}},"#,
    r#""sets":{"b1s1":{"exercise":"back_squat","load":{"bar":"60 kg"},"amount":{"reps":8},"#,
    r#""logged_at":"2026-03-01T23:00:00Z"}},"#,
    r#""applied":["00000001-0000-0000-0000-000000000000","00000002-0000-0000-0000-000000000000","#,
    r#""00000003-0000-0000-0000-000000000000","00000004-0000-0000-0000-000000000000","#,
    r#""00000005-0000-0000-0000-000000000000"]}"#
);

fn example() -> Workout {
    let mut workout = opened(plan(&["back_squat"]));
    let swap = Change::Swap(block(1), ExerciseId::parse("leg_press").unwrap(), Term::ForGood);
    let changes =
        [log("b1s1"), swap, Change::Skip(block(1), Some(Why::Busy)), Change::AddSet(block(1)), finish()];
    for (id, change) in (1..).zip(changes) {
        assert_eq!(workout.apply(operation(id, change), NOW), Outcome::Applied);
    }
    workout
}

#[test]
fn the_stored_text_of_a_workout_stays_what_it_is() {
    assert_eq!(serde_json::to_string(&example()).unwrap(), STORED);
    assert_eq!(serde_json::from_str::<Workout>(STORED).unwrap(), example());
}

#[test]
fn unknown_fields_are_skipped_and_absent_ones_are_empty() {
    let more = STORED.replacen(r#"{"version":1,"#, r#"{"version":1,"mood":{"before":3},"#, 1);
    assert_eq!(serde_json::from_str::<Workout>(&more).unwrap(), example());
    let (before, after) = (STORED.find(r#","changes""#).unwrap(), STORED.len());
    let less = format!("{}}}", &STORED[..before]);
    assert!(less.len() < after);
    let read: Workout = serde_json::from_str(&less).unwrap();
    assert!(read.sets().is_empty() && read.applied.is_empty() && read.changes.is_empty());
}

#[test]
fn a_text_of_another_version_is_not_guessed_at() {
    for version in ["0", "2", "255", "-1", "null", "\"1\""] {
        let other = STORED.replacen(r#"{"version":1,"#, &format!(r#"{{"version":{version},"#), 1);
        assert!(serde_json::from_str::<Workout>(&other).is_err(), "{version}");
    }
    let other = STORED.replacen(r#"{"version":1,"#, r#"{"version":2,"#, 1);
    let error = serde_json::from_str::<Workout>(&other).unwrap_err().to_string();
    assert!(error.starts_with("version 2 of a workout; this program reads 1 to 1"), "{error}");
    assert!(serde_json::from_str::<Workout>(&STORED.replacen(r#""version":1,"#, "", 1)).is_err());
}

#[test]
fn every_operation_is_read_as_it_was_written() {
    for (change, stored) in [
        (Change::Clear(slot("b2s3")), r#"{"clear":"b2s3"}"#),
        (Change::Skip(block(2), Some(Why::Time)), r#"{"skip":["b2","time"]}"#),
        (Change::Skip(block(2), None), r#"{"skip":["b2",null]}"#),
        (
            Change::Swap(block(2), ExerciseId::parse("leg_press").unwrap(), Term::Today),
            r#"{"swap":["b2","leg_press","today"]}"#,
        ),
        (Change::AddSet(block(2)), r#"{"add_set":"b2"}"#),
        (finish(), r#"{"finish":{"at":"2026-03-01T23:00:00Z"}}"#),
        (
            log("b1s1"),
            concat!(
                r#"{"log":["b1s1",{"exercise":"back_squat","load":{"bar":"60 kg"},"amount":{"reps":8},"#,
                r#""logged_at":"2026-03-01T23:00:00Z"}]}"#
            ),
        ),
    ] {
        let operation = operation(1, change);
        let stored = format!(r#"{{"id":"00000001-0000-0000-0000-000000000000","change":{stored}}}"#);
        assert_eq!(serde_json::to_string(&operation).unwrap(), stored);
        assert_eq!(serde_json::from_str::<Operation>(&stored).unwrap(), operation);
    }
}
