use super::*;
use crate::workout::exercise_id::ExerciseId;
use crate::workout::programme::{WeekVolume, programme};

pub(super) fn session(blocks: &[(&str, bool)]) -> Session {
    let blocks =
        blocks.iter().map(|(id, main)| Assignment { main: *main, ..assignment(find(id), "3 × 8-12 @2") });
    Session {
        name: "Full body A",
        ordinal: 7,
        warm_up: vec![find("march")],
        blocks: blocks.collect(),
        minutes: 45,
        remarks: Vec::new(),
        week: WeekVolume::default(),
    }
}

fn ids(plan: &Plan) -> Vec<(&str, Option<&str>)> {
    let block = |block| {
        let PlannedBlock { exercise, instead_of, .. }: &PlannedBlock = block;
        (exercise.as_str(), instead_of.as_ref().map(ExerciseId::as_str))
    };
    plan.blocks.iter().map(block).collect()
}

/// Done three days ago in this place instead of what the programme had chosen.
pub(super) fn swapped(programmes: &str, exercise: &str, main: bool) -> Performance {
    let mut performance = done(find(exercise), &assignment(find(exercise), "3 × 8-12 @2"), "3d: body ×");
    performance.main = main;
    performance.instead_of = Some(ExerciseId::parse(programmes).unwrap());
    performance
}

#[test]
fn without_a_history_the_programme_decides() {
    let plan = prescribe(&session(&[("back_squat", true), ("leg_curl", false)]), &[], TODAY, &person());
    assert_eq!(ids(&plan), [("back_squat", None), ("leg_curl", None)]);
    assert_eq!(
        (plan.name.as_str(), plan.ordinal, plan.minutes, plan.planned_sets()),
        ("Full body A", 7, 19, 6)
    );
    assert_eq!(plan.warm_up, [ExerciseId::parse("march").unwrap()]);
    assert_eq!(plan.blocks[0].rest_seconds, 120);
}

#[test]
fn the_same_questions_have_the_same_answer() {
    let training = Training { days_per_week: 4, session_minutes: 60, ..Training::default() };
    let history = [swapped("back_squat", "leg_press", true), swapped("leg_curl", "nordic_curl", false)];
    for ordinal in 0..8 {
        let session = programme(&training, ordinal);
        assert_eq!(programme(&training, ordinal), session);
        let plan = prescribe(&session, &history, TODAY, &person());
        assert_eq!(prescribe(&session, &history, TODAY, &person()), plan);
    }
}

#[test]
fn a_place_keeps_the_exercise_that_was_chosen_for_good() {
    let blocks = session(&[("back_squat", true), ("leg_curl", false)]);
    let history = [swapped("back_squat", "leg_press", true), swapped("leg_curl", "nordic_curl", false)];
    let plan = prescribe(&blocks, &history, TODAY, &person());
    assert_eq!(ids(&plan), [("leg_press", Some("back_squat")), ("nordic_curl", Some("leg_curl"))]);
}

#[test]
fn a_swap_for_one_workout_is_forgotten() {
    let once = Performance { only_today: true, ..swapped("back_squat", "leg_press", true) };
    let plan = prescribe(&session(&[("back_squat", true)]), std::slice::from_ref(&once), TODAY, &person());
    assert_eq!(ids(&plan), [("back_squat", None)]);
    let history = [swapped("back_squat", "hack_squat", true), once];
    let plan = prescribe(&session(&[("back_squat", true)]), &history, TODAY, &person());
    assert_eq!(ids(&plan), [("hack_squat", Some("back_squat"))], "what was kept before stays");
}

#[test]
fn a_main_lift_stays_when_the_programme_would_choose_another() {
    let before = done(find("leg_press"), &assignment(find("leg_press"), "3 × 8-12 @2"), "3d: 80 × 8 8 8");
    let plan = prescribe(&session(&[("back_squat", true)]), std::slice::from_ref(&before), TODAY, &person());
    assert_eq!(ids(&plan), [("leg_press", Some("back_squat"))]);
    let accessory = Performance { main: false, ..before };
    let plan = prescribe(&session(&[("back_squat", false)]), &[accessory], TODAY, &person());
    assert_eq!(ids(&plan), [("back_squat", None)], "accessories start anew");
}

#[test]
fn another_session_has_its_own_places() {
    let other = Performance { session: "Full body B".to_owned(), ..swapped("back_squat", "leg_press", true) };
    let plan = prescribe(&session(&[("back_squat", true)]), &[other], TODAY, &person());
    assert_eq!(ids(&plan), [("back_squat", None)]);
}

