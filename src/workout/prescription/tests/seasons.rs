//! Many workouts in a row, from the programme to the history and back.

use std::collections::BTreeMap;

use time::macros::time;

use super::*;
use crate::workout::document::{Change, Operation, OperationId, Outcome, Slot, Workout, WorkoutId, Zone};
use crate::workout::load::SetKind;
use crate::workout::programme::programme;
use crate::workout::training::{Goal, Level, TrainingDetails};

/// What a person takes who has to find the load.
fn found(exercise: &Exercise) -> Load {
    match exercise.load {
        LoadKind::Body => Load::Body,
        LoadKind::Bar => Load::Bar(kg("20")),
        LoadKind::PerHand => Load::PerHand(kg("30")),
        LoadKind::Kettlebell => Load::PerHand(kg("16")),
        LoadKind::Stack => Load::Stack(kg("30")),
        LoadKind::Band => Load::Band(Tone::Light),
        LoadKind::Assisted => Load::Assisted(kg("30")),
        LoadKind::AssistedBand => Load::AssistedBand(Tone::Heavy),
    }
}

/// Does what the plan says, set by set.
fn done_as_planned(plan: Plan, day: Date) -> Workout {
    let start = day.with_time(time!(18:00)).assume_utc();
    let mut workout = Workout::open(WorkoutId::from_bytes([1; 16]), plan, Zone::utc(), start, start).unwrap();
    let mut changes = Vec::new();
    for (block, planned) in workout.blocks() {
        let exercise = planned.exercise.exercise().unwrap();
        let load = planned.prescription.load.unwrap_or_else(|| found(exercise));
        for (target, number) in planned.prescription.targets.iter().zip(1..) {
            let set = LoggedSet { logged_at: start, ..set(exercise.id, load, *target) };
            changes.push(Change::Log(Slot::new(block, SetKind::Work, number).unwrap(), set));
        }
    }
    changes.push(Change::Finish { at: start + Duration::minutes(45) });
    for (change, id) in changes.into_iter().zip(0_u128..) {
        let operation = Operation { id: OperationId::from_bytes(id.to_be_bytes()), change };
        assert_eq!(workout.apply(operation, start + Duration::HOUR), Outcome::Applied);
    }
    assert!(workout.counts());
    workout
}

#[test]
fn a_season_of_training_as_planned_keeps_its_main_lifts_and_gets_harder() {
    let gym: BTreeSet<Equipment> = Equipment::ALL.iter().copied().collect();
    for goal in Goal::ALL {
        for level in Level::ALL {
            for equipment in [gym.clone(), BTreeSet::new(), BTreeSet::from([Equipment::Dumbbell])] {
                let training = Training {
                    goal: *goal,
                    level: *level,
                    equipment,
                    days_per_week: 4,
                    ..Training::default()
                };
                season(&training);
            }
        }
    }
}

fn season(training: &Training) {
    let person = Person::new(training, &TrainingDetails::default());
    let mut history: Vec<Performance> = Vec::new();
    // By session and movement: the main lift, and its load in the last plan.
    let mut mains: BTreeMap<(String, String), (ExerciseId, Load)> = BTreeMap::new();
    let mut harder = 0;
    for ordinal in 0..80 {
        let day = TODAY + Duration::days(2 * i64::from(ordinal));
        let session = programme(training, ordinal);
        let plan = prescribe(&session, &history, day, &person);
        assert_eq!(plan.blocks.len(), session.blocks.len());
        for planned in plan.blocks.iter().filter(|planned| planned.main) {
            let exercise = planned.exercise.exercise().unwrap();
            let place = (plan.name.clone(), format!("{:?}", exercise.pattern));
            let load = planned.prescription.load.unwrap_or_else(|| found(exercise));
            if let Some((before, lighter)) = mains.insert(place, (planned.exercise.clone(), load)) {
                assert_eq!(before, planned.exercise, "{training:?} {ordinal}");
                let order = load.compare(lighter).unwrap();
                assert!(order.is_ge(), "{training:?} {ordinal}: {lighter:?} -> {load:?}");
                harder += u32::from(order.is_gt());
            }
        }
        history.extend(done_as_planned(plan, day).performances());
    }
    let has_loads = mains.values().any(|(_, load)| *load != Load::Body);
    assert!(!has_loads || harder > 0, "{training:?}");
}
