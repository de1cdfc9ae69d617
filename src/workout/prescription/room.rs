//! How many sets the muscles have room for this week, on top of what the programme gives them.

use time::{Date, Duration};

use crate::workout::exercise::Exercise;
use crate::workout::exercise_id::ExerciseId;
use crate::workout::performance::Performance;
use crate::workout::programme::{Assignment, Session, WeekVolume};

pub(super) struct Room(WeekVolume);

impl Room {
    /// The week as the programme has it, with the exercises that are kept in this session, and with what was earned in
    /// the others: their sets of the last seven days are known, and nobody earns more than one at a time.
    pub(super) fn new(
        session: &Session,
        filled: &[(Assignment, Option<ExerciseId>)],
        history: &[Performance],
        day: Date,
    ) -> Self {
        let mut week = session.week;
        for (programmes, (kept, _)) in session.blocks.iter().zip(filled) {
            week.remove(programmes.exercise, programmes.sets);
            week.add(kept.exercise, kept.sets);
        }
        let from = day.saturating_sub(Duration::days(6));
        let others = history.iter().filter(|done| done.day >= from && done.session != session.name);
        for done in others {
            if let Some(exercise) = done.exercise.exercise() {
                week.add(exercise, done.extra_sets);
            }
        }
        Self(week)
    }

    /// Before one of its muscles has 20 sets.
    pub(super) fn of(&self, exercise: &Exercise) -> u8 {
        self.0.room(exercise)
    }

    pub(super) fn take(&mut self, exercise: &Exercise, earned: u8) {
        self.0.add(exercise, earned);
    }
}
