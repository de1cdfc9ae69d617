//! Two devices with queues of their own, and a network that delays, repeats and mixes.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// A change in a slot of its own block, for one device.
fn any_change(block: u8) -> impl Strategy<Value = Change> {
    let place = (1..=4_u8).prop_map(move |set| Slot::new(super::block(block), SetKind::Work, set).unwrap());
    prop_oneof![
        6 => (place.clone(), 0..=100_u8, 0..7200_i64).prop_map(|(slot, reps, ago)| {
            let logged_at = NOW - Duration::seconds(ago);
            Change::Log(slot, LoggedSet { logged_at, ..bar("back_squat", reps) })
        }),
        2 => place.prop_map(Change::Clear),
        1 => select(vec![None, Some(Why::Busy), Some(Why::Pain)])
            .prop_map(move |why| Change::Skip(super::block(block), why)),
        1 => select(vec!["leg_press", "back_squat"]).prop_map(move |id| {
            Change::Swap(super::block(block), ExerciseId::parse(id).unwrap(), Term::Today)
        }),
        1 => Just(Change::AddSet(super::block(block))),
    ]
}

/// A queue of one device, which works on one block. It may end by finishing, after a set that stays.
fn any_queue(block: u8) -> impl Strategy<Value = Vec<Operation>> {
    (prop::collection::vec(any_change(block), 0..12), any::<bool>()).prop_map(move |(mut changes, ends)| {
        if ends {
            changes.push(log(&format!("b{block}s5")));
            changes.push(finish());
        }
        let ids = (1..).map(|n| u32::from(block) * 1_000 + n);
        ids.zip(changes).map(|(id, change)| operation(id, change)).collect()
    })
}

/// Both queues in their own order, mixed as the choices say. Before each operation, one that was sent already
/// may be sent again.
fn mixed(one: &[Operation], two: &[Operation], choices: &[(bool, Option<usize>)]) -> Vec<Operation> {
    let (mut one, mut two) = (one.iter(), two.iter());
    let mut sent: Vec<Operation> = Vec::new();
    for (first, again) in choices.iter().cycle() {
        let next = if *first { one.next().or_else(|| two.next()) } else { two.next().or_else(|| one.next()) };
        let Some(next) = next else { break };
        if let Some(again) = again.filter(|_| !sent.is_empty()) {
            sent.push(sent[again % sent.len()].clone());
        }
        sent.push(next.clone());
    }
    sent
}

fn any_choices() -> impl Strategy<Value = Vec<(bool, Option<usize>)>> {
    prop::collection::vec((any::<bool>(), prop::option::of(0..100_usize)), 1..30)
}

proptest! {
    #[test]
    fn any_order_of_two_queues_with_any_duplicates_gives_the_same_workout(
        one in any_queue(1), two in any_queue(2), choices in any_choices(), others in any_choices(),
    ) {
        let run = |choices: &[(bool, Option<usize>)]| {
            let mut workout = workout();
            for operation in mixed(&one, &two, choices) {
                let outcome = workout.apply(operation, NOW);
                prop_assert!(matches!(outcome, Outcome::Applied | Outcome::Duplicate), "{outcome:?}");
            }
            Ok(workout)
        };
        let (found, other) = (run(&choices)?, run(&others)?);
        prop_assert_eq!(found.applied.len(), one.len() + two.len());
        prop_assert_eq!(found, other);
    }

    #[test]
    fn nothing_logged_disappears_by_itself(one in any_queue(1), two in any_queue(2), choices in any_choices()) {
        let mut workout = workout();
        let mut expected: BTreeMap<Slot, Amount> = BTreeMap::new();
        for operation in mixed(&one, &two, &choices) {
            let before = workout.has_applied(operation.id);
            match &operation.change {
                _ if before => {}
                Change::Log(slot, set) => { expected.insert(*slot, set.amount); }
                Change::Clear(slot) => { expected.remove(slot); }
                Change::Skip(..) | Change::Swap(..) | Change::AddSet(_) | Change::Finish { .. } => {}
            }
            workout.apply(operation, NOW);
            let found: BTreeMap<Slot, Amount> =
                workout.sets().iter().map(|(slot, set)| (*slot, set.amount)).collect();
            prop_assert_eq!(&found, &expected);
        }
    }

    #[test]
    fn a_workout_is_read_back_as_it_was_written_and_its_length_is_known(
        one in any_queue(1), two in any_queue(2), choices in any_choices(), note in "[\"\\\\a-zäß💪 ]{0,200}",
    ) {
        let mut workout = workout();
        for operation in mixed(&one, &two, &choices) {
            workout.apply(operation, NOW);
        }
        let note = Note::parse(&note).unwrap();
        apply_all(&mut workout, [Change::Log(slot("b2w1"), LoggedSet { note, ..bar("back_squat", 8) })]);
        let stored = serde_json::to_string(&workout).unwrap();
        prop_assert!(stored.len() <= workout.most_bytes(), "{} > {}", stored.len(), workout.most_bytes());
        prop_assert_eq!(serde_json::from_str::<Workout>(&stored).unwrap(), workout);
    }
}

#[test]
fn the_longest_blocks_and_sets_are_within_the_known_length() {
    let longest = Exercise::ALL.iter().max_by_key(|exercise| exercise.id.len()).unwrap();
    let mut plan = plan(&[longest.id; 50]);
    let load = Load::AssistedBand(crate::workout::load::Tone::ExtraHeavy);
    for planned in &mut plan.blocks {
        planned.instead_of = Some(planned.exercise.clone());
        planned.range = Range::Seconds { low: 3_599, high: 3_600 };
        planned.prescription = Prescription {
            load: Some(load),
            targets: vec![Amount::Seconds(3_600); 4],
            extra_sets: 3,
            reason: Some(Reason::UpTwo {
                sets: 20,
                above: Amount::Seconds(3_600),
                from: load,
                to: load,
                low: Amount::Seconds(3_599),
            }),
            offer: Some(crate::workout::prescription::Offer::Easier(planned.exercise.clone())),
            ramp: Vec::new(),
            converted_from: Some(load),
        };
    }
    let bare = Workout::open(
        WorkoutId::from_bytes([255; 16]),
        Plan { blocks: Vec::new(), ..plan.clone() },
        Zone::parse(&"Z".repeat(64)).unwrap(),
        START,
        START,
    );
    let bare = bare.unwrap();
    assert!(serde_json::to_string(&bare).unwrap().len() <= bare.most_bytes());

    let mut full = opened(plan);
    for number in 1..=50 {
        let exercise = ExerciseId::from(longest);
        apply_all(
            &mut full,
            [
                Change::Swap(block(number), ExerciseId::parse("back_squat").unwrap(), Term::ForGood),
                Change::Skip(block(number), Some(Why::Other)),
                Change::AddSet(block(number)),
            ],
        );
        assert_ne!(full.exercise(block(number)), Some(&exercise));
    }
    assert!(serde_json::to_string(&full).unwrap().len() <= full.most_bytes());
}
