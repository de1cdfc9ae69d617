use std::collections::BTreeSet;

use super::*;

/// Every id that has been published; results stored under one must find their exercise for ever. Only ever
/// grows.
const PUBLISHED: &str = include_str!("ids.txt");

/// What each exercise needs and trains, in one line each: easier to judge than the sources.
const TABLE: &str = include_str!("table.txt");

#[test]
fn ids_and_names_are_unique() {
    let ids: BTreeSet<_> = EXERCISES.iter().map(|e| e.id).collect();
    let names: BTreeSet<_> = EXERCISES.iter().map(|e| e.name).collect();
    assert_eq!((ids.len(), names.len()), (184, 184));
}

#[test]
fn published_ids_never_vanish() {
    let published: BTreeSet<_> = PUBLISHED.split_whitespace().collect();
    assert_eq!(published.len(), 184);
    for id in &published {
        assert!(Exercise::find(id).is_some(), "{id} is gone");
    }
    for exercise in &EXERCISES {
        assert!(published.contains(exercise.id), "{} is missing in ids.txt", exercise.id);
    }
}

/// A slip in the sources shows here as a line that nobody meant to change.
#[test]
fn the_table_says_what_each_exercise_needs_and_trains() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/workout/catalogue/table.txt");
    let lines: String = EXERCISES.iter().map(line).collect();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, lines).unwrap();
        return;
    }
    let changed: Vec<_> = lines.lines().filter(|line| !TABLE.lines().any(|other| other == *line)).collect();
    assert!(lines == TABLE, "UPDATE_DOCS=1 cargo test -p domain, if this is meant:\n{}", changed.join("\n"));
}

/// `Squat back_squat: Intermediate, Bar, Barbell + Rack; Quads + Glutes/2 + LowerBack/2; Main`
fn line(exercise: &Exercise) -> String {
    let Exercise { id, pattern, level, load, primary, role, .. } = exercise;
    let needs: Vec<_> = exercise.needs.iter().map(|piece| format!("{piece:?}")).collect();
    let needs = if needs.is_empty() { "nothing".to_owned() } else { needs.join(" + ") };
    let muscles: String = exercise.secondary.iter().map(|muscle| format!(" + {muscle:?}/2")).collect();
    let mut line = format!("{pattern:?} {id}: {level:?}, {load:?}, {needs}; {primary:?}{muscles}; {role:?}");
    for (is_so, word) in
        [(exercise.weighted, "weighted"), (exercise.per_side, "each side"), (exercise.timed, "for time")]
    {
        if is_so {
            line += ", ";
            line += word;
        }
    }
    if let Some(harder) = exercise.harder {
        line += " > ";
        line += harder;
    }
    line + "\n"
}

#[test]
fn every_exercise_is_described_in_sentences() {
    for exercise in &EXERCISES {
        let id = exercise.id;
        assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{id}");
        assert!(exercise.name.chars().next().is_some_and(char::is_uppercase), "{id}");
        for text in [exercise.cue, exercise.watch_out, exercise.set_up] {
            assert!(
                text.ends_with('.') && text.chars().next().is_some_and(char::is_uppercase),
                "{id}: {text}"
            );
            assert!(!text.contains(". "), "{id}: more than one sentence: {text}");
            assert!((16..=120).contains(&text.len()), "{id}: {} letters: {text}", text.len());
        }
        assert!(exercise.cue.len() > 30, "{id}");
    }
}

#[test]
fn no_two_exercises_are_done_in_the_same_words() {
    let cues: BTreeSet<_> = EXERCISES.iter().map(|e| e.cue).collect();
    // Step-up and calf raise say the same with and without a weight or machine.
    assert!(cues.len() >= EXERCISES.len() - 2, "{}", cues.len());
}

#[test]
fn a_muscle_is_trained_once_by_an_exercise() {
    for exercise in &EXERCISES {
        let mut muscles: Vec<_> = exercise.secondary.iter().chain([&exercise.primary]).collect();
        let all = muscles.len();
        muscles.sort_unstable();
        muscles.dedup();
        assert_eq!(muscles.len(), all, "{}", exercise.id);
    }
}