#[test]
fn an_exercise_leaves_when_it_has_become_impossible() {
    let blocks = session(&[("air_squat", true)]);
    let history = [swapped("air_squat", "leg_press", true)];
    let nothing = Person { equipment: BTreeSet::new(), ..person() };
    assert_eq!(ids(&prescribe(&blocks, &history, TODAY, &nothing)), [("air_squat", None)]);

    // The person chose it, so it may be above their level; the programme's own choice may not.
    let advanced = swapped("air_squat", "pistol_squat", true);
    assert_eq!(
        ids(&prescribe(&blocks, std::slice::from_ref(&advanced), TODAY, &person())),
        [("pistol_squat", Some("air_squat"))]
    );
    let once_the_programmes = Performance { instead_of: None, ..advanced };
    assert_eq!(ids(&prescribe(&blocks, &[once_the_programmes], TODAY, &person())), [("air_squat", None)]);
}

#[test]
fn what_the_programme_once_chose_still_has_to_suit_the_level() {
    let blocks = session(&[("goblet_squat", true)]);
    // It was kept when the programme would have chosen another.
    let kept = [
        Performance { instead_of: None, ..swapped("goblet_squat", "front_squat", true) },
        swapped("goblet_squat", "front_squat", true),
    ];
    let advanced = Person { level: Level::Advanced, ..person() };
    let still = [("front_squat", Some("goblet_squat"))];
    assert_eq!(ids(&prescribe(&blocks, &kept, TODAY, &advanced)), still);
    assert_eq!(ids(&prescribe(&blocks, &kept, TODAY, &person())), [("goblet_squat", None)]);
}

#[test]
fn no_exercise_comes_twice() {
    let blocks = session(&[("back_squat", true), ("leg_press", false)]);
    let plan = prescribe(&blocks, &[swapped("back_squat", "leg_press", true)], TODAY, &person());
    let other = ("goblet_squat", Some("leg_press"));
    assert_eq!(ids(&plan), [("leg_press", Some("back_squat")), other], "the main lift stays");
    // An accessory gives way to what the programme has chosen for another place.
    let history = [swapped("leg_press", "goblet_squat", false)];
    let blocks = session(&[("back_squat", true), ("leg_press", false), ("goblet_squat", false)]);
    let plan = prescribe(&blocks, &history, TODAY, &person());
    assert_eq!(ids(&plan), [("back_squat", None), ("leg_press", None), ("goblet_squat", None)]);
}

#[test]
fn a_place_whose_exercise_went_to_a_main_lift_keeps_what_it_got_instead() {
    let blocks = session(&[("back_squat", true), ("leg_press", false)]);
    let history = [swapped("back_squat", "leg_press", true), swapped("leg_press", "goblet_squat", false)];
    let first = prescribe(&blocks, &history[..1], TODAY, &person());
    assert_eq!(ids(&first), ids(&prescribe(&blocks, &history, TODAY, &person())));

    // There is no other exercise for the lower back, so the two change places.
    let blocks = session(&[("deadlift", true), ("back_extension", false)]);
    let plan = prescribe(&blocks, &[swapped("deadlift", "back_extension", true)], TODAY, &person());
    let expected = [("back_extension", Some("deadlift")), ("deadlift", Some("back_extension"))];
    assert_eq!(ids(&plan), expected);
}

#[test]
fn body_weight_and_bands_get_more_repetitions() {
    for (programmes, kept, low, high) in [
        ("back_squat", "air_squat", 8, 15),
        ("back_squat", "band_squat", 8, 15),
        ("back_squat", "leg_press", 3, 5),
        ("lat_pull_down", "pull_up", 5, 10),
    ] {
        let mut blocks = session(&[(programmes, true)]);
        blocks.blocks[0].range = Range::Reps { low: 3, high: 5 };
        let plan = prescribe(&blocks, &[swapped(programmes, kept, true)], TODAY, &person());
        assert_eq!(plan.blocks[0].range, Range::Reps { low, high }, "{kept}");
    }
}

#[test]
fn a_hold_that_follows_repetitions_has_seconds() {
    let mut blocks = session(&[("crunch", false)]);
    let plan = prescribe(&blocks, &[swapped("crunch", "plank", false)], TODAY, &person());
    assert_eq!(plan.blocks[0].range, Range::Seconds { low: 20, high: 60 });
    assert_eq!(plan.blocks[0].prescription.targets, [Amount::Seconds(20); 3]);
    blocks.blocks[0] = Assignment { main: false, ..assignment(find("plank"), "3 × 20-60s @2") };
    let plan = prescribe(&blocks, &[swapped("plank", "crunch", false)], TODAY, &person());
    assert_eq!(plan.blocks[0].prescription.targets, [Amount::Reps(8); 3]);
}

