//! `/workout`, the player. Each of its forms changes the open workout and leads back to where it was.

pub(super) mod change;
mod ending;
pub(super) mod sheet;
pub(super) mod trainee;

use accounts::training::{StartWorkout, WorkoutStarted};
use app::model::{FormState, Notice, Page, RefusedRows, WorkoutPage};
use axum::response::Response;
use domain::workout::document::WorkoutId;
use http::StatusCode;

use self::trainee::Trainee;
use crate::context::Context;
use crate::error::AppError;
use crate::form::{Guard, PostForm};
use crate::route_table::RouteTable;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table
        .get("/workout", show)
        .get("/workout/review", ending::review)
        .form("/api/workouts/start", "/workout", Guard::Token, start)
        .form("/api/workouts/log", "/workout", Guard::Token, change::log)
        .form("/api/workouts/clear", "/workout", Guard::Token, change::clear)
        .form("/api/workouts/skip", "/workout", Guard::Token, change::skip)
        .form("/api/workouts/swap", "/workout", Guard::Token, change::swap)
        .form("/api/workouts/add-set", "/workout", Guard::Token, change::add_set)
        .form("/api/workouts/sheet", "/workout", Guard::Token, sheet::submit)
        .form("/api/workouts/finish", "/workout", Guard::Token, ending::finish)
        .form("/api/workouts/discard", "/workout", Guard::Token, ending::discard)
}

async fn show(context: Context) -> Response {
    let sheet = context.query.iter().any(|(name, _)| name == "sheet");
    let page = page(&context, sheet.then(FormState::default), RefusedRows::default()).await;
    context.page(StatusCode::OK, page).await
}

async fn start(PostForm { context, .. }: PostForm) -> Result<Response, AppError> {
    Ok(match open(&context).await? {
        Some(_) => context.done("/workout"),
        None => return context.refused_by_notice(Notice::TooManyWorkouts, AppError::Full),
    })
}

/// The open workout; one is started if there is none. `None` if there were too many today.
async fn open(context: &Context) -> Result<Option<WorkoutId>, AppError> {
    context.need_store()?;
    context.may_begin_session().await?;
    let trainee = Trainee::of(context);
    let start = StartWorkout { preferences: &trainee.preferences, zone: &trainee.zone };
    let started = context.app.accounts.start_workout(&context.caller(), context.user_id(), start).await?;
    Ok(match started {
        WorkoutStarted::Done(workout) => Some(workout.id()),
        WorkoutStarted::AlreadyOpen(id) => Some(id),
        WorkoutStarted::TooMany => None,
    })
}

/// The player with the open workout, or with today's plan. While no store answers, today's is better than nothing.
async fn page(context: &Context, sheet: Option<FormState>, refused: RefusedRows) -> Page {
    let trainee = Trainee::of(context);
    let (player, remarks) = trainee.player(context).await;
    let sheet = sheet.map(|form| if form.is_refused() { form } else { sheet::present(&trainee) });
    Page::Workout(Box::new(WorkoutPage {
        player,
        remarks,
        sheet,
        notice: context.notice(),
        signed_in: context.visitor.user().is_some(),
        refused,
    }))
}
