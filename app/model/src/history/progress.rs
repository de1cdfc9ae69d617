//! How strong a person has become, for charts.

use domain::workout::exercise_id::ExerciseId;
use domain::workout::performance::Performance;
use domain::workout::prescription::Person;
use domain::workout::records::one_rep_max_by_day;
use domain::workout::training::Units;
use domain::workout::weight::Weight;
use time::Date;

use crate::dates::short_date;
use crate::player::units;

/// At most so many lines are drawn: the exercises done most often.
const LINES: usize = 4;
/// A line has at most so many points, the newest: about a year, which is as much as a phone can show.
const POINTS: usize = 60;

/// The estimated one-repetition maximum of an exercise over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub exercise: String,
    /// Oldest first, at least one.
    pub points: Vec<(Date, Weight)>,
    pub unit: Units,
}

/// Of the main lifts of which there is an estimate, those with the most days first.
#[must_use]
pub fn lines(history: &[Performance], person: &Person) -> Vec<Line> {
    let mut exercises: Vec<&ExerciseId> = Vec::new();
    for performance in history.iter().filter(|performance| performance.main) {
        if !exercises.contains(&&performance.exercise) {
            exercises.push(&performance.exercise);
        }
    }
    let mut lines: Vec<Line> = exercises
        .into_iter()
        .map(|exercise| {
            let found = one_rep_max_by_day(history, exercise, person.body_weight).into_iter();
            let mut points: Vec<_> = found.map(|(day, found)| (day, found.weight)).collect();
            // The next workout can have an earlier day, after a flight across the date line.
            points.sort_by_key(|(day, _)| *day);
            Line { exercise: exercise.name().to_owned(), points, unit: units(person) }
        })
        .filter(|line| !line.points.is_empty())
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.points.len()));
    lines.truncate(LINES);
    for line in &mut lines {
        line.points.drain(..line.points.len().saturating_sub(POINTS));
    }
    lines
}

impl Line {
    /// What the line shows, in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let said = |weight: Weight| weight.for_reader(self.unit);
        match self.points.as_slice() {
            [] => String::new(),
            [(day, weight)] => {
                format!("{} on {}. One more workout makes a line.", said(*weight), short_date(*day))
            }
            [(first, from), .., (last, to)] => {
                let days = (*last - *first).whole_days();
                let time = match days {
                    0..14 => format!("{days} day{}", if days == 1 { "" } else { "s" }),
                    _ => format!("{} weeks", days / 7),
                };
                if from.exact() == to.exact() {
                    format!("{} for {time}.", said(*to))
                } else {
                    format!("From {} to {} in {time}.", said(*from), said(*to))
                }
            }
        }
    }
}