#[test]
fn what_makes_an_exercise_heavy_is_among_what_it_needs() {
    for exercise in &EXERCISES {
        let needs = |piece| exercise.needs.contains(&piece);
        let fits = match exercise.load {
            LoadKind::Body => !needs(Equipment::Dumbbell) && !needs(Equipment::Barbell),
            LoadKind::Bar => needs(Equipment::Barbell),
            LoadKind::PerHand => needs(Equipment::Dumbbell),
            LoadKind::Kettlebell => needs(Equipment::Kettlebell),
            LoadKind::Stack => needs(Equipment::Machine) || needs(Equipment::Cable),
            LoadKind::Band => needs(Equipment::Band),
            LoadKind::Assisted => needs(Equipment::Machine),
            LoadKind::AssistedBand => needs(Equipment::Band) && needs(Equipment::PullUpBar),
        };
        assert!(fits, "{}: {:?} with {:?}", exercise.id, exercise.load, exercise.needs);
        assert!(!exercise.weighted || exercise.load == LoadKind::Body, "{}", exercise.id);
        let pieces: BTreeSet<_> = exercise.needs.iter().collect();
        assert_eq!(pieces.len(), exercise.needs.len(), "{}", exercise.id);
    }
}

#[test]
fn help_and_load_come_from_the_piece_that_gives_them() {
    for (id, load, needs) in [
        ("assisted_pull_up", "Assisted", &[Equipment::Machine][..]),
        ("band_assisted_pull_up", "AssistedBand", &[Equipment::Band, Equipment::PullUpBar]),
        ("lying_triceps_extension", "Bar", &[Equipment::Barbell, Equipment::Bench]),
    ] {
        let exercise = Exercise::find(id).unwrap();
        assert_eq!((format!("{:?}", exercise.load).as_str(), exercise.needs), (load, needs), "{id}");
    }
}

#[test]
fn every_chain_of_harder_variations_ends() {
    for first in &EXERCISES {
        let (mut exercise, mut seen) = (first, BTreeSet::from([first.id]));
        while let Some(id) = exercise.harder {
            let next = Exercise::find(id).unwrap_or_else(|| panic!("{id} does not exist"));
            assert!(seen.insert(id), "{} comes back to {id}", first.id);
            assert_eq!((next.pattern, next.primary), (exercise.pattern, exercise.primary), "{id}");
            assert!(next.level >= exercise.level, "{id} is easier than {}", exercise.id);
            assert!(next.needs.iter().all(|piece| exercise.needs.contains(piece)), "{id} needs more");
            exercise = next;
        }
    }
}

#[test]
fn a_beginner_without_equipment_can_train_every_movement_but_the_arms_alone() {
    for pattern in EXERCISES.iter().map(|e| e.pattern).filter(|pattern| *pattern != Pattern::Arms) {
        let possible =
            |e: &Exercise| e.pattern == pattern && e.level == Level::Beginner && e.needs.is_empty();
        assert!(EXERCISES.iter().any(possible), "{pattern:?}");
    }
}

#[test]
fn every_piece_of_equipment_is_used() {
    for equipment in Equipment::ALL {
        let uses = EXERCISES.iter().filter(|e| e.needs.contains(equipment)).count();
        assert!(uses >= 4, "{equipment:?}: {uses}");
    }
}

#[test]
fn every_muscle_has_three_exercises_with_any_single_piece_of_equipment() {
    // Bending the elbow against a load takes something to hold: a table to hang from is all that a person
    // without equipment has, and a bench or rack alone adds nothing.
    let bare: &[Option<Equipment>] = &[None, Some(Equipment::Bench), Some(Equipment::Rack)];
    for piece in Equipment::ALL.iter().copied().map(Some).chain([None]) {
        for muscle in Muscle::ALL {
            let trains = |e: &&Exercise| e.primary == *muscle || e.secondary.contains(muscle);
            let possible = |e: &&Exercise| e.needs.iter().all(|needed| Some(*needed) == piece);
            let count = EXERCISES
                .iter()
                .filter(|e| e.pattern.builds_muscle())
                .filter(trains)
                .filter(possible)
                .count();
            let expected = match (muscle, piece) {
                (Muscle::Biceps, piece) if bare.contains(&piece) => 1..=1,
                (Muscle::Biceps, Some(Equipment::Kettlebell)) => 2..=2,
                _ => 3..=usize::MAX,
            };
            assert!(expected.contains(&count), "{muscle:?} with {piece:?}: {count}");
        }
    }
}
