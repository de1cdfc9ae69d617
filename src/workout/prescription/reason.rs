//! Why a load and its targets are what they are, in a sentence.

use serde::{Deserialize, Serialize};

use crate::workout::exercise_id::ExerciseId;
use crate::workout::load::{Amount, Load};
use crate::workout::training::Units;
use crate::workout::weight::Weight;

/// Why a prescription is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Never done before.
    First { start: Start, amount: Amount },
    /// Last done half a year ago or more.
    LongAgo { days: u16, last: Load, start: Start },
    /// After four weeks or more.
    BackAfter { days: u16, from: Load, to: Load },
    /// After two weeks or more: the same load, from the low end.
    Pause { days: u16, low: Amount },
    /// The goal now asks for another range.
    NewRange { low: Amount, high: Amount },
    /// Every set reached the top of the range.
    Up { sets: u8, reached: Amount, from: Load, to: Load, low: Amount },
    /// The same, well above the top and twice running.
    UpTwo { sets: u8, above: Amount, from: Load, to: Load, low: Amount },
    /// At the top, but the next load is a large step.
    Earn { percent: u16, first: Amount, next: Next },
    /// At the top, and it has to be so once more.
    TopOnce { sets: u8, reached: Amount },
    /// At the top, but with nothing left in reserve.
    Hard { high: Amount },
    /// At the top with the heaviest there is.
    Heaviest,
    /// Every set was in the range.
    SameMore { load: Load, low: Amount },
    /// Some sets missed the low end.
    Again { missed: u8, of: u8 },
    /// They did so three times.
    BackOff { from: Load, to: Load },
    /// They did so three times, and there is nothing lighter.
    Struggling,
    /// At the top twice, and something harder is offered.
    Ready,
    /// At the top twice: another set.
    MoreSets { sets: u8 },
    /// Held long enough.
    LongEnough,
}

/// How to begin with an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    FindWeight,
    EmptyBar,
    FindHelp,
    FindBand,
    Body,
}

/// What the next heavier load is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    Bell,
    Dumbbell,
    Step,
}

/// A change that the person may choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offer {
    /// A harder variation, for good.
    Harder(ExerciseId),
    /// An easier variation, for good.
    Easier(ExerciseId),
    AddWeight(Weight),
}

impl Reason {
    /// For a person who prefers `unit`.
    #[must_use]
    pub fn sentence(&self, unit: Units) -> String {
        match *self {
            Self::First { start, amount } => first(start, amount),
            Self::LongAgo { days, last, start } => {
                let begin = match start {
                    Start::FindWeight | Start::Body => "find your weight again.",
                    Start::EmptyBar => "start with the empty bar again.",
                    Start::FindHelp => "find the help you need again.",
                    Start::FindBand => "find your band again.",
                };
                format!("{} days ago, with {}: {begin}", days, last.for_reader(unit))
            }
            Self::BackAfter { days, from, to } => {
                format!("{days} days ago: {}.", lighter(from, to, "lighter"))
            }
            Self::Pause { days, low } => format!("{days} days ago: start again from {}.", low.words()),
            Self::NewRange { low, high } => {
                format!("Your range is now {}, so the load is estimated from last time.", span(low, high))
            }
            Self::Up { sets, reached, from, to, low } => {
                format!(
                    "{} last time: {}, back to {}.",
                    times(sets, reached),
                    step(from, to, unit),
                    low.words()
                )
            }
            Self::UpTwo { sets, above, from, to, low } => {
                let times = times(sets, above);
                format!("{times} or more, twice running: {}, back to {}.", step(from, to, unit), low.words())
            }
            Self::Earn { percent, first, next } => {
                let next = match next {
                    Next::Bell => "bell",
                    Next::Dumbbell => "dumbbell",
                    Next::Step => "step",
                };
                format!("The next {next} is {percent} % heavier: first {}.", first.words())
            }
            Self::TopOnce { sets, reached } => {
                format!("{} last time: do it once more, then it gets harder.", times(sets, reached))
            }
            Self::Hard { high } => format!("{} was close to your limit: the same again.", high.words()),
            Self::Heaviest => "There is nothing heavier, so do a little more.".to_owned(),
            Self::SameMore { load, low } => {
                let more = match low {
                    Amount::Reps(_) | Amount::Sides { .. } => "one more",
                    Amount::Seconds(_) => "a little longer",
                };
                match load {
                    Load::Body => format!("Same as last time, {more}."),
                    Load::Assisted(_) | Load::AssistedBand(_) => format!("Same help, {more}."),
                    Load::Band(_) => format!("Same band, {more}."),
                    Load::Added(_) | Load::Bar(_) | Load::PerHand(_) | Load::Stack(_) => {
                        format!("Same weight, {more}.")
                    }
                }
            }
            Self::Again { missed, of } => format!("Missed {missed} of {of} sets: once more."),
            Self::BackOff { from, to } => {
                format!("Three misses: {}, build up again.", lighter(from, to, "off"))
            }
            Self::Struggling => "Three misses: take your time, or choose an easier variation.".to_owned(),
            Self::Ready => "At the top twice: you are ready for something harder.".to_owned(),
            Self::MoreSets { sets } => format!("At the top twice: {sets} sets from now on."),
            Self::LongEnough => "Two minutes are long enough. Hold it well.".to_owned(),
        }
    }
}