/// The ramps of squats, deadlifts and bench presses at these weights, done three days ago.
fn ramps(weights: [&str; 3]) -> Vec<String> {
    ramps_of(["back_squat", "deadlift", "bench_press"], weights, &person())
}

fn ramps_of(lifts: [&str; 3], weights: [&str; 3], person: &Person) -> Vec<String> {
    let blocks = session(&lifts.map(|id| (id, true)));
    let history = std::array::from_fn::<_, 3, _>(|i| {
        let exercise = find(lifts[i]);
        done(exercise, &blocks.blocks[i], &format!("3d: {} × 10 9 8", weights[i]))
    });
    let plan = prescribe(&blocks, &history, TODAY, person);
    let words = |set: &RampSet| format!("{} × {}", set.load.weight().unwrap().number(), set.reps);
    plan.blocks
        .iter()
        .map(|block| block.prescription.ramp.iter().map(words).collect::<Vec<_>>().join(", "))
        .collect()
}

#[test]
fn the_first_two_heavy_lifts_have_a_warm_up_ramp() {
    assert_eq!(ramps(["100", "120", "80"]), ["40 × 8, 60 × 5, 80 × 3", "70 × 5, 95 × 3", ""]);
    assert_eq!(ramps(["62.5", "120", "80"]), ["25 × 8, 37.5 × 5, 50 × 3", "70 × 5, 95 × 3", ""]);
    assert_eq!(ramps(["40", "29", "80"]), ["22.5 × 5, 30 × 3", "", "47.5 × 5, 62.5 × 3"]);
    assert_eq!(ramps(["30", "20", "27.5"]), ["22.5 × 3", "", ""], "nothing at or below the bar");
}

#[test]
fn a_ramp_is_of_what_a_stack_and_plates_in_pounds_can_be_loaded_with() {
    let stacks = ramps_of(["leg_press", "back_squat", "deadlift"], ["97", "100", "100"], &person());
    assert_eq!(stacks, ["35 × 8, 55 × 5, 75 × 3", "60 × 5, 80 × 3", ""]);
    let training = Training { units: Units::Lb, equipment: person().equipment, ..Training::default() };
    let pounds = Person::new(&training, &TrainingDetails::default());
    let lifts = ["back_squat", "bench_press", "deadlift"];
    let bars = ramps_of(lifts, ["185lb", "65lb", "225lb"], &pounds);
    assert_eq!(bars, ["70 × 8, 110 × 5, 145 × 3", "50 × 3", ""]);
    let light = ramps_of(lifts, ["64lb", "64lb", "225lb"], &pounds);
    assert_eq!(light, ["", "", "90 × 8, 135 × 5, 180 × 3"]);
}

#[test]
fn a_swapped_exercise_has_its_own_numbers() {
    let blocks = session(&[("bench_press", true)]);
    let bench = done(find("bench_press"), &blocks.blocks[0], "3d: 100 × 10 9 8");
    let press = done(find("chest_press"), &blocks.blocks[0], "10d: 45 × 10 9 8");
    let history = [Performance { session: "Push".to_owned(), ..press }, bench];
    let plan = prescribe(&blocks, &history, TODAY, &person());
    let swapped = plan.blocks[0].swapped(find("chest_press"), &history, TODAY, &person());
    assert_eq!(in_words(&swapped.prescription, Units::Kg), "45 kg: 11 10 9 | Same weight, one more.");
    assert_eq!(swapped.instead_of.as_ref().map(ExerciseId::as_str), Some("bench_press"));
    let back = swapped.swapped(find("bench_press"), &history, TODAY, &person());
    assert_eq!((back.exercise.as_str(), back.instead_of), ("bench_press", None));
    assert_eq!(back.prescription.load, Some(Load::Bar(kg("100"))));
}

#[test]
fn alternatives_train_the_same_and_are_possible() {
    let dumbbells = Person { equipment: BTreeSet::from([Equipment::Dumbbell]), ..person() };
    let found: Vec<&str> = alternatives(find("floor_press"), &dumbbells, &["incline_push_up"])
        .iter()
        .map(|other| other.id)
        .collect();
    assert_eq!(found, ["knee_push_up"]);
    for exercise in Exercise::ALL {
        for other in alternatives(exercise, &person(), &[]) {
            assert_eq!((other.pattern, other.primary), (exercise.pattern, exercise.primary));
            assert_ne!(other.id, exercise.id);
        }
    }
}

