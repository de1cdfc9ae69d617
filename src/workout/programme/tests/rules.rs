//! Single rules, by example.

use super::*;
use crate::workout::training::Preset;

fn gym(goal: Goal, level: Level, days_per_week: u8, session_minutes: u8) -> Training {
    let equipment = Preset::ALL[0].equipment.iter().copied().collect();
    let rest_mode = RestMode::Auto;
    Training { goal, level, days_per_week, session_minutes, equipment, rest_mode, ..Training::default() }
}

fn with(equipment: &[Equipment], training: Training) -> Training {
    Training { equipment: equipment.iter().copied().collect(), ..training }
}

fn names(training: &Training, count: u32) -> Vec<&'static str> {
    (0..count).map(|ordinal| programme(training, ordinal).name).collect()
}

#[test]
fn sessions_follow_one_another_by_days_per_week() {
    let names = |days, goal, count| names(&gym(goal, Level::Intermediate, days, 45), count);
    for days in 1..=3 {
        let expected = ["Full body A", "Full body B", "Full body C", "Full body A"];
        assert_eq!(names(days, Goal::Strength, 4), expected);
    }
    let four = ["Upper body A", "Lower body A", "Upper body B", "Lower body B", "Upper body A"];
    assert_eq!(names(4, Goal::Muscle, 5), four);
    let five = ["Upper body A", "Lower body A", "Push day", "Pull day", "Leg day", "Upper body A"];
    assert_eq!(names(5, Goal::Muscle, 6), five);
    let mut six =
        vec!["Push day A", "Pull day A", "Leg day A", "Push day B", "Pull day B", "Leg day B", "Push day A"];
    assert_eq!(names(6, Goal::FatLoss, 7), six);
    six.insert(6, "Easy day");
    assert_eq!(names(7, Goal::FatLoss, 8), six);
    let flows = ["Mobility flow A", "Mobility flow B", "Mobility flow C", "Mobility flow A"];
    assert_eq!(names(5, Goal::Mobility, 4), flows);
}

/// Sets, range, reserve and rest of the first main lift and of the first accessory.
fn numbers(goal: Goal, level: Level) -> [(u8, Range, u8, u16); 2] {
    let blocks = programme(&gym(goal, level, 3, 60), 0).blocks;
    let weighted = |b: &&Assignment| b.exercise.load != LoadKind::Body && b.exercise.pattern != Pattern::Core;
    [true, false].map(|main| {
        let block = blocks.iter().filter(weighted).find(|block| block.main == main).unwrap();
        (block.sets, block.range, block.reps_in_reserve, block.rest_seconds)
    })
}

#[test]
fn numbers_follow_goal_and_level() {
    use Goal::*;
    use Level::*;
    let reps = |low, high| Range::Reps { low, high };
    for (goal, level, main, accessory) in [
        (Strength, Beginner, (3, reps(5, 8), 3, 150), (2, reps(8, 12), 3, 90)),
        (Strength, Intermediate, (4, reps(4, 6), 2, 180), (3, reps(8, 10), 2, 90)),
        (Strength, Advanced, (5, reps(3, 5), 2, 210), (3, reps(6, 10), 2, 120)),
        (Muscle, Beginner, (3, reps(8, 12), 3, 120), (2, reps(10, 15), 2, 75)),
        (Muscle, Intermediate, (3, reps(8, 12), 2, 120), (3, reps(10, 15), 2, 75)),
        (Muscle, Advanced, (4, reps(6, 10), 1, 150), (3, reps(10, 15), 1, 90)),
        (Endurance, Beginner, (2, reps(12, 15), 3, 60), (2, reps(12, 15), 3, 60)),
        (Endurance, Intermediate, (3, reps(15, 20), 2, 45), (3, reps(15, 20), 2, 45)),
        (Endurance, Advanced, (3, reps(15, 25), 2, 45), (3, reps(15, 25), 2, 45)),
        (FatLoss, Beginner, (2, reps(10, 15), 3, 60), (2, reps(10, 15), 3, 60)),
        (FatLoss, Intermediate, (3, reps(10, 15), 2, 60), (3, reps(10, 15), 2, 60)),
        (FatLoss, Advanced, (3, reps(8, 12), 2, 75), (3, reps(8, 12), 2, 75)),
    ] {
        let [(sets, range, reserve, rest), (more, other_range, other_reserve, other_rest)] =
            numbers(goal, level);
        assert_eq!((range, reserve, rest), (main.1, main.2, main.3), "{goal:?} {level:?}");
        assert_eq!(
            (other_range, other_reserve, other_rest),
            (accessory.1, accessory.2, accessory.3),
            "{goal:?} {level:?}"
        );
        // Spare time may have added some.
        assert!((main.0..=5).contains(&sets) && (accessory.0..=5).contains(&more), "{goal:?} {level:?}");
    }
}

