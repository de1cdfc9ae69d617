//! The forms that change one thing about the open workout. Each brings the id of its operation, so that one that is
//! sent twice counts once.

use accounts::Error;
use accounts::training::{WaitingOperation, WorkoutChanged};
use domain::account::UserId;
use domain::form::{FieldError, FieldErrors, FormFields};
use domain::workout::document::{
    Block, Change, Operation, OperationId, Outcome, Slot, Term, Workout, WorkoutId,
};
use domain::workout::exercise_id::ExerciseId;
use domain::workout::load::LoggedSet;
use domain::workout::performance::Why;
use domain::workout::training::Units;
use model::{Alert, FormState, RefusedRows};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::{Answer, Trainee, hidden, workout_id};

/// Which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The row of a set.
    Log,
    Clear,
    Skip,
    Swap,
    AddSet,
}

/// What a row shows again after an error.
const ROW: &[&str] = &["weight", "load", "band", "reps", "left", "right", "seconds", "rir", "note"];

impl Trainee<'_> {
    /// Applies a change and leads back to where it was. A form from before the start has no workout: it goes to the
    /// open one, or starts it.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn change(&self, form: Form, fields: &FormFields) -> Result<Answer, Error> {
        let (id, workout, change) = match read(form, fields, self.now) {
            Ok(read) => read,
            Err(errors) => return Ok(self.not_read(form, fields, errors).await),
        };
        let workout = match workout {
            Some(workout) => workout,
            None => match self.opened().await? {
                Some(workout) => workout,
                None => return Ok(Answer::TooManyWorkouts),
            },
        };
        let operation = Operation { id, change: change.clone() };
        let changed = self.accounts.change_workout(&self.client, self.user(), workout, &[operation]).await?;
        let WorkoutChanged::Done { workout, outcomes } = changed else {
            // One operation is never too many.
            return Ok(Answer::Gone("/workout"));
        };
        let alert = match outcomes.first() {
            Some(Outcome::Applied) | None => None,
            Some(Outcome::Duplicate) => is_other(&workout, &change).then_some(Alert::AlreadySent),
            Some(Outcome::Refused(refusal)) => Some(Alert::Refused(*refusal)),
            Some(Outcome::Gone) => return Ok(Answer::Gone("/workout")),
        };
        let Some(alert) = alert else { return Ok(Answer::Done(format!("/workout#{}", anchor(&change)))) };
        let mut refused = RefusedRows { alert: Some(alert), ..RefusedRows::default() };
        if let Change::Log(slot, _) = change {
            refused.rows.insert(slot, typed(fields, FieldErrors::default()));
        }
        Ok(match self.refused(None, refused).await {
            Answer::Refused(page, _) => Answer::Refused(page, ("operation", FieldError::Invalid).into()),
            other => other,
        })
    }

    /// The same form, to be applied once `owner` has logged in again. `None` if there is something wrong with it.
    #[must_use]
    pub fn change_later(&self, form: Form, fields: &FormFields, owner: UserId) -> Option<WaitingOperation> {
        let (id, workout, change) = read(form, fields, self.now).ok()?;
        let operation = Operation { id, change };
        Some(WaitingOperation {
            owner,
            workout,
            zone: self.zone.clone(),
            operation,
            confirmed: false,
            since: None,
        })
    }

    /// The row with the errors beside its fields; or just the errors, if they are not in what a person types.
    async fn not_read(&self, form: Form, fields: &FormFields, errors: FieldErrors) -> Answer {
        let slot = hidden(fields, "slot", Slot::parse);
        match (form, slot) {
            (Form::Log, Ok(slot)) if errors.iter().any(|(name, _)| ROW.contains(&name)) => {
                let rows = [(slot, typed(fields, errors))].into();
                self.refused(None, RefusedRows { alert: None, rows }).await
            }
            (Form::Log | Form::Clear | Form::Skip | Form::Swap | Form::AddSet, _) => Answer::Invalid(errors),
        }
    }
}

fn read(
    form: Form,
    fields: &FormFields,
    now: OffsetDateTime,
) -> Result<(OperationId, Option<WorkoutId>, Change), FieldErrors> {
    let id = hidden(fields, "operation", OperationId::parse)?;
    Ok((id, workout_id(fields)?, change(form, fields, now)?))
}

