//! Correcting and deleting a finished workout.

use accounts::training::WorkoutMoved;
use app::model::{Alert, DeleteWorkoutPage, EditWorkoutPage, FormState, Notice, Page, RefusedRows};
use axum::extract::Path;
use axum::response::Response;
use domain::form::{FieldErrors, FormFields};
use domain::workout::document::{Status, Workout, WorkoutId};
use http::StatusCode;

use super::{before, own};
use crate::context::Context;
use crate::error::AppError;
use crate::form::PostForm;
use crate::respond::see_other;
use crate::routes::workout::change::hidden;
use crate::routes::workout::sheet::{Saved, operations, save as save_rows, time_fields, times, typed};
use crate::routes::workout::trainee::Trainee;

pub(super) async fn show(context: Context, Path(id): Path<String>) -> Result<Response, AppError> {
    let (_, workout) = own(&context, &id).await?;
    if workout.status() == Status::Open {
        return Ok(see_other("/workout"));
    }
    let values = shown_times(&workout);
    let page = page(&context, &workout, FormState { values, ..FormState::default() }, RefusedRows::default());
    Ok(context.page(StatusCode::OK, page.await?).await)
}

fn shown_times(workout: &Workout) -> FormFields {
    time_fields(workout.started_at(), workout.ended_at().unwrap_or(workout.started_at()))
}

async fn page(
    context: &Context,
    workout: &Workout,
    times: FormState,
    refused: RefusedRows,
) -> Result<Page, AppError> {
    let trainee = Trainee::of(context);
    let history = context.app.accounts.performances(&context.caller(), context.user_id(), None).await?;
    let player = trainee.shown(workout, true, before(&history, workout.day()));
    Ok(Page::EditWorkout(Box::new(EditWorkoutPage { player, times, refused })))
}

pub(super) async fn save(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    let id = hidden(&fields, "workout", WorkoutId::parse)?;
    let (accounts, client, user) = (&context.app.accounts, context.caller(), context.user_id());
    let Some(workout) = accounts.workout(&client, user, id).await? else { return gone(&context) };
    let times = times(&fields, workout.zone());
    let operations = operations(&fields, workout.sets(), workout.started_at());
    let alert = match (times, operations) {
        (Ok((started_at, ended_at)), Ok(operations)) => {
            // Minutes are typed: whoever changes none keeps the seconds.
            let moved = if fields.keep(&["day", "start", "end"]) == shown_times(&workout) {
                None
            } else {
                match accounts.move_workout(&client, user, id, started_at, ended_at).await? {
                    WorkoutMoved::Done(_) => None,
                    WorkoutMoved::Impossible(refusal) => Some(refusal),
                    WorkoutMoved::Gone => return gone(&context),
                }
            };
            match moved {
                Some(refusal) => refusal,
                None => match save_rows(&context, id, &operations).await? {
                    Saved::Done => {
                        return Ok(context.done(&Notice::WorkoutChanged.url_on(&format!("/history/{id}"))));
                    }
                    Saved::Gone => return gone(&context),
                    Saved::Refused(refusal) => refusal,
                },
            }
        }
        (times, operations) => {
            let errors = times.err().unwrap_or_default();
            let kept = RefusedRows { alert: None, rows: typed(&fields, &FieldErrors::default()) };
            let refused = operations.err().unwrap_or(kept);
            return refuse(&context, &fields, &workout, errors, refused).await;
        }
    };
    let rows = typed(&fields, &FieldErrors::default());
    let refused = RefusedRows { alert: Some(Alert::Refused(alert)), rows };
    refuse(&context, &fields, &workout, FieldErrors::default(), refused).await
}

async fn refuse(
    context: &Context,
    fields: &FormFields,
    workout: &Workout,
    errors: FieldErrors,
    refused: RefusedRows,
) -> Result<Response, AppError> {
    let mut all = refused.errors();
    errors.iter().for_each(|(name, error)| all.add(name, error));
    let times =
        FormState { values: fields.keep(&["day", "start", "end"]), errors, alert: Some(Alert::CheckFields) };
    let page = page(context, workout, times, refused).await?;
    context.refused(page, AppError::Invalid(all)).await
}

/// The page that asks whether to delete.
pub(super) async fn ask(context: Context, Path(id): Path<String>) -> Result<Response, AppError> {
    let (_, workout) = own(&context, &id).await?;
    let page = DeleteWorkoutPage {
        id: workout.id(),
        name: workout.plan().name.clone(),
        day: workout.day(),
        sets: workout.sets().len(),
    };
    Ok(context.page(StatusCode::OK, Page::DeleteWorkout(page)).await)
}

pub(super) async fn delete(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    let id = hidden(&fields, "workout", WorkoutId::parse)?;
    if fields.value("confirmed").is_empty() {
        return Ok(context.done(&format!("/history/{id}/delete")));
    }
    let (user, _) = context.signed_in()?;
    if context.app.accounts.delete_workout(&context.caller(), Some(&user.id), id).await? {
        Ok(context.done(&Notice::WorkoutDeleted.url()))
    } else {
        gone(&context)
    }
}

fn gone(context: &Context) -> Result<Response, AppError> {
    match context.client {
        crate::respond::ClientKind::Form => Ok(see_other(&Notice::WorkoutGone.url_on("/history"))),
        crate::respond::ClientKind::Json => Err(AppError::NotFound),
    }
}
