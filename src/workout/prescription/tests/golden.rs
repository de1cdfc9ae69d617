//! Histories and what follows from them, word for word: `golden.txt`.

use super::*;

/// Where the person has changed to pounds.
const POUNDS: &str = "# in pounds";

#[test]
fn every_history_leads_to_what_the_table_says() {
    let mut person = person();
    let mut cases = 0;
    let mut wrong = Vec::new();
    let mut history = "";
    for line in include_str!("golden.txt").lines() {
        if line == POUNDS {
            person.gear = Gear::usual(Units::Lb);
        } else if let Some(expected) = line.strip_prefix("    = ") {
            let found = prescribed(history, &person);
            if found != expected {
                wrong.push(format!("{history}\n    = {found}\nnot = {expected}"));
            }
            cases += 1;
        } else if !line.starts_with(['#', '/']) {
            history = line;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(cases, 96, "the table was read to its end");
}

/// `bench_press 3 × 8-12 @2 | 6d: 60 × 12 12 12 | 3d: 62.5 × 9 9 8`.
fn prescribed(case: &str, person: &Person) -> String {
    let mut parts = case.split(" | ");
    let (id, numbers) = parts.next().unwrap().split_once(' ').unwrap();
    let assignment = assignment(find(id), numbers);
    let history: Vec<Performance> = parts.map(|text| done(assignment.exercise, &assignment, text)).collect();
    in_words(&prescribe_exercise(&assignment, &history, TODAY, person), person.gear.units())
}
