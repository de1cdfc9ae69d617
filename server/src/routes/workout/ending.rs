//! How a workout ends: finished, reviewed first if sets are missing, or discarded.

use accounts::training::{WorkoutDiscarded, WorkoutFinished};
use app::model::{Notice, Page, ReviewPage};
use axum::response::Response;
use domain::workout::document::{Ending, OperationId, WorkoutId};
use http::StatusCode;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::change::{hidden, workout_id};
use super::trainee::Trainee;
use crate::context::Context;
use crate::error::AppError;
use crate::form::PostForm;
use crate::respond::see_other;

const REVIEW: &str = "/workout/review";

/// What is missing, and both ways out.
pub(super) async fn review(context: Context) -> Result<Response, AppError> {
    context.need_store()?;
    let discards = context.query.iter().any(|(name, _)| name == "discard");
    let (player, _) = Trainee::of(&context).player(&context).await;
    if !player.started {
        return Ok(see_other("/workout"));
    }
    let missing = player.cards.iter().filter(|card| card.skipped.is_none());
    let missing = missing.map(|card| (card.name.clone(), card.rows.len() - card.logged()));
    let page = ReviewPage {
        workout: player.id,
        name: player.name.clone(),
        missing: missing.filter(|(_, sets)| *sets > 0).collect(),
        logged: player.logged(),
        discards,
        last_set_at: player.abandoned.and_then(|abandoned| abandoned.last_set_at),
        operation: player.operation,
    };
    Ok(context.page(StatusCode::OK, Page::Review(page)).await)
}

pub(super) async fn finish(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    context.need_store()?;
    let Some(id) = workout_id(&fields)? else {
        // From the page of before the start.
        return Ok(context.done(REVIEW));
    };
    let operation = hidden(&fields, "operation", OperationId::parse)?;
    let at = match fields.value("at") {
        "" => None,
        typed => Some(OffsetDateTime::parse(typed, &Rfc3339).map_err(|_| AppError::BadRequest)?),
    };
    let (accounts, client, user) = (&context.app.accounts, context.caller(), context.user_id());
    if fields.value("confirmed").is_empty() {
        let Some(workout) = accounts.workout(&client, user, id).await? else { return gone(&context) };
        match workout.ending() {
            Ending::Finish => {}
            Ending::Review { .. } | Ending::Discard => return Ok(context.done(REVIEW)),
        }
    }
    match accounts.finish_workout(&client, user, id, operation, at).await? {
        WorkoutFinished::Done(workout) if user.is_some() => {
            Ok(context.done(&Notice::WorkoutSaved.url_on(&format!("/history/{}", workout.id()))))
        }
        WorkoutFinished::Done(_) => Ok(context.done(&Notice::WorkoutFinished.url())),
        WorkoutFinished::NothingLogged => Ok(context.done(REVIEW)),
        WorkoutFinished::Gone => gone(&context),
    }
}

pub(super) async fn discard(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    context.need_store()?;
    let id = hidden(&fields, "workout", WorkoutId::parse)?;
    let confirmed = !fields.value("confirmed").is_empty();
    let discarded =
        context.app.accounts.discard_workout(&context.caller(), context.user_id(), id, confirmed).await?;
    Ok(match discarded {
        WorkoutDiscarded::Done => context.done(&Notice::WorkoutDiscarded.url()),
        WorkoutDiscarded::HasSets(_) => context.done(&format!("{REVIEW}?discard")),
        // It is in the history, where it can be deleted.
        WorkoutDiscarded::Finished if context.user_id().is_some() => context.done(&format!("/history/{id}")),
        WorkoutDiscarded::Finished => context.done("/workout"),
    })
}

fn gone(context: &Context) -> Result<Response, AppError> {
    context.refused_by_notice(Notice::WorkoutGone, AppError::NotFound)
}
