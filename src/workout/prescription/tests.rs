use time::Duration;
use time::macros::date;

use super::*;
use crate::workout::exercise::LoadKind;
use crate::workout::load::{LoggedSet, Rir, Tone};
use crate::workout::performance::Why;
use crate::workout::performance::tests::{kg, performance, set};
use crate::workout::training::{TrainingDetails, Units};

mod condensed;
mod golden;
mod properties;
mod seasons;
mod sessions;
mod week;

pub(super) const TODAY: Date = date!(2026 - 06 - 01);

pub(super) fn find(id: &str) -> &'static Exercise {
    Exercise::find(id).unwrap()
}

/// A beginner with a whole gym, who lifts in kilograms and did not tell the body weight.
pub(super) fn person() -> Person {
    let equipment = Equipment::ALL.iter().copied().collect();
    Person::new(&Training { equipment, ..Training::default() }, &TrainingDetails::default())
}

/// `3 × 8-12 @2`: work sets, range (in seconds with an `s`), repetitions in reserve.
pub(super) fn assignment(exercise: &'static Exercise, numbers: &str) -> Assignment {
    let words: Vec<&str> = numbers.split(' ').collect();
    let [sets, "×", range, reserve] = words[..] else { panic!("{numbers}") };
    Assignment {
        exercise,
        main: true,
        sets: sets.parse().unwrap(),
        range: self::range(range),
        reps_in_reserve: reserve.trim_start_matches('@').parse().unwrap(),
        rest_seconds: 120,
    }
}

fn range(text: &str) -> Range {
    let (low, high) = text.trim_end_matches('s').split_once('-').unwrap();
    if text.ends_with('s') {
        Range::Seconds { low: low.parse().unwrap(), high: high.parse().unwrap() }
    } else {
        Range::Reps { low: low.parse().unwrap(), high: high.parse().unwrap() }
    }
}

/// A load as in `60`, `135lb`, `body`, `+10`, `-20` (help), `medium` (a band).
fn load(exercise: &Exercise, text: &str) -> Load {
    if text == "body" {
        return Load::Body;
    }
    if let Some(tone) = Tone::ALL.iter().find(|tone| tone.word() == text) {
        let helps = exercise.load == LoadKind::AssistedBand;
        return if helps { Load::AssistedBand(*tone) } else { Load::Band(*tone) };
    }
    let number = text.trim_start_matches(['+', '-']);
    let weight = match number.strip_suffix("lb") {
        Some(pounds) => Weight::parse(pounds, Units::Lb).unwrap(),
        None => kg(number),
    };
    match (exercise.load, text.as_bytes()[0]) {
        (_, b'+') => Load::Added(weight),
        (_, b'-') => Load::Assisted(weight),
        (LoadKind::Bar, _) => Load::Bar(weight),
        (LoadKind::Stack, _) => Load::Stack(weight),
        (LoadKind::PerHand | LoadKind::Kettlebell, _) => Load::PerHand(weight),
        (kind @ (LoadKind::Body | LoadKind::Band | LoadKind::Assisted | LoadKind::AssistedBand), _) => {
            panic!("{kind:?} {text}")
        }
    }
}

/// `7d: 60 × 12 12 11 @2`: so many days ago, with a load, these repetitions or seconds in three planned sets,
/// and what was left after the last. More words: `planned=4`, `range=4-6`, `skip=busy`, `extra=1`.
pub(super) fn done(exercise: &Exercise, numbers: &Assignment, text: &str) -> Performance {
    let (days, rest) = text.split_once("d: ").unwrap();
    let mut performance = performance(exercise.id, Vec::new());
    performance.day = TODAY - Duration::days(days.parse().unwrap());
    performance.range = numbers.range;
    performance.planned = numbers.sets;
    performance.reps_in_reserve = numbers.reps_in_reserve;
    let mut with = Load::Body;
    for (i, word) in rest.split(' ').enumerate() {
        if let Some(rir) = word.strip_prefix('@') {
            let rir = Rir::ALL.iter().find(|choice| choice.word() == rir).copied();
            performance.sets.last_mut().unwrap().rir = rir;
        } else if let Some((name, value)) = word.split_once('=') {
            match name {
                "planned" => performance.planned = value.parse().unwrap(),
                "extra" => performance.extra_sets = value.parse().unwrap(),
                "range" => performance.range = range(value),
                "skip" => performance.skipped = Why::ALL.iter().find(|why| why.word() == value).copied(),
                _ => panic!("{text}"),
            }
        } else if i == 0 || rest.contains(&format!("{word} ×")) {
            with = load(exercise, word);
        } else if word != "×" {
            performance.sets.push(one(exercise, with, word.parse().unwrap()));
        }
    }
    performance
}

pub(super) fn one(exercise: &Exercise, load: Load, number: u16) -> LoggedSet {
    let amount =
        if exercise.timed { Amount::Seconds(number) } else { Amount::Reps(u8::try_from(number).unwrap()) };
    set(exercise.id, load, amount)
}

/// `62.5 kg: 8 8 8 | the reason | the offer`.
pub(super) fn in_words(prescription: &Prescription, unit: Units) -> String {
    let load = prescription.load.map_or("?".to_owned(), |load| load.for_reader(unit));
    let targets: Vec<String> =
        prescription.targets.iter().map(|target| target.counted().to_string()).collect();
    let mut words = format!("{load}: {}", targets.join(" "));
    if let Some(reason) = prescription.reason {
        words += &format!(" | {}", reason.sentence(unit));
    }
    if let Some(offer) = &prescription.offer {
        words += &format!(" | {}", offer.label(unit));
    }
    words
}