#[test]
fn the_next_set_may_be_offered_another_load() {
    let blocks = session(&[("bench_press", true)]);
    let plan = prescribe(&blocks, &[], TODAY, &person());
    let offered = |weight: &str, reps: u8, rir: Option<Rir>| {
        let set = LoggedSet { rir, ..set("bench_press", Load::Bar(kg(weight)), Amount::Reps(reps)) };
        next_set(&PlannedBlock { reps_in_reserve: 1, ..plan.blocks[0].clone() }, &set, &person())
    };
    assert_eq!(offered("60", 10, Some(Rir::ThreeOrMore)), Some(Load::Bar(kg("62.5"))));
    assert_eq!(offered("60", 10, Some(Rir::Two)), None);
    assert_eq!(offered("20", 10, Some(Rir::ThreeOrMore)), None, "more than 10 %");
    assert_eq!(offered("60", 7, None), Some(Load::Bar(kg("57.5"))));
    assert_eq!(offered("60", 8, Some(Rir::Zero)), None, "one less than planned");
    assert_eq!(offered("20", 7, None), None, "nothing lighter");

    let hard = LoggedSet { rir: Some(Rir::Zero), ..set("bench_press", Load::Bar(kg("60")), Amount::Reps(8)) };
    assert_eq!(
        next_set(&plan.blocks[0], &hard, &person()),
        Some(Load::Bar(kg("57.5"))),
        "two fewer than planned"
    );
    let accessory = PlannedBlock { main: false, ..plan.blocks[0].clone() };
    assert_eq!(next_set(&accessory, &hard, &person()), None);
}

#[test]
fn the_buttons_step_to_what_can_be_loaded() {
    let (swing, typed) = (find("kettlebell_swing"), Load::PerHand(kg("25")));
    assert_eq!(harder(swing, typed, &person()), Some(Load::PerHand(kg("28"))));
    assert_eq!(easier(swing, typed, &person()), Some(Load::PerHand(kg("24"))));
}

#[test]
fn a_reason_of_a_newer_version_is_left_out() {
    let stored = concat!(
        r#"{"load":{"bar":"60 kg"},"targets":[{"reps":8}],"reason":{"moon":{"phase":3}},"offer":"tea","#,
        r#""colour":"red"}"#
    );
    let read: Prescription = serde_json::from_str(stored).unwrap();
    assert_eq!((read.reason, read.offer, read.load), (None, None, Some(Load::Bar(kg("60")))));
    let known = r#"{"targets":[{"reps":8}],"reason":"heaviest"}"#;
    assert_eq!(serde_json::from_str::<Prescription>(known).unwrap().reason, Some(Reason::Heaviest));
}

#[test]
fn the_stored_text_of_a_plan_stays_what_it_is() {
    let mut plan = prescribe(&session(&[("back_squat", true)]), &[], TODAY, &person());
    plan.blocks[0].prescription.ramp = vec![RampSet { load: Load::Bar(kg("40")), reps: 8 }];
    let stored = concat!(
        r#"{"name":"Full body A","ordinal":7,"minutes":11,"warm_up":["march"],"blocks":[{"exercise":"back_squat","#,
        r#""main":true,"range":{"reps":{"low":8,"high":12}},"reps_in_reserve":2,"rest_seconds":120,"#,
        r#""prescription":{"load":{"bar":"20 kg"},"targets":[{"reps":8},{"reps":8},{"reps":8}],"#,
        r#""reason":{"first":{"start":"empty_bar","amount":{"reps":12}}},"#,
        r#""ramp":[{"load":{"bar":"40 kg"},"reps":8}]}}]}"#
    );
    assert_eq!(serde_json::to_string(&plan).unwrap(), stored);
    assert_eq!(serde_json::from_str::<Plan>(stored).unwrap(), plan);
}

#[test]
fn a_change_of_unit_is_kept_to_be_told() {
    let pounds = Person { gear: Gear::usual(Units::Lb), ..person() };
    let assignment = assignment(find("bench_press"), "3 × 8-12 @2");
    let of = |text| {
        let history = [done(assignment.exercise, &assignment, text)];
        prescribe_exercise(&assignment, &history, TODAY, &pounds).converted_from
    };
    assert_eq!(of("3d: 60 × 10 9 8"), Some(Load::Bar(kg("60"))));
    assert_eq!(of("30d: 60 × 10 9 8"), Some(Load::Bar(kg("60"))));
    assert_eq!(of("3d: 135lb × 10 9 8"), None);
}