fn first(start: Start, amount: Amount) -> String {
    let words = amount.words();
    let (lift, allowed) = match amount {
        Amount::Reps(_) | Amount::Sides { .. } => {
            (format!("lift {words} times"), format!("{words} repetitions"))
        }
        Amount::Seconds(_) => (format!("hold for {words}"), words),
    };
    match start {
        Start::FindWeight => format!("First time: find your weight. Take one you could {lift}."),
        Start::EmptyBar => "First time: find your weight. Start with the empty bar.".to_owned(),
        Start::FindHelp => format!("First time: take enough help for {allowed}."),
        Start::FindBand => format!("First time: find your band. Take one that allows {allowed}."),
        Start::Body => "First time: do each one well and stop before you have to.".to_owned(),
    }
}

/// `+ 2.5 kg`, `5 kg less help`, `up to 62.5 kg` if the unit changed.
fn step(from: Load, to: Load, unit: Units) -> String {
    let difference = |from: Weight, to: Weight| {
        let same = from.unit() == to.unit();
        same.then(|| Weight::clamped(i64::from(to.hundredths()) - i64::from(from.hundredths()), to.unit()))
    };
    match (from, to) {
        (Load::Assisted(from), Load::Assisted(to)) => match difference(to, from) {
            Some(less) => format!("{} less help", less.for_reader(unit)),
            None => format!("down to {}", Load::Assisted(to).for_reader(unit)),
        },
        (_, Load::Body) => "no help any more".to_owned(),
        (_, Load::Band(_)) => format!("on to the {}", to.for_reader(unit)),
        (_, Load::AssistedBand(_)) => format!("on to {}", to.for_reader(unit)),
        (Load::Added(from), Load::Added(to))
        | (Load::Bar(from), Load::Bar(to))
        | (Load::PerHand(from), Load::PerHand(to))
        | (Load::Stack(from), Load::Stack(to)) => match difference(from, to) {
            Some(more) => format!("+ {}", more.for_reader(unit)),
            None => format!("up to {}", to.for_reader(unit)),
        },
        (_, Load::Added(to)) => format!("+ {}", to.for_reader(unit)),
        (_, Load::Assisted(_) | Load::Bar(_) | Load::PerHand(_) | Load::Stack(_)) => {
            format!("on to {}", to.for_reader(unit))
        }
    }
}

/// `10 % lighter` as it is after rounding, `more help`, `a lighter band`.
fn lighter(from: Load, to: Load, word: &str) -> String {
    match to {
        Load::Assisted(_) | Load::AssistedBand(_) => "more help".to_owned(),
        Load::Band(_) => "a lighter band".to_owned(),
        Load::Body => "body weight alone".to_owned(),
        Load::Added(weight) | Load::Bar(weight) | Load::PerHand(weight) | Load::Stack(weight) => {
            let before = from.weight().map_or(0, Weight::exact).max(1);
            let percent = (100 * (before - weight.exact()) + before / 2) / before;
            format!("{percent} % {word}")
        }
    }
}

/// `3 × 12`.
fn times(sets: u8, amount: Amount) -> String {
    format!("{sets} × {}", amount.words())
}

/// `8–12`, `30–60 seconds`.
fn span(low: Amount, high: Amount) -> String {
    if low == high { high.words() } else { format!("{}–{}", low.counted(), high.words()) }
}

impl Offer {
    /// What to write on the button, for a person who prefers `unit`.
    #[must_use]
    pub fn label(&self, unit: Units) -> String {
        match self {
            Self::Harder(exercise) => format!("Move on to: {}", exercise.name()),
            Self::Easier(exercise) => format!("Step back to: {}", exercise.name()),
            Self::AddWeight(weight) => format!("Add {}", weight.for_reader(unit)),
        }
    }
}
