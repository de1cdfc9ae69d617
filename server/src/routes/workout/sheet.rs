//! All sets in one form: of the open workout, of one that is over and is entered now, or of a finished one.

use std::collections::{BTreeMap, BTreeSet};

use accounts::training::{EnterWorkout, OPERATIONS_AT_ONCE, WorkoutChanged, WorkoutEntered, time_in};
use app::model::{Alert, FormState, Notice, RefusedRows};
use axum::response::Response;
use domain::form::{FieldError, FieldErrors, FormFields};
use domain::workout::document::{
    Change, Operation, OperationId, Outcome, Refusal, Slot, Workout, WorkoutId, Zone,
};
use domain::workout::load::LoggedSet;
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime, Time};

use super::change::{hidden, set};
use super::page;
use super::trainee::Trainee;
use crate::context::Context;
use crate::error::AppError;
use crate::form::PostForm;

/// The fields in which the amount of a set stands.
const AMOUNTS: [&str; 4] = ["reps", "left", "right", "seconds"];
const TIMES: &[&str] = &["day", "start", "end"];

pub(super) async fn submit(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    context.need_store()?;
    let id = hidden(&fields, "workout", WorkoutId::parse)?;
    if fields.value("open").is_empty() {
        enter(&context, &fields, id).await
    } else {
        log_all(&context, &fields, id).await
    }
}

/// The sets of the open workout.
async fn log_all(context: &Context, fields: &FormFields, id: WorkoutId) -> Result<Response, AppError> {
    let workout = context.app.accounts.workout(&context.caller(), context.user_id(), id).await?;
    let Some(workout) = workout else {
        return context.refused_by_notice(Notice::WorkoutGone, AppError::NotFound);
    };
    let now = context.app.clock.now();
    let refused = match operations(fields, workout.sets(), now) {
        Ok(operations) => match save(context, id, &operations).await? {
            Saved::Done => return Ok(context.done("/workout")),
            Saved::Gone => return context.refused_by_notice(Notice::WorkoutGone, AppError::NotFound),
            Saved::Refused(refusal) => RefusedRows {
                alert: Some(Alert::Refused(refusal)),
                rows: typed(fields, &FieldErrors::default()),
            },
        },
        Err(refused) => refused,
    };
    let errors = refused.errors();
    let page = page(context, Some(FormState::default()), refused).await;
    context.refused(page, AppError::Invalid(errors)).await
}

/// A workout that is over.
async fn enter(context: &Context, fields: &FormFields, id: WorkoutId) -> Result<Response, AppError> {
    let trainee = Trainee::of(context);
    let times = times(fields, &trainee.zone);
    let started = times.as_ref().map_or(trainee.now, |(started, _)| *started);
    let (refused, errors) = match (times, operations(fields, &BTreeMap::new(), started)) {
        (Ok((started_at, ended_at)), Ok(operations)) => {
            context.may_begin_session().await?;
            let entered = EnterWorkout {
                id,
                preferences: &trainee.preferences,
                zone: &trainee.zone,
                started_at,
                ended_at,
                operations: &operations,
            };
            let entered =
                context.app.accounts.enter_workout(&context.caller(), context.user_id(), entered).await?;
            let alert = match entered {
                WorkoutEntered::Done(workout) => return Ok(entered_answer(context, &workout)),
                WorkoutEntered::Impossible(refusal) => refusal,
                WorkoutEntered::Refused(outcomes) => refusal(&outcomes).unwrap_or(Refusal::OutOfRange),
                WorkoutEntered::TooMany => {
                    return context.refused_by_notice(Notice::TooManyWorkouts, AppError::Full);
                }
            };
            let rows = typed(fields, &FieldErrors::default());
            (RefusedRows { alert: Some(Alert::Refused(alert)), rows }, FieldErrors::default())
        }
        (times, operations) => {
            let rows = typed(fields, &FieldErrors::default());
            let kept = RefusedRows { alert: None, rows };
            (operations.err().unwrap_or(kept), times.err().unwrap_or_default())
        }
    };
    let mut all = refused.errors();
    errors.iter().for_each(|(name, error)| all.add(name, error));
    let times = FormState { values: fields.keep(TIMES), errors, alert: Some(Alert::CheckFields) };
    let page = page(context, Some(times), refused).await;
    context.refused(page, AppError::Invalid(all)).await
}

fn entered_answer(context: &Context, workout: &Workout) -> Response {
    if context.user_id().is_some() {
        context.done(&Notice::WorkoutSaved.url_on(&format!("/history/{}", workout.id())))
    } else {
        context.done(&Notice::WorkoutFinished.url())
    }
}

/// The time fields of a workout that ends now.
pub(super) fn present(trainee: &Trainee) -> FormState {
    FormState { values: time_fields(trainee.now, trainee.now), ..FormState::default() }
}

