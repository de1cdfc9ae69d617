//! The model of the player, derived from the workout, the history and the person at each request.

mod card;
mod row;

use domain::workout::document::{Abandoned, Ending, OperationId, Slot, Workout, WorkoutId, Zone};
use domain::workout::exercise_id::ExerciseId;
use domain::workout::performance::Performance;
use domain::workout::prescription::Person;
use domain::workout::training::Units;
use time::{Date, OffsetDateTime};

pub use self::card::Card;
pub use self::row::{AmountFields, LoadField, Plates, Row};

/// What the player has to know besides the workout.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Oldest first, without the workout that is shown.
    pub history: &'a [Performance],
    pub person: &'a Person,
    pub now: OffsetDateTime,
    /// The person's zone is not known.
    pub assumes_utc: bool,
    /// The end of a rest is to be heard.
    pub sound: bool,
}

/// A workout as the player shows it.
#[derive(Debug, Clone)]
pub struct Player {
    pub id: WorkoutId,
    /// Not yet: the first set that is logged opens it.
    pub started: bool,
    pub name: String,
    /// Estimated duration.
    pub minutes: u8,
    /// With the offset of its zone.
    pub started_at: OffsetDateTime,
    pub day: Date,
    /// The name of the zone that its times are in.
    pub zone: String,
    /// Nobody has said in which zone the person trains, so it is UTC.
    pub assumes_utc: bool,
    /// The end of a rest is to be heard.
    pub sound: bool,
    pub warm_up: Vec<ExerciseId>,
    pub cards: Vec<Card>,
    pub rest: Rest,
    pub ending: Ending,
    /// It seems forgotten.
    pub abandoned: Option<Abandoned>,
    /// For the buttons that change the workout as a whole.
    pub operation: OperationId,
}

/// The rest between two sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// After a set of the present exercise.
    pub seconds: u16,
    /// When the rest that has begun is over, with the offset of the workout's zone. `None` if none has.
    pub until: Option<OffsetDateTime>,
    pub now: OffsetDateTime,
    /// What comes then: `Barbell bench press, set 2: 60 kg, 20 each side`.
    pub next: Option<String>,
}

impl Player {
    /// A workout as it is now. `started` is false for one that is only planned. Each form gets an id of its own, so
    /// that one that is sent twice counts once.
    #[must_use]
    pub fn new(
        workout: &Workout,
        started: bool,
        about: About<'_>,
        mut ids: impl FnMut() -> OperationId,
    ) -> Self {
        let mut cards: Vec<Card> = workout
            .blocks()
            .map(|(block, planned)| Card::new(workout, block, planned, about, &mut ids))
            .collect();
        let current = cards.iter_mut().find(|card| card.skipped.is_none() && card.next_row().is_some());
        let (mut seconds, mut next) =
            (workout.plan().blocks.first().map_or(90, |block| block.rest_seconds), None);
        if let Some(card) = current {
            card.is_current = true;
            seconds = card.rest_seconds;
            next = card.make_current();
        } else if let Some(last) = cards.last_mut() {
            last.is_current = true;
            seconds = last.rest_seconds;
        }
        let offset = workout.started_at().offset();
        let until =
            workout.rest_until().filter(|until| *until > about.now).map(|until| until.to_offset(offset));
        Self {
            id: workout.id(),
            started,
            name: workout.plan().name.clone(),
            minutes: workout.plan().minutes,
            started_at: workout.started_at(),
            day: workout.day(),
            zone: workout.zone().to_string(),
            assumes_utc: about.assumes_utc && *workout.zone() == Zone::utc(),
            sound: about.sound,
            warm_up: workout.plan().warm_up.clone(),
            cards,
            rest: Rest { seconds, until, now: about.now, next },
            ending: workout.ending(),
            abandoned: workout.abandoned(about.now),
            operation: ids(),
        }
    }

    /// The sentences about its sets.
    pub fn comments(&self) -> impl Iterator<Item = (Slot, &str)> {
        let rows = self.cards.iter().flat_map(|card| &card.rows);
        rows.filter_map(|row| Some((row.slot, row.comment.as_deref()?)))
    }

    /// Work sets that are logged.
    #[must_use]
    pub fn logged(&self) -> usize {
        self.cards.iter().map(Card::logged).sum()
    }

    /// Rows for work sets.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.cards.iter().map(|card| card.rows.len()).sum()
    }
}

/// The unit that a person reads and types.
pub(super) fn units(person: &Person) -> Units {
    person.gear.units()
}
