use std::cmp::Ordering;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::workout::plates::per_side;
use crate::workout::steps::Steps;

const NUMBERS: &str = "3 × 8-12 @2";

/// Exercises of every kind whose load is a weight, each with a load that somebody might have typed.
fn any_load() -> impl Strategy<Value = (&'static str, Load)> {
    (
        select(vec!["bench_press", "back_squat", "dumbbell_press", "kettlebell_swing", "leg_press"]),
        100_i64..25_000,
        select(Units::ALL),
    )
        .prop_map(|(id, hundredths, unit)| {
            let weight = Weight::clamped(hundredths, unit);
            let load = match find(id).load {
                LoadKind::Bar => Load::Bar(weight),
                LoadKind::Stack => Load::Stack(weight),
                LoadKind::PerHand | LoadKind::Kettlebell => Load::PerHand(weight),
                LoadKind::Body | LoadKind::Band | LoadKind::Assisted | LoadKind::AssistedBand => Load::Body,
            };
            (id, load)
        })
}

fn history(id: &str, load: Load, workouts: &[[u16; 3]]) -> Vec<Performance> {
    let exercise = find(id);
    let numbers = assignment(exercise, NUMBERS);
    let workouts = workouts.iter().zip((1..=workouts.len()).rev()).map(|(reps, ago)| {
        let mut performance = done(exercise, &numbers, &format!("{ago}d: body ×"));
        performance.sets = reps.iter().map(|reps| one(exercise, load, *reps)).collect();
        performance
    });
    workouts.collect()
}

fn any_workouts() -> impl Strategy<Value = Vec<[u16; 3]>> {
    prop::collection::vec(prop::array::uniform3(4_u16..20), 1..5)
}

fn prescribed(id: &str, history: &[Performance], person: &Person) -> Prescription {
    prescribe_exercise(&assignment(find(id), NUMBERS), history, TODAY, person)
}

/// Whether a weight is on the ladder of its kind.
fn is_loadable(id: &str, weight: Weight, person: &Person) -> bool {
    let unit = person.gear.units();
    let steps = match find(id).load {
        LoadKind::Bar => return per_side(weight, &person.gear).is_some(),
        LoadKind::Kettlebell => Steps::kettlebell(unit),
        LoadKind::Stack => Steps::stack(unit),
        LoadKind::PerHand | LoadKind::Body | LoadKind::Band | LoadKind::Assisted | LoadKind::AssistedBand => {
            Steps::dumbbell(unit)
        }
    };
    steps.at_most(weight.exact()) == Some(weight)
}