#[test]
fn a_fixed_rest_holds_for_every_set_but_not_between_stretches() {
    let training = Training {
        rest_mode: RestMode::Fixed,
        rest_seconds: 200,
        ..gym(Goal::Strength, Level::Beginner, 3, 120)
    };
    for block in programme(&training, 0).blocks {
        let expected = if block.exercise.pattern == Pattern::Mobility { 15 } else { 200 };
        assert_eq!(block.rest_seconds, expected, "{}", block.exercise.id);
    }
}

#[test]
fn body_weight_gets_longer_sets_and_pull_ups_shorter_ones() {
    let bare = with(&[], gym(Goal::Strength, Level::Beginner, 3, 45));
    let first = programme(&bare, 0).blocks[0];
    assert_eq!((first.exercise.id, first.range), ("air_squat", Range::Reps { low: 8, high: 15 }));
    let bar = with(&[Equipment::PullUpBar], gym(Goal::Muscle, Level::Intermediate, 6, 60));
    let first = programme(&bar, 1).blocks[0];
    assert_eq!((first.exercise.id, first.range), ("pull_up", Range::Reps { low: 5, high: 10 }));
}

#[test]
fn strength_comes_from_the_bar_first() {
    let training = gym(Goal::Strength, Level::Intermediate, 3, 60);
    let lifts: Vec<_> = (0..3).flat_map(|ordinal| main_lifts(&training, ordinal).1).collect();
    let expected = ["back_squat", "bench_press", "deadlift", "overhead_press", "box_squat", "barbell_row"];
    assert_eq!(lifts, expected);
}

#[test]
fn beginners_practise_one_lift_per_movement() {
    let squats = |level| {
        let training = gym(Goal::Strength, level, 3, 45);
        [0, 2].map(|ordinal| main_lifts(&training, ordinal).1[0])
    };
    assert_eq!(squats(Level::Beginner), ["goblet_squat", "goblet_squat"]);
    assert_eq!(squats(Level::Advanced), ["back_squat", "front_squat"]);
    // Without weights an easier variation is no second lift.
    let bare = with(&[], gym(Goal::Muscle, Level::Intermediate, 3, 45));
    assert_eq!(main_lifts(&bare, 0).1[0], "air_squat");
    assert_eq!(main_lifts(&bare, 2).1[0], "air_squat");
}

#[test]
fn short_barbell_free_circuits_are_for_the_goals_with_short_rests() {
    for goal in [Goal::Endurance, Goal::FatLoss] {
        let training = gym(goal, Level::Intermediate, 3, 45);
        let blocks = programme(&training, 0).blocks;
        assert!(blocks.iter().all(|b| !b.main || b.exercise.load != LoadKind::Bar), "{goal:?}");
        let breath = blocks.iter().find(|b| b.exercise.pattern == Pattern::Conditioning).unwrap();
        assert_eq!(breath.rest_seconds, 30);
        assert!(breath.sets >= 3);
    }
    for goal in [Goal::Strength, Goal::Muscle, Goal::Mobility] {
        let blocks = programme(&gym(goal, Level::Intermediate, 3, 120), 0).blocks;
        assert!(blocks.iter().all(|b| b.exercise.pattern != Pattern::Conditioning), "{goal:?}");
    }
}

#[test]
fn intervals_leave_time_for_the_main_lifts() {
    let training = Training {
        rest_mode: RestMode::Fixed,
        rest_seconds: 77,
        ..with(&[Equipment::Dumbbell, Equipment::Machine], gym(Goal::Endurance, Level::Advanced, 1, 21))
    };
    // Whichever intervals this block of weeks has.
    for ordinal in (2..100).step_by(3) {
        let expected = ("Full body C", vec!["hack_squat", "dumbbell_row"]);
        assert_eq!(main_lifts(&training, ordinal), expected, "{ordinal}");
    }
}

#[test]
fn intervals_with_weights_are_about_as_long_as_the_others() {
    let training = with(&[Equipment::Dumbbell], gym(Goal::Endurance, Level::Advanced, 3, 60));
    let blocks = (0..300).flat_map(|ordinal| programme(&training, ordinal).blocks);
    let ranges: BTreeSet<_> = blocks
        .filter(|block| block.exercise.pattern == Pattern::Conditioning)
        .map(|block| format!("{} {:?}", block.exercise.timed, block.range))
        .collect();
    let expected = ["false Reps { low: 8, high: 10 }", "true Seconds { low: 30, high: 30 }"];
    assert_eq!(ranges, expected.map(str::to_owned).into());
}

#[test]
fn spare_time_goes_to_the_chest_when_it_has_least() {
    // Four sessions of 53 minutes leave the chest with 6 sets by the template alone.
    let training = gym(Goal::Muscle, Level::Intermediate, 4, 53);
    let added = Remark::Added { muscle: Muscle::Chest, half_sets: 12 };
    assert!(programme(&training, 0).remarks.contains(&added));
    let volume = volume(&training, 0);
    let sets = [Muscle::Quads, Muscle::Back, Muscle::Chest].map(|muscle| volume.of(muscle) / 2);
    assert_eq!(sets, [15, 12, 8]);
}

