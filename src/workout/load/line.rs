//! A set as a line of text, as it travels between server and browser and waits in the browser.
//!
//! Documents keep sets as JSON. To read that, a page would need code for every type within a set, several kilobytes of
//! WebAssembly; a line is split, and read by the parsers that the form needs anyway.

use super::{Amount, Load, LoggedSet, Note, Rir, Tone};
use crate::form::choice::Choice as _;
use crate::millis::{from_millis, to_millis};
use crate::workout::exercise_id::ExerciseId;
use crate::workout::weight::Weight;

impl LoggedSet {
    /// Milliseconds since 1970, exercise, load, amount, effort and note, with a tab between them. What was not recorded is
    /// empty.
    #[must_use]
    pub fn to_line(&self) -> String {
        let load = match self.load {
            Load::Body => String::new(),
            Load::Band(tone) | Load::AssistedBand(tone) => tone.word().to_owned(),
            Load::Added(weight)
            | Load::Assisted(weight)
            | Load::Bar(weight)
            | Load::PerHand(weight)
            | Load::Stack(weight) => weight.to_string(),
        };
        let amount = match self.amount {
            Amount::Reps(reps) => reps.to_string(),
            Amount::Sides { left, right } => format!("{left}/{right}"),
            Amount::Seconds(seconds) => format!("{seconds}s"),
        };
        let rir = self.rir.map_or("", |rir| rir.word());
        let note = self.note.as_ref().map_or("", Note::as_str);
        let (at, exercise, word) = (to_millis(self.logged_at), self.exercise.as_str(), self.load.word());
        format!("{at}\t{exercise}\t{word} {load}\t{amount}\t{rir}\t{note}")
    }

    /// Reads what [`to_line`](Self::to_line) writes. `None` for anything else.
    #[must_use]
    pub fn from_line(line: &str) -> Option<Self> {
        let mut parts = line.splitn(6, '\t');
        let mut part = || parts.next();
        Some(Self {
            logged_at: from_millis(part()?.parse().ok()?),
            exercise: ExerciseId::parse(part()?).ok()?,
            load: load(part()?)?,
            amount: amount(part()?)?,
            rir: match part()? {
                "" => None,
                word => Some(Rir::parse(word).ok()?),
            },
            note: Note::parse(part()?).ok()?,
        })
    }
}

fn load(text: &str) -> Option<Load> {
    let (word, value) = text.split_once(' ')?;
    let weight = |kind: fn(Weight) -> Load| Weight::try_from(value.to_owned()).ok().map(kind);
    let band = |kind: fn(Tone) -> Load| Tone::parse(value).ok().map(kind);
    match word {
        "body" => value.is_empty().then_some(Load::Body),
        "added" => weight(Load::Added),
        "assisted" => weight(Load::Assisted),
        "bar" => weight(Load::Bar),
        "per_hand" => weight(Load::PerHand),
        "stack" => weight(Load::Stack),
        "band" => band(Load::Band),
        "assisted_band" => band(Load::AssistedBand),
        _ => None,
    }
}

fn amount(text: &str) -> Option<Amount> {
    if let Some(seconds) = text.strip_suffix('s') {
        return seconds.parse().ok().map(Amount::Seconds);
    }
    match text.split_once('/') {
        Some((left, right)) => Some(Amount::Sides { left: left.parse().ok()?, right: right.parse().ok()? }),
        None => text.parse().ok().map(Amount::Reps),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::workout::training::Units;

    fn set(load: Load, amount: Amount) -> LoggedSet {
        LoggedSet {
            exercise: ExerciseId::parse("back_squat").unwrap(),
            load,
            amount,
            rir: None,
            note: None,
            logged_at: datetime!(2026-03-01 18:04:05.123 UTC),
        }
    }

    #[test]
    fn every_load_and_amount_survives_the_way_to_the_browser() {
        let weight = Weight::parse("62.5", Units::Lb).unwrap();
        let loads = [
            Load::Body,
            Load::Added(weight),
            Load::Assisted(weight),
            Load::Bar(weight),
            Load::PerHand(weight),
            Load::Stack(weight),
            Load::Band(Tone::ExtraHeavy),
            Load::AssistedBand(Tone::Light),
        ];
        for load in loads {
            for amount in [Amount::Reps(10), Amount::Sides { left: 8, right: 7 }, Amount::Seconds(40)] {
                let mut set = set(load, amount);
                assert_eq!(LoggedSet::from_line(&set.to_line()).as_ref(), Some(&set));
                set.rir = Some(Rir::Two);
                set.note = Note::parse("seat at 4").unwrap();
                assert_eq!(LoggedSet::from_line(&set.to_line()), Some(set));
            }
        }
        let bar = set(Load::Bar(weight), Amount::Reps(8));
        assert_eq!(bar.to_line(), "1772388245123\tback_squat\tbar 62.5 lb\t8\t\t");
    }

    #[test]
    fn nothing_else_is_a_set() {
        for line in [
            "",
            "now\tplank\tbody \t40s\t\t",
            "1\tplank\tbody \t40s\t",
            "1\tPlank!\tbody \t40s\t\t",
            "1\tplank\tbody 5 kg\t40s\t\t",
            "1\tplank\tbar \t40s\t\t",
            "1\tplank\tbody \tlong\t\t",
            "1\tplank\tbody \t40s\t9\t",
        ] {
            assert_eq!(LoggedSet::from_line(line), None, "{line:?}");
        }
    }
}