/// Day, start and end as the form has them.
pub(in crate::routes) fn time_fields(started_at: OffsetDateTime, ended_at: OffsetDateTime) -> FormFields {
    let clock = |at: OffsetDateTime| at.format(format_description!("[hour]:[minute]")).unwrap_or_default();
    let day = started_at.format(format_description!("[year]-[month]-[day]")).unwrap_or_default();
    let fields = [("day", day), ("start", clock(started_at)), ("end", clock(ended_at))];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Start and end. An end before the start is after midnight.
pub(in crate::routes) fn times(
    fields: &FormFields,
    zone: &Zone,
) -> Result<(OffsetDateTime, OffsetDateTime), FieldErrors> {
    let clock = |name| {
        let typed = fields.required(name)?;
        Time::parse(typed, format_description!("[hour]:[minute]")).map_err(|_| FieldError::Invalid)
    };
    let mut errors = FieldErrors::default();
    let day = errors.check(
        "day",
        fields.required("day").and_then(|typed| {
            Date::parse(typed, format_description!("[year]-[month]-[day]")).map_err(|_| FieldError::Invalid)
        }),
    );
    let (start, end) = (errors.check("start", clock("start")), errors.check("end", clock("end")));
    match (day, start, end) {
        (Some(day), Some(start), Some(end)) => {
            let last = if end < start { day.saturating_add(Duration::DAY) } else { day };
            Ok((time_in(zone, day, start), time_in(zone, last, end)))
        }
        _ => Err(errors),
    }
}

/// What a sheet changes about these sets: rows with an amount are logged, those whose amount was emptied are cleared,
/// and those that are as they were are left alone.
pub(in crate::routes) fn operations(
    fields: &FormFields,
    sets: &BTreeMap<Slot, LoggedSet>,
    now: OffsetDateTime,
) -> Result<Vec<Operation>, RefusedRows> {
    let (mut operations, mut rows, mut refused) = (Vec::new(), BTreeMap::new(), false);
    for slot in slots(fields) {
        let row = row(fields, slot);
        let old = sets.get(&slot);
        let id = row.required("operation").and_then(OperationId::parse);
        let read = match id {
            Err(error) => Err(FieldErrors::from(("operation", error))),
            Ok(_) if AMOUNTS.iter().all(|name| row.value(name).trim().is_empty()) => {
                Ok(old.map(|_| Change::Clear(slot)))
            }
            Ok(_) => set(&row, old.map_or(now, |old| old.logged_at)).map(|new| {
                let same =
                    old.is_some_and(|old| LoggedSet { logged_at: old.logged_at, ..new.clone() } == *old);
                (!same).then_some(Change::Log(slot, new))
            }),
        };
        let errors = match (read, id) {
            (Ok(Some(change)), Ok(id)) => {
                operations.push(Operation { id, change });
                FieldErrors::default()
            }
            (Ok(_), _) => FieldErrors::default(),
            (Err(errors), _) => {
                refused = true;
                errors
            }
        };
        rows.insert(slot, FormState { values: row, errors, alert: None });
    }
    if refused { Err(RefusedRows { alert: Some(Alert::CheckFields), rows }) } else { Ok(operations) }
}

/// What was typed into each row, to be shown again.
pub(in crate::routes) fn typed(fields: &FormFields, errors: &FieldErrors) -> BTreeMap<Slot, FormState> {
    slots(fields)
        .into_iter()
        .map(|slot| (slot, FormState { values: row(fields, slot), errors: errors.clone(), alert: None }))
        .collect()
}

/// The rows that the form has.
fn slots(fields: &FormFields) -> BTreeSet<Slot> {
    let slot =
        |(name, _): (&str, &str)| name.strip_suffix("-operation").and_then(|slot| Slot::parse(slot).ok());
    fields.iter().filter_map(slot).collect()
}

/// The fields of a row, by the names they have in a form of their own.
fn row(fields: &FormFields, slot: Slot) -> FormFields {
    let prefix = format!("{slot}-");
    let own = fields
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?.to_owned(), value.to_owned())));
    own.collect()
}

/// What became of a sheet.
pub(in crate::routes) enum Saved {
    Done,
    Gone,
    Refused(Refusal),
}

/// Applies the operations of a sheet, as many at once as are allowed.
pub(in crate::routes) async fn save(
    context: &Context,
    id: WorkoutId,
    operations: &[Operation],
) -> Result<Saved, AppError> {
    for some in operations.chunks(OPERATIONS_AT_ONCE) {
        let changed =
            context.app.accounts.change_workout(&context.caller(), context.user_id(), id, some).await?;
        match changed {
            WorkoutChanged::Done { outcomes, .. } => {
                if let Some(refusal) = refusal(&outcomes) {
                    return Ok(Saved::Refused(refusal));
                }
            }
            WorkoutChanged::Gone => return Ok(Saved::Gone),
            WorkoutChanged::TooMany => return Err(AppError::BadRequest),
        }
    }
    Ok(Saved::Done)
}

fn refusal(outcomes: &[Outcome]) -> Option<Refusal> {
    outcomes.iter().find_map(|outcome| match outcome {
        Outcome::Refused(refusal) => Some(*refusal),
        Outcome::Applied | Outcome::Duplicate | Outcome::Gone => None,
    })
}