#[test]
fn more_time_is_more_work() {
    let sessions = [20, 45, 90].map(|minutes| programme(&gym(Goal::Muscle, Level::Beginner, 3, minutes), 0));
    for pair in sessions.windows(2) {
        assert!(pair[0].warm_up.len() < pair[1].warm_up.len(), "{pair:?}");
        assert!(pair[0].planned_sets() < pair[1].planned_sets(), "{pair:?}");
    }
}

#[test]
fn a_short_session_still_has_both_main_lifts() {
    let training = Training { session_minutes: 15, ..Training::default() };
    assert_eq!(main_lifts(&training, 0).1.len(), 2);
}

#[test]
fn main_lifts_come_first_and_stretches_last() {
    for ordinal in 0..6 {
        let blocks = programme(&gym(Goal::FatLoss, Level::Advanced, 6, 120), ordinal).blocks;
        let part = |block: &Assignment| match block.exercise.pattern {
            Pattern::Conditioning => 2,
            Pattern::Mobility => 3,
            _ if block.main => 0,
            _ => 1,
        };
        assert!(blocks.is_sorted_by_key(part), "{blocks:?}");
    }
}

#[test]
fn accessories_change_with_a_block_and_the_session_says_so() {
    let training = gym(Goal::Muscle, Level::Intermediate, 3, 60);
    let accessories = |ordinal| {
        let blocks = programme(&training, ordinal).blocks;
        blocks.iter().filter(|block| !block.main).map(|block| block.exercise.id).collect::<Vec<_>>()
    };
    assert_eq!(accessories(0), accessories(15));
    assert_ne!(accessories(0), accessories(18));
    let said = |ordinal| programme(&training, ordinal).remarks.contains(&Remark::NewBlock);
    let told: Vec<_> = (0..40).filter(|ordinal| said(*ordinal)).collect();
    assert_eq!(told, [18, 19, 20, 36, 37, 38]);
}

#[test]
fn what_cannot_be_trained_is_said_with_what_would_help() {
    let bare = with(&[], gym(Goal::Muscle, Level::Beginner, 4, 60));
    let missing = Remark::NoExercise { muscle: Muscle::Biceps, tick: Equipment::Dumbbell };
    assert!(programme(&bare, 0).remarks.contains(&missing));
    let dumbbells = with(&[Equipment::Dumbbell], bare);
    assert!(!programme(&dumbbells, 0).remarks.contains(&missing));
}

#[test]
fn an_easy_day_is_short_and_gentle() {
    let easy = programme(&gym(Goal::Strength, Level::Advanced, 7, 90), 6);
    assert_eq!(easy.name, "Easy day");
    assert!((20..=30).contains(&easy.minutes), "{}", easy.minutes);
    assert!(easy.blocks.iter().all(|block| block.exercise.pattern == Pattern::Mobility));
    assert!(easy.remarks.contains(&Remark::EasyDay));
}

#[test]
fn mobility_is_mostly_mobility() {
    let blocks = programme(&gym(Goal::Mobility, Level::Beginner, 3, 45), 0).blocks;
    let stretches = blocks.iter().filter(|block| block.exercise.pattern == Pattern::Mobility).count();
    assert!(2 * stretches > blocks.len());
    let held = |level| {
        let blocks = programme(&gym(Goal::Mobility, level, 3, 45), 0).blocks;
        let stretch =
            blocks.into_iter().find(|b| b.exercise.pattern == Pattern::Mobility && b.exercise.timed);
        stretch.map(|block| (block.sets, block.range)).unwrap()
    };
    assert_eq!(held(Level::Beginner), (2, Range::Seconds { low: 30, high: 30 }));
    assert_eq!(held(Level::Intermediate), (2, Range::Seconds { low: 45, high: 45 }));
    assert_eq!(held(Level::Advanced), (3, Range::Seconds { low: 45, high: 45 }));
}

#[test]
fn the_reason_for_a_short_session_is_the_rest_or_that_it_is_enough() {
    let quarter = with(&[], gym(Goal::Strength, Level::Advanced, 6, 15));
    assert!(programme(&quarter, 1).remarks.contains(&Remark::LongRest { rest_seconds: 210 }));
    // Two hours on six days are more than the muscles can use.
    let tireless = Training {
        rest_mode: RestMode::Fixed,
        rest_seconds: 15,
        ..gym(Goal::Muscle, Level::Advanced, 6, 120)
    };
    for ordinal in 0..6 {
        assert!(programme(&tireless, ordinal).remarks.contains(&Remark::Enough));
    }
}

#[test]
fn only_those_who_lose_fat_are_told_about_food() {
    for goal in Goal::ALL {
        let told = programme(&gym(*goal, Level::Beginner, 3, 45), 0).remarks.contains(&Remark::FoodDecides);
        assert_eq!(told, *goal == Goal::FatLoss, "{goal:?}");
    }
}
