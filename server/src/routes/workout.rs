//! `/workout`, the player, and `/history`, the finished workouts.

use accounts::{WORKOUTS_PER_DAY, WorkoutSaved};
use app::model::{Alert, FormState, HistoryPage, Notice, Page, WorkoutPage};
use axum::response::Response;
use domain::form::{FieldError, FieldErrors, FormFields};
use domain::workout::log::FinishedWorkout;
use domain::workout::programme::programme;
use http::StatusCode;

use crate::context::Context;
use crate::error::AppError;
use crate::form::{Guard, PostForm};
use crate::route_table::RouteTable;
use crate::routes::home::ordinal;

const WORKOUTS_SHOWN: u32 = 100;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table
        .get("/workout", show)
        .form("/api/workouts", "/workout", Guard::SignedIn, finish)
        .get("/history", history)
}

async fn show(context: Context) -> Response {
    let page = page(&context, FormState::default()).await;
    context.page(StatusCode::OK, page).await
}

/// Saves a finished workout of a signed-in person. Others are told that nothing is saved.
async fn finish(visitor: Context, form: Result<PostForm, AppError>) -> Result<Response, AppError> {
    let PostForm { context, fields } = match form {
        Err(error @ AppError::Unauthenticated { reason: None, .. }) => {
            return visitor.refused_by_notice(Notice::WorkoutFinished, error);
        }
        form => form?,
    };
    context.need_store()?;
    let (user, _) = context.signed_in()?;
    let workout = match FinishedWorkout::from_form(&fields, context.app.clock.now()) {
        Ok(workout) => workout,
        Err(errors) => return refused(&context, &fields, errors).await,
    };
    match context.app.accounts.add_workout(&user.id, &workout).await? {
        WorkoutSaved::Done => Ok(context.done(&Notice::WorkoutSaved.url())),
        WorkoutSaved::TooMany => {
            let errors = FieldErrors::from(("sets_done", FieldError::TooMany(WORKOUTS_PER_DAY)));
            refused(&context, &fields, errors).await
        }
    }
}

async fn refused(context: &Context, fields: &FormFields, errors: FieldErrors) -> Result<Response, AppError> {
    let values = fields.keep(&["sets_done"]);
    let form = FormState { values, errors: errors.clone(), alert: Some(Alert::CheckFields) };
    context.refused(page(context, form).await, AppError::Invalid(errors)).await
}

async fn history(context: Context) -> Result<Response, AppError> {
    let (user, _) = context.on_protected_page()?;
    let workouts = context.app.accounts.workouts(&user.id, WORKOUTS_SHOWN).await?;
    let page = HistoryPage { workouts, notice: context.notice() };
    Ok(context.page(StatusCode::OK, Page::History(page)).await)
}

/// The next workout of this visitor.
async fn page(context: &Context, form: FormState) -> Page {
    let workout = programme(&context.visitor.preferences().training, ordinal(context).await);
    Page::Workout(WorkoutPage {
        workout,
        notice: context.notice(),
        signed_in: context.visitor.user().is_some(),
        started_at: context.app.clock.now(),
        form,
    })
}
