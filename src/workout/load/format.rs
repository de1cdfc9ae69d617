//! What a set of an exercise consists of.

use std::fmt;

use crate::workout::exercise::{Exercise, LoadKind};

/// Which values a set records. A form need not know more of the exercise, so the browser needs no catalogue.
///
/// Its text is the kind of load, followed by what else is true: `bar`, `body weighted`, `per_hand per_side`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetFormat {
    pub load: LoadKind,
    /// As [`Exercise::weighted`](field@Exercise::weighted).
    pub weighted: bool,
    /// As [`Exercise::timed`](field@Exercise::timed).
    pub timed: bool,
    /// As [`Exercise::per_side`](field@Exercise::per_side).
    pub per_side: bool,
}

const LOADS: [(&str, LoadKind); 8] = [
    ("body", LoadKind::Body),
    ("bar", LoadKind::Bar),
    ("per_hand", LoadKind::PerHand),
    ("kettlebell", LoadKind::Kettlebell),
    ("stack", LoadKind::Stack),
    ("band", LoadKind::Band),
    ("assisted", LoadKind::Assisted),
    ("assisted_band", LoadKind::AssistedBand),
];

impl SetFormat {
    /// Parses its text. `None` for any other.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let word = words.next()?;
        let (_, load) = LOADS.into_iter().find(|(load, _)| *load == word)?;
        let mut format = Self { load, weighted: false, timed: false, per_side: false };
        for word in words {
            match word {
                "weighted" => format.weighted = true,
                "timed" => format.timed = true,
                "per_side" => format.per_side = true,
                _ => return None,
            }
        }
        Some(format)
    }
}

impl From<&Exercise> for SetFormat {
    fn from(exercise: &Exercise) -> Self {
        let Exercise { load, weighted, timed, per_side, .. } = *exercise;
        Self { load, weighted, timed, per_side }
    }
}

impl fmt::Display for SetFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let load = LOADS.into_iter().find(|(_, load)| *load == self.load).map_or("", |(word, _)| word);
        f.write_str(load)?;
        let also = [(self.weighted, " weighted"), (self.timed, " timed"), (self.per_side, " per_side")];
        also.into_iter().filter(|(is_true, _)| *is_true).try_for_each(|(_, word)| f.write_str(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_of_every_exercise_survives_the_way_to_the_browser() {
        for exercise in Exercise::ALL {
            let format = SetFormat::from(exercise);
            assert_eq!(SetFormat::parse(&format.to_string()), Some(format), "{format}");
        }
        let row = SetFormat::from(Exercise::find("dumbbell_row").unwrap());
        assert_eq!(row.to_string(), "per_hand per_side");
    }

    #[test]
    fn nothing_else_is_a_format() {
        for text in ["", "bars", "bar heavy", "bar  timed", "timed"] {
            assert_eq!(SetFormat::parse(text), None, "{text}");
        }
    }
}
