//! An exercise of the workout.

use domain::workout::document::{Block, OperationId, Workout};
use domain::workout::exercise::Exercise;
use domain::workout::exercise_id::ExerciseId;
use domain::workout::load::{LoggedSet, SetKind};
use domain::workout::performance::{Why, last_done};
use domain::workout::prescription::{Offer, Person, PlannedBlock, alternatives, next_set};
use domain::workout::programme::Range;
use domain::workout::records::{Record, records};
use domain::workout::steps::Steps;

use super::row::Row;
use super::{About, units};
use crate::dates::short_date;
use crate::row_state::RowState;
use crate::wording::range;

/// An exercise with its sets.
#[derive(Debug, Clone)]
pub struct Card {
    pub block: Block,
    pub exercise: ExerciseId,
    pub name: String,
    /// How to do it, what to prepare and what to avoid, if today's catalogue knows the exercise.
    pub advice: Option<&'static Exercise>,
    /// `3 × 8–12`.
    pub amount: String,
    /// Why the load is what it is.
    pub reason: Option<String>,
    /// `23 Nov: 60 kg × 10 10 9`.
    pub last_time: Option<String>,
    /// When to end a set, for people who are not asked afterwards how many more they could have done.
    pub reserve: Option<String>,
    /// Lighter sets to begin with.
    pub ramp: Vec<Row>,
    pub rows: Vec<Row>,
    pub skipped: Option<Why>,
    /// What it can be swapped for.
    pub alternatives: Vec<&'static Exercise>,
    /// A change that the person has earned, and the exercise that a swap for good would bring.
    pub offer: Option<(String, Option<ExerciseId>)>,
    pub rest_seconds: u16,
    /// The weights that can be loaded, if it is done with weights.
    pub steps: Option<Steps>,
    /// The one to do now: its card is open.
    pub is_current: bool,
    /// For the buttons below the sets.
    pub operation: OperationId,
}

impl Card {
    pub(super) fn new(
        workout: &Workout,
        block: Block,
        planned: &PlannedBlock,
        about: About<'_>,
        ids: &mut impl FnMut() -> OperationId,
    ) -> Self {
        let exercise = workout.exercise(block).unwrap_or(&planned.exercise).clone();
        let swapped = exercise.exercise().filter(|_| exercise != planned.exercise);
        // Another exercise has its own history; the load of the planned one says nothing about it.
        let swapped =
            swapped.map(|exercise| planned.swapped(exercise, about.history, workout.day(), about.person));
        let plan = swapped.as_ref().unwrap_or(planned);
        let advice = exercise.exercise();
        let logged: Vec<(u8, &LoggedSet)> = workout
            .sets()
            .iter()
            .filter(|(slot, _)| slot.block() == block && slot.kind() == SetKind::Work)
            .map(|(slot, set)| (slot.set(), set))
            .collect();
        let taken: Vec<&str> = workout
            .blocks()
            .filter_map(|(block, _)| workout.exercise(block))
            .map(ExerciseId::as_str)
            .collect();
        let units = units(about.person);
        let prescription = &plan.prescription;
        let ramp = (1..).zip(&prescription.ramp);
        let ramp =
            ramp.filter_map(|(n, set)| Row::ramp(workout, block, n, *set, &exercise, about, ids)).collect();
        let mut rows: Vec<Row> = (1..=workout.rows(block))
            .filter_map(|n| Row::work(workout, block, n, plan, &exercise, &logged, about, ids))
            .collect();
        mark_records(&mut rows, &logged, about);
        if let Some((_, last)) = logged.last()
            && last.exercise == exercise
            && let Some(next) = rows.iter_mut().find(|row| !row.state.is_logged())
        {
            next.comment = hint(plan, last, about);
        }
        Self {
            block,
            name: exercise.name().to_owned(),
            advice,
            amount: range(workout.rows(block), plan.range, advice.is_some_and(|exercise| exercise.per_side)),
            reason: prescription.reason.map(|reason| reason.sentence(units)),
            last_time: last_time(&exercise, about),
            reserve: reserve(plan, about.person),
            ramp,
            rows,
            skipped: workout.skipped(block),
            alternatives: advice
                .map(|exercise| alternatives(exercise, about.person, &taken))
                .unwrap_or_default(),
            offer: prescription.offer.as_ref().filter(|_| logged.is_empty()).map(|offer| {
                let exercise = match offer {
                    Offer::Harder(exercise) | Offer::Easier(exercise) => Some(exercise.clone()),
                    Offer::AddWeight(_) => None,
                };
                (offer.label(units), exercise)
            }),
            rest_seconds: plan.rest_seconds,
            steps: advice.and_then(|exercise| Steps::of(exercise.into(), &about.person.gear)),
            is_current: false,
            operation: ids(),
            exercise,
        }
    }

