//! One exercise in one finished workout: what was planned and what was done.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::form::choice::choice;
use crate::workout::exercise_id::ExerciseId;
use crate::workout::load::{Amount, Load, LoggedSet};
use crate::workout::programme::Range;
use crate::workout::training::Units;

time::serde::format_description!(iso_day, Date, "[year]-[month]-[day]");

/// One exercise in one finished workout. Lists of them are in the order of time, oldest first.
///
/// History, records and the next prescription are all derived from these, so that a corrected set corrects
/// everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Performance {
    pub exercise: ExerciseId,
    /// What the programme had chosen for this place in the session, if that is another exercise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<ExerciseId>,
    /// Swapped in for this workout only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_today: bool,
    /// The session's name, such as `Full body A`.
    pub session: String,
    pub main: bool,
    /// The local day on which the workout started.
    #[serde(with = "iso_day")]
    pub day: Date,
    /// Work sets, at least one.
    pub planned: u8,
    /// How many of them the person had earned on top of the programme's.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub extra_sets: u8,
    pub range: Range,
    pub reps_in_reserve: u8,
    /// Work sets in the order of their rows; none if the exercise was left out.
    pub sets: Vec<LoggedSet>,
    /// Why the rest was skipped, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<Why>,
}

choice! {
    /// Why an exercise was skipped.
    Why {
        Busy = "busy", "Equipment taken";
        Time = "time", "No time left";
        Pain = "pain", "It hurts";
        Other = "other", "Another reason";
    }
}

impl Why {
    /// Whether sets left out for this reason say nothing about the person's strength.
    #[must_use]
    pub const fn is_no_miss(self) -> bool {
        match self {
            Self::Busy | Self::Time => true,
            Self::Pain | Self::Other => false,
        }
    }
}

impl Performance {
    /// Whether at least half of the planned sets were done. With fewer, it does not change what comes next.
    #[must_use]
    pub fn counts(&self) -> bool {
        !self.sets.is_empty() && 2 * self.sets.len() >= usize::from(self.planned)
    }

    /// How many sets the next prescription judges: the planned ones, less those skipped for a reason that is
    /// no miss.
    #[must_use]
    pub fn expected_sets(&self) -> u8 {
        let done = u8::try_from(self.sets.len()).unwrap_or(u8::MAX);
        match self.skipped {
            Some(why) if why.is_no_miss() => self.planned.min(done),
            Some(_) | None => self.planned,
        }
    }

    /// What was done, for a person who prefers `unit`: `60 kg × 10 10 9`, `12 10 8` with the body alone,
    /// `45 s 40 s`. Empty if nothing was.
    #[must_use]
    pub fn summary(&self, unit: Units) -> String {
        let groups = self.sets.chunk_by(|one, next| one.load == next.load);
        let groups = groups.map(|sets| {
            let amounts: Vec<String> = sets.iter().map(|set| short(set.amount)).collect();
            let amounts = amounts.join(" ");
            match sets.first().map_or(Load::Body, |set| set.load) {
                Load::Body => amounts,
                load @ (Load::Added(_)
                | Load::Assisted(_)
                | Load::Bar(_)
                | Load::PerHand(_)
                | Load::Stack(_)
                | Load::Band(_)
                | Load::AssistedBand(_)) => format!("{} × {amounts}", load.for_reader(unit)),
            }
        });
        groups.collect::<Vec<_>>().join(", ")
    }
}

/// The last time that something was done of an exercise.
#[must_use]
pub fn last_done<'a>(history: &'a [Performance], exercise: &ExerciseId) -> Option<&'a Performance> {
    let own = |performance: &&Performance| performance.exercise == *exercise && !performance.sets.is_empty();
    history.iter().rev().find(own)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_zero(number: &u8) -> bool {
    *number == 0
}