proptest! {
    #![proptest_config(crate::workout::cases(600))]

    #[test]
    fn a_load_grows_by_10_percent_at_most_unless_it_was_earned(
        (id, load) in any_load(), workouts in any_workouts(),
    ) {
        let person = person();
        let found = prescribed(id, &history(id, load, &workouts), &person);
        let (before, after) = (load.weight().unwrap().exact(), found.load.unwrap().weight().unwrap().exact());
        let least = workouts.last().unwrap().iter().min().unwrap();
        // Earned means every set at the top, and that Epley's formula, or six beyond, says 8 are in reach.
        prop_assert!(10 * after <= 11 * before || *least >= 12, "{load:?} -> {found:?}");
        let in_reach = i64::from(30 + *least) * before >= 38 * after || *least >= 18;
        prop_assert!(after <= before || 10 * after <= 11 * before || in_reach, "{load:?} -> {found:?}");
    }

    #[test]
    fn every_suggestion_can_be_loaded_or_was_lifted(
        (id, load) in any_load(), workouts in any_workouts(), plate in select(vec!["0.5", "1.25", "2.5"]),
    ) {
        let person = Person { gear: Gear::new(Units::Kg, None, Some(kg(plate))), ..person() };
        let found = prescribed(id, &history(id, load, &workouts), &person).load.unwrap().weight().unwrap();
        prop_assert_eq!(found.unit(), Units::Kg);
        let lifted = load.weight().unwrap();
        // Less than the lightest there is stays as it was, in the present unit.
        let is_tiny = Load::compare(load, Load::Bar(lifted)).is_some() && lifted.exact() < person.gear.bar().exact()
            || lifted.exact() < kg("5").exact();
        prop_assert!(is_loadable(id, found, &person) || found == lifted || is_tiny, "{lifted} -> {found}");
    }

    #[test]
    fn more_repetitions_never_lead_to_less_load(
        (id, load) in any_load(), workouts in any_workouts(), set in 0..3_usize,
    ) {
        let person = person();
        let before = prescribed(id, &history(id, load, &workouts), &person).load.unwrap();
        let mut better = workouts.clone();
        better.last_mut().unwrap()[set] += 1;
        let after = prescribed(id, &history(id, load, &better), &person).load.unwrap();
        prop_assert_ne!(after.compare(before), Some(Ordering::Less), "{:?} -> {:?}", before, after);
    }

    #[test]
    fn a_longer_break_never_leads_to_more_load(
        (id, load) in any_load(), workouts in any_workouts(), days in 0_i64..170, more in 0_i64..60,
    ) {
        let (person, numbers) = (person(), assignment(find(id), NUMBERS));
        let history = history(id, load, &workouts);
        let on = |days| prescribe_exercise(&numbers, &history, TODAY + Duration::days(days), &person);
        let (sooner, later) = (on(days), on(days + more));
        // Without the break there was a reason to go back; after it there is a fresh start.
        let backed_off = matches!(sooner.reason, Some(Reason::BackOff { .. }));
        // After half a year there is no load, or the empty bar.
        if let (Some(sooner), Some(later)) = (sooner.load, later.load) && days + more < 179 && !backed_off {
            prop_assert_ne!(later.compare(sooner), Some(Ordering::Greater), "{:?} -> {:?}", sooner, later);
        }
    }

    #[test]
    fn targets_are_as_many_as_sets_and_worth_doing(
        (id, load) in any_load(), workouts in any_workouts(), days in 0_i64..400,
    ) {
        let numbers = assignment(find(id), NUMBERS);
        let history = history(id, load, &workouts);
        let found = prescribe_exercise(&numbers, &history, TODAY + Duration::days(days), &person());
        prop_assert_eq!(found.targets.len(), 3);
        prop_assert!(found.targets.iter().all(|target| (8..=18).contains(&target.counted())), "{found:?}");
        prop_assert!(found.reason.is_some());
    }

    #[test]
    fn no_history_makes_it_panic(
        reps in prop::collection::vec(0_u16..=100, 0..8), planned in 0_u8..=6, low in 1_u8..30, width in 0_u8..10,
        sets in 1_u8..=6, hundredths in 0_i64..=220_000, unit in select(Units::ALL), days in -400_i64..40_000,
        body_weight in prop::option::of(0_i64..20_000),
    ) {
        let weight = Weight::clamped(hundredths, unit);
        let body_weight = body_weight.map(|hundredths| Weight::clamped(hundredths, unit));
        for unit in Units::ALL {
            let person = Person { gear: Gear::usual(*unit), body_weight, ..person() };
            for (id, load) in [
                ("bench_press", Load::Bar(weight)),
                ("kettlebell_swing", Load::PerHand(weight)),
                ("assisted_pull_up", Load::Assisted(weight)),
                ("pull_up", Load::Added(weight)),
                ("push_up", Load::Body),
                ("band_row", Load::Band(Tone::Heavy)),
                ("band_assisted_pull_up", Load::AssistedBand(Tone::Heavy)),
            ] {
                let numbers = Assignment {
                    sets,
                    range: Range::Reps { low, high: low + width },
                    ..assignment(find(id), NUMBERS)
                };
                let mut performance = done(find(id), &numbers, "1d: body ×");
                performance.planned = planned;
                performance.sets = reps.iter().map(|reps| one(find(id), load, *reps)).collect();
                let day = TODAY.saturating_add(Duration::days(days));
                let found = prescribe_exercise(&numbers, &[performance], day, &person);
                prop_assert!(found.targets.len() >= usize::from(sets));
                prop_assert!(found.reason.unwrap().sentence(*unit).ends_with('.'));
                let stored = serde_json::to_string(&found).unwrap();
                prop_assert_eq!(serde_json::from_str::<Prescription>(&stored).unwrap(), found);
            }
        }
    }
}