fn change(form: Form, fields: &FormFields, now: OffsetDateTime) -> Result<Change, FieldErrors> {
    let slot = || hidden(fields, "slot", Slot::parse);
    let block = || hidden(fields, "block", Block::parse);
    Ok(match form {
        Form::Log => Change::Log(slot()?, set(fields, now)?),
        Form::Clear => Change::Clear(slot()?),
        Form::AddSet => Change::AddSet(block()?),
        Form::Skip => {
            let why = match fields.value("why") {
                "" => None,
                word => Some(choice("why", Why::ALL.iter().copied().find(|why| why.word() == word))?),
            };
            Change::Skip(block()?, why)
        }
        Form::Swap => {
            let term = match fields.value("term") {
                "" | "today" => Some(Term::Today),
                "for_good" => Some(Term::ForGood),
                _ => None,
            };
            Change::Swap(block()?, hidden(fields, "exercise", ExerciseId::parse)?, choice("term", term)?)
        }
    })
}

/// Where on the page a change is seen.
fn anchor(change: &Change) -> String {
    match change {
        Change::Log(slot, _) | Change::Clear(slot) => slot.to_string(),
        Change::Skip(block, _) | Change::Swap(block, ..) | Change::AddSet(block) => block.to_string(),
        Change::Finish { .. } => "finish".to_owned(),
    }
}

/// Whether a form that had been sent before brings something else now: the page of before was shown again, and
/// changed.
fn is_other(workout: &Workout, change: &Change) -> bool {
    match change {
        Change::Log(slot, set) => workout.sets().get(slot).is_none_or(|kept| {
            (kept.load, kept.amount, kept.rir, &kept.note) != (set.load, set.amount, set.rir, &set.note)
        }),
        // The buttons of a row share an id, and so do those below it.
        Change::Clear(slot) => workout.sets().contains_key(slot),
        Change::Skip(block, why) => workout.skipped(*block) != *why,
        Change::Swap(block, exercise, _) => workout.exercise(*block) != Some(exercise),
        // Nothing tells one row more from another.
        Change::AddSet(_) | Change::Finish { .. } => false,
    }
}

fn typed(fields: &FormFields, errors: FieldErrors) -> FormState {
    FormState { values: fields.keep(ROW), errors, alert: None }
}

/// The set of a row. A correction keeps the time of the set it corrects, which is in the field `at`.
pub(crate) fn set(fields: &FormFields, now: OffsetDateTime) -> Result<LoggedSet, FieldErrors> {
    let exercise = hidden(fields, "exercise", ExerciseId::parse)?;
    let format = choice("exercise", exercise.exercise())?.into();
    let unit = Units::ALL.iter().copied().find(|unit| unit.word() == fields.value("unit"));
    let at = OffsetDateTime::parse(fields.value("at"), &Rfc3339).unwrap_or(now);
    LoggedSet::from_form(fields, exercise, format, choice("unit", unit)?, at)
}

fn choice<T>(name: &'static str, found: Option<T>) -> Result<T, FieldErrors> {
    found.ok_or_else(|| (name, FieldError::UnknownChoice).into())
}

#[cfg(test)]
mod tests {
    use domain::workout::document::Zone;
    use domain::workout::prescription::{Person, prescribe};
    use domain::workout::programme::programme;
    use domain::workout::training::{Training, TrainingDetails};
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-01 18:04 UTC);

    #[test]
    fn another_button_with_the_id_of_one_that_was_sent_is_noticed() {
        let training = Training::default();
        let person = Person::new(&training, &TrainingDetails::default());
        let plan = prescribe(&programme(&training, 0), &[], NOW.date(), &person);
        let id = WorkoutId::from_bytes([7; 16]);
        let mut workout = Workout::open(id, plan, Zone::utc(), NOW, NOW).unwrap();
        let block = Block::parse("b1").unwrap();
        let slot = Slot::parse("b1s1").unwrap();
        let planned = workout.exercise(block).unwrap().clone();
        let mut fields = FormFields::default();
        fields.push("reps", "8");
        let set = LoggedSet::from_form(
            &fields,
            planned.clone(),
            planned.exercise().unwrap().into(),
            Units::Kg,
            NOW,
        )
        .unwrap();
        let other = ExerciseId::parse("plank").unwrap();
        let (log, clear) = (Change::Log(slot, set), Change::Clear(slot));
        let skip = Change::Skip(block, Some(Why::Busy));
        let swap = Change::Swap(block, other, Term::Today);
        let is_other = |workout: &Workout, changes: [&Change; 4]| changes.map(|one| is_other(workout, one));
        assert_eq!(is_other(&workout, [&log, &clear, &skip, &swap]), [true, false, true, true]);
        for (number, change) in (1..).zip([&log, &skip, &swap]) {
            let id = OperationId::from_bytes([number; 16]);
            assert_eq!(workout.apply(Operation { id, change: change.clone() }, NOW), Outcome::Applied);
        }
        assert_eq!(is_other(&workout, [&log, &clear, &skip, &swap]), [false, true, false, false]);
    }
}