    /// Work sets that are logged.
    #[must_use]
    pub fn logged(&self) -> usize {
        self.rows.iter().filter(|row| row.state.is_logged()).count()
    }

    pub(super) fn next_row(&self) -> Option<&Row> {
        self.rows.iter().find(|row| !row.state.is_logged())
    }

    /// Marks the next row, and says what it is.
    pub(super) fn make_current(&mut self) -> Option<String> {
        let name = self.name.clone();
        let row = self.rows.iter_mut().find(|row| !row.state.is_logged())?;
        row.state = RowState::Current;
        let load = row.next().map(|next| format!(": {next}")).unwrap_or_default();
        Some(format!("{name}, set {}{load}", row.slot.set()))
    }
}

fn last_time(exercise: &ExerciseId, about: About<'_>) -> Option<String> {
    let last = last_done(about.history, exercise)?;
    Some(format!("{}: {}", short_date(last.day), last.summary(units(about.person))))
}

/// People learn to judge how near they are to their last repetition, so beginners are told and not asked.
fn reserve(plan: &PlannedBlock, person: &Person) -> Option<String> {
    // Nobody does a stretch to the last repetition.
    let builds_muscle = plan.exercise.exercise().is_none_or(|exercise| exercise.pattern.builds_muscle());
    match (plan.range, plan.reps_in_reserve) {
        (Range::Seconds { .. }, _) | (_, 0) => None,
        _ if person.asks_effort || !builds_muscle => None,
        (Range::Reps { .. }, more) => {
            Some(format!("Stop each set while you could still do about {more} more."))
        }
    }
}

/// Another load for the next set: `That was easy: try 62.5 kg next.`
fn hint(plan: &PlannedBlock, last: &LoggedSet, about: About<'_>) -> Option<String> {
    let other = next_set(plan, last, about.person)?;
    let word = match other.compare(last.load) {
        Some(std::cmp::Ordering::Greater) => "easy",
        Some(std::cmp::Ordering::Less | std::cmp::Ordering::Equal) | None => "hard",
    };
    Some(format!("That was {word}: try {} next.", other.for_reader(units(about.person))))
}

/// A record belongs to the row of its set. Only sets of one exercise are compared: a swap may lie between them.
fn mark_records(rows: &mut [Row], logged: &[(u8, &LoggedSet)], about: About<'_>) {
    let groups = logged.chunk_by(|(_, one), (_, next)| one.exercise == next.exercise);
    for group in groups {
        let sets: Vec<LoggedSet> = group.iter().map(|(_, set)| (*set).clone()).collect();
        for (i, record) in records(about.history, &sets, about.person.body_weight) {
            let number = group.get(i).map(|(number, _)| *number);
            let Some(row) = rows.iter_mut().find(|row| Some(row.slot.set()) == number) else { continue };
            row.state = RowState::Record;
            // One sentence for each set: what was done says more than what is estimated from it.
            if row.comment.is_none() || !matches!(record, Record::OneRepMax(_)) {
                row.comment = Some(record.sentence(units(about.person)));
            }
        }
    }
}