fn short(amount: Amount) -> String {
    match amount {
        Amount::Reps(reps) => reps.to_string(),
        Amount::Sides { left, right } => format!("{left}/{right}"),
        Amount::Seconds(seconds) => format!("{seconds} s"),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use time::macros::{date, datetime};

    use super::*;
    use crate::workout::weight::Weight;

    pub(crate) fn kg(typed: &str) -> Weight {
        Weight::parse(typed, Units::Kg).unwrap()
    }

    pub(crate) fn set(exercise: &str, load: Load, amount: Amount) -> LoggedSet {
        let exercise = ExerciseId::parse(exercise).unwrap();
        let logged_at = datetime!(2026-03-01 18:04 UTC);
        LoggedSet { exercise, load, amount, rir: None, note: None, logged_at }
    }

    /// 3 × 8–12 at 2 in reserve, on 1 March 2026.
    pub(crate) fn performance(exercise: &str, sets: Vec<LoggedSet>) -> Performance {
        Performance {
            exercise: ExerciseId::parse(exercise).unwrap(),
            instead_of: None,
            only_today: false,
            session: "Full body A".to_owned(),
            main: true,
            day: date!(2026 - 03 - 01),
            planned: 3,
            extra_sets: 0,
            range: Range::Reps { low: 8, high: 12 },
            reps_in_reserve: 2,
            sets,
            skipped: None,
        }
    }

    fn squats(reps: &[u8]) -> Performance {
        let sets = reps.iter().map(|reps| set("back_squat", Load::Bar(kg("60")), Amount::Reps(*reps)));
        performance("back_squat", sets.collect())
    }

    #[test]
    fn half_of_the_planned_sets_count() {
        for (planned, done, counts) in [
            (3, 2, true),
            (3, 1, false),
            (4, 2, true),
            (5, 2, false),
            (1, 1, true),
            (1, 0, false),
            (0, 0, false),
        ] {
            let performance = Performance { planned, ..squats(&vec![8; done]) };
            assert_eq!(performance.counts(), counts, "{done} of {planned}");
        }
    }

    #[test]
    fn only_sets_skipped_for_want_of_a_machine_or_of_time_are_no_misses() {
        for (skipped, expected) in [
            (None, 3),
            (Some(Why::Busy), 2),
            (Some(Why::Time), 2),
            (Some(Why::Pain), 3),
            (Some(Why::Other), 3),
        ] {
            let performance = Performance { skipped, ..squats(&[8, 8]) };
            assert_eq!(performance.expected_sets(), expected, "{skipped:?}");
        }
        let more = Performance { skipped: Some(Why::Time), ..squats(&[8, 8, 8, 8]) };
        assert_eq!(more.expected_sets(), 3, "added sets are not expected");
    }

    #[test]
    fn the_summary_names_each_load_once() {
        assert_eq!(squats(&[10, 10, 9]).summary(Units::Kg), "60 kg × 10 10 9");
        assert_eq!(squats(&[]).summary(Units::Kg), "");
        let mut mixed = squats(&[10, 8]);
        mixed.sets[1].load = Load::Bar(kg("62.5"));
        assert_eq!(mixed.summary(Units::Kg), "60 kg × 10, 62.5 kg × 8");
        assert_eq!(mixed.summary(Units::Lb), "60 kg (≈ 132 lb) × 10, 62.5 kg (≈ 138 lb) × 8");
        let holds = [45, 40].map(|seconds| set("plank", Load::Body, Amount::Seconds(seconds)));
        assert_eq!(performance("plank", holds.to_vec()).summary(Units::Kg), "45 s 40 s");
        let sides = set("dead_bug", Load::Body, Amount::Sides { left: 8, right: 7 });
        assert_eq!(performance("dead_bug", vec![sides]).summary(Units::Kg), "8/7");
    }

    #[test]
    fn the_stored_text_stays_what_it_is() {
        let stored = concat!(
            r#"{"exercise":"back_squat","session":"Full body A","main":true,"day":"2026-03-01","planned":3,"#,
            r#""range":{"reps":{"low":8,"high":12}},"reps_in_reserve":2,"sets":[]}"#
        );
        assert_eq!(serde_json::to_string(&squats(&[])).unwrap(), stored);
        assert_eq!(serde_json::from_str::<Performance>(stored).unwrap(), squats(&[]));
    }
}
