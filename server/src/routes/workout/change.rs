//! The forms that change one thing about the open workout. Each brings the id of its operation, so that one that is
//! sent twice counts once.

use accounts::training::WorkoutChanged;
use app::model::{Alert, FormState, Notice, RefusedRows};
use axum::response::Response;
use domain::form::{FieldError, FieldErrors, FormFields};
use domain::workout::document::{
    Block, Change, Operation, OperationId, Outcome, Slot, Term, Workout, WorkoutId,
};
use domain::workout::exercise_id::ExerciseId;
use domain::workout::load::LoggedSet;
use domain::workout::performance::Why;
use domain::workout::training::Units;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{open, page};
use crate::context::Context;
use crate::error::AppError;
use crate::form::PostForm;

/// What a row shows again after an error.
const ROW: &[&str] = &["weight", "load", "band", "reps", "left", "right", "seconds", "rir", "note"];

pub(super) async fn log(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    context.need_store()?;
    let slot = hidden(&fields, "slot", Slot::parse)?;
    match set(&fields, context.app.clock.now()) {
        Ok(set) => apply(&context, &fields, Change::Log(slot, set), &format!("#{slot}")).await,
        Err(errors) => {
            let refused = row_refused(slot, &fields, errors.clone(), None);
            let page = page(&context, None, refused).await;
            context.refused(page, AppError::Invalid(errors)).await
        }
    }
}

pub(super) async fn clear(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    let slot = hidden(&fields, "slot", Slot::parse)?;
    apply(&context, &fields, Change::Clear(slot), &format!("#{slot}")).await
}

pub(super) async fn skip(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    let block = hidden(&fields, "block", Block::parse)?;
    let why = match fields.value("why") {
        "" => None,
        word => Some(choice(&fields, "why", Why::ALL.iter().copied().find(|why| why.word() == word))?),
    };
    apply(&context, &fields, Change::Skip(block, why), &format!("#{block}")).await
}

pub(super) async fn swap(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    let block = hidden(&fields, "block", Block::parse)?;
    let exercise = hidden(&fields, "exercise", ExerciseId::parse)?;
    let term = match fields.value("term") {
        "" | "today" => Some(Term::Today),
        "for_good" => Some(Term::ForGood),
        _ => None,
    };
    let term = choice(&fields, "term", term)?;
    apply(&context, &fields, Change::Swap(block, exercise, term), &format!("#{block}")).await
}

pub(super) async fn add_set(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    let block = hidden(&fields, "block", Block::parse)?;
    apply(&context, &fields, Change::AddSet(block), &format!("#{block}")).await
}

/// Applies a change and leads back to `anchor` on the player. A form from before the start has no workout: it goes to
/// the open one, or starts it.
async fn apply(
    context: &Context,
    fields: &FormFields,
    change: Change,
    anchor: &str,
) -> Result<Response, AppError> {
    context.need_store()?;
    let operation = Operation { id: hidden(fields, "operation", OperationId::parse)?, change };
    let id = match workout_id(fields)? {
        Some(id) => id,
        None => match open(context).await? {
            Some(id) => id,
            None => return context.refused_by_notice(Notice::TooManyWorkouts, AppError::Full),
        },
    };
    let change = operation.change.clone();
    let changed =
        context.app.accounts.change_workout(&context.caller(), context.user_id(), id, &[operation]).await?;
    let (workout, outcome) = match changed {
        WorkoutChanged::Done { workout, outcomes } => {
            (workout, outcomes.first().copied().unwrap_or(Outcome::Applied))
        }
        WorkoutChanged::Gone => return context.refused_by_notice(Notice::WorkoutGone, AppError::NotFound),
        WorkoutChanged::TooMany => return Err(AppError::BadRequest),
    };
    let alert = match outcome {
        Outcome::Applied => None,
        Outcome::Duplicate => is_other(&workout, &change).then_some(Alert::AlreadySent),
        Outcome::Refused(refusal) => Some(Alert::Refused(refusal)),
        Outcome::Gone => return context.refused_by_notice(Notice::WorkoutGone, AppError::NotFound),
    };
    let Some(alert) = alert else { return Ok(context.done(&format!("/workout{anchor}"))) };
    let refused = match change {
        Change::Log(slot, _) => row_refused(slot, fields, FieldErrors::default(), Some(alert)),
        Change::Clear(_)
        | Change::Skip(..)
        | Change::Swap(..)
        | Change::AddSet(_)
        | Change::Finish { .. } => RefusedRows { alert: Some(alert), ..RefusedRows::default() },
    };
    let page = page(context, None, refused).await;
    context.refused(page, AppError::Invalid(("operation", FieldError::Invalid).into())).await
}

/// Whether a form that had been sent before brings something else now: the page of before was shown again, and
/// changed.
fn is_other(workout: &Workout, change: &Change) -> bool {
    match change {
        Change::Log(slot, set) => workout.sets().get(slot).is_none_or(|kept| {
            (kept.load, kept.amount, kept.rir, &kept.note) != (set.load, set.amount, set.rir, &set.note)
        }),
        Change::Clear(_)
        | Change::Skip(..)
        | Change::Swap(..)
        | Change::AddSet(_)
        | Change::Finish { .. } => false,
    }
}

fn row_refused(slot: Slot, fields: &FormFields, errors: FieldErrors, alert: Option<Alert>) -> RefusedRows {
    let form = FormState { values: fields.keep(ROW), errors, alert: None };
    RefusedRows { alert, rows: [(slot, form)].into() }
}

/// The set of a row. A correction keeps the time of the set it corrects, which is in the field `at`.
pub(super) fn set(fields: &FormFields, now: OffsetDateTime) -> Result<LoggedSet, FieldErrors> {
    let field = |name: &'static str| move |error: FieldError| FieldErrors::from((name, error));
    let exercise = fields.required("exercise").and_then(ExerciseId::parse).map_err(field("exercise"))?;
    let exercise = exercise.exercise().ok_or(FieldErrors::from(("exercise", FieldError::UnknownChoice)))?;
    let unit = Units::ALL.iter().copied().find(|unit| unit.word() == fields.value("unit"));
    let unit = unit.ok_or(FieldErrors::from(("unit", FieldError::UnknownChoice)))?;
    let at = OffsetDateTime::parse(fields.value("at"), &Rfc3339).unwrap_or(now);
    LoggedSet::from_form(fields, exercise, unit, at)
}

/// A field that the page has filled in. An error in it is not the person's, so there is no form to show.
pub(in crate::routes) fn hidden<T>(
    fields: &FormFields,
    name: &'static str,
    parse: impl Fn(&str) -> Result<T, FieldError>,
) -> Result<T, AppError> {
    let value = fields.required(name).and_then(parse);
    value.map_err(|error| AppError::Invalid((name, error).into()))
}

fn choice<T>(fields: &FormFields, name: &'static str, found: Option<T>) -> Result<T, AppError> {
    fields
        .one(name)
        .and_then(|_| found.ok_or(FieldError::UnknownChoice))
        .map_err(|error| AppError::Invalid((name, error).into()))
}

/// Which workout a form is about; `None` if its page was made before the start.
pub(in crate::routes) fn workout_id(fields: &FormFields) -> Result<Option<WorkoutId>, AppError> {
    if fields.value("workout").is_empty() {
        Ok(None)
    } else {
        hidden(fields, "workout", WorkoutId::parse).map(Some)
    }
}
