//! `/workout`, the player, and `/history`, the finished workouts. What the pages show and the forms do is decided in
//! `training`; here it becomes HTTP.

use accounts::training::WaitingOperation;
use axum::body::Body;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use domain::workout::document::WorkoutId;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use model::{Notice, Page};
use training::{Answer, Form, Found, Trainee};

use crate::context::Context;
use crate::error::AppError;
use crate::form::{Guard, PlayerForm, PostForm};
use crate::respond::{ClientKind, see_other};
use crate::route_table::RouteTable;
use crate::visitor::Identity;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    let change = |form| move |post| change(form, post);
    table
        .get("/workout", show)
        .get("/workout/review", review)
        .form("/api/workouts/start", "/workout", Guard::Token, start)
        .form("/api/workouts/log", "/workout", Guard::Token, change(Form::Log))
        .form("/api/workouts/clear", "/workout", Guard::Token, change(Form::Clear))
        .form("/api/workouts/skip", "/workout", Guard::Token, change(Form::Skip))
        .form("/api/workouts/swap", "/workout", Guard::Token, change(Form::Swap))
        .form("/api/workouts/add-set", "/workout", Guard::Token, change(Form::AddSet))
        .form("/api/workouts/sheet", "/workout", Guard::Token, sheet)
        .form("/api/workouts/finish", "/workout", Guard::Token, finish)
        .form("/api/workouts/discard", "/workout", Guard::Token, discard)
        .get("/history", history)
        .get("/history/export.csv", export)
        .get("/history/{id}", detail)
        .get("/history/{id}/edit", edit_page)
        .get("/history/{id}/delete", delete_page)
        .form("/api/workouts/edit", "/history", Guard::SignedIn, edit)
        .form("/api/workouts/delete", "/history", Guard::SignedIn, delete)
}

/// The visitor of this request as somebody who trains.
pub(super) fn trainee(context: &Context) -> Trainee<'_> {
    Trainee::new(
        &context.app.accounts,
        context.caller(),
        context.user_id().cloned(),
        context.visitor.preferences(),
        context.time_zone.as_deref(),
        context.app.clock.now(),
    )
}

fn asks_for(context: &Context, what: &str) -> bool {
    context.query.iter().any(|(name, _)| name == what)
}

async fn show(context: Context) -> Response {
    let trainee = trainee(&context);
    let mut page = match (asks_for(&context, "sheet"), asks_for(&context, "past")) {
        (true, true) => trainee.past_sheet_page().await,
        (on_sheet, _) => trainee.workout_page(on_sheet).await,
    };
    page.notice = context.notice();
    page.out_of_reach |= matches!(context.visitor.identity, Identity::Unknown);
    context.page(StatusCode::OK, Page::Workout(Box::new(page))).await
}

async fn review(context: Context) -> Result<Response, AppError> {
    context.need_store()?;
    Ok(match trainee(&context).review_page(asks_for(&context, "discard")).await? {
        Some(page) => context.page(StatusCode::OK, Page::Review(page)).await,
        None => see_other("/workout"),
    })
}

async fn start(PostForm { context, .. }: PostForm) -> Result<Response, AppError> {
    begin(&context).await?;
    answer(&context, trainee(&context).start().await?).await
}

async fn change(form: Form, post: PlayerForm) -> Result<Response, AppError> {
    let PlayerForm { context, fields, late_for } = post;
    if let Some(owner) = late_for {
        return keep(&context, trainee(&context).change_later(form, &fields, owner)).await;
    }
    begin(&context).await?;
    answer(&context, trainee(&context).change(form, &fields).await?).await
}

async fn sheet(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    begin(&context).await?;
    answer(&context, trainee(&context).sheet(&fields).await?).await
}

async fn finish(PlayerForm { context, fields, late_for }: PlayerForm) -> Result<Response, AppError> {
    if let Some(owner) = late_for {
        return keep(&context, trainee(&context).finish_later(&fields, owner)).await;
    }
    context.need_store()?;
    answer(&context, trainee(&context).finish(&fields).await?).await
}

async fn discard(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    context.need_store()?;
    answer(&context, trainee(&context).discard(&fields).await?).await
}

/// The login of the page has ended: to log in is next. What the form brings waits for it, unless there is something
/// wrong with it.
async fn keep(context: &Context, operation: Option<WaitingOperation>) -> Result<Response, AppError> {
    if let Some(operation) = operation {
        context.may_begin_session().await?;
        if !context.app.accounts.keep_for_login(&context.caller(), &operation).await? {
            // It must not be said to wait.
            return Err(AppError::TooLarge);
        }
    }
    Err(context.unauthenticated())
}

/// Before something is kept for a visitor who may have no session yet.
async fn begin(context: &Context) -> Result<(), AppError> {
    context.need_store()?;
    context.may_begin_session().await
}

async fn history(context: Context) -> Result<Response, AppError> {
    context.on_protected_page()?;
    let mut page = trainee(&context).history_page(context.query.value("before")).await?;
    page.notice = context.notice();
    Ok(context.page(StatusCode::OK, Page::History(page)).await)
}

async fn detail(context: Context, Path(id): Path<String>) -> Result<Response, AppError> {
    let id = id_on_protected_page(&context, &id)?;
    let found = trainee(&context).detail_page(id).await?;
    show_found(&context, found, |mut page| {
        page.notice = Notice::parse("/history/{id}", &context.query);
        Page::WorkoutDetail(page)
    })
    .await
}

async fn edit_page(context: Context, Path(id): Path<String>) -> Result<Response, AppError> {
    let id = id_on_protected_page(&context, &id)?;
    let found = trainee(&context).edit_page(id).await?;
    show_found(&context, found, |page| Page::EditWorkout(Box::new(page))).await
}

async fn delete_page(context: Context, Path(id): Path<String>) -> Result<Response, AppError> {
    let id = id_on_protected_page(&context, &id)?;
    let found = trainee(&context).delete_page(id).await?;
    show_found(&context, found, Page::DeleteWorkout).await
}

fn id_on_protected_page(context: &Context, id: &str) -> Result<WorkoutId, AppError> {
    context.on_protected_page()?;
    WorkoutId::parse(id).map_err(|_| AppError::NotFound)
}

async fn show_found<T>(
    context: &Context,
    found: Found<T>,
    page: impl FnOnce(T) -> Page,
) -> Result<Response, AppError> {
    match found {
        Found::Finished(found) => Ok(context.page(StatusCode::OK, page(found)).await),
        Found::Open => Ok(see_other("/workout")),
        Found::Nothing => Err(AppError::NotFound),
    }
}

async fn edit(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    context.signed_in()?;
    answer(&context, trainee(&context).edit(&fields).await?).await
}

async fn delete(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    context.signed_in()?;
    answer(&context, trainee(&context).delete(&fields).await?).await
}

/// Every set that was logged, as a table for spreadsheets.
async fn export(context: Context) -> Result<Response, AppError> {
    let (user, _) = context.on_protected_page()?;
    let table = context.app.accounts.export_csv(&context.caller(), Some(&user.id)).await?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"workouts.csv\"")),
    ];
    // An error in the middle breaks the connection off, so that nobody takes the part for the whole.
    Ok((headers, Body::from_stream(table)).into_response())
}

async fn answer(context: &Context, answer: Answer) -> Result<Response, AppError> {
    match (answer, context.client) {
        (Answer::Done(location), _) => Ok(context.done(&location)),
        (Answer::Refused(page, errors), _) => context.refused(*page, AppError::Invalid(errors)).await,
        (Answer::Invalid(errors), _) => Err(AppError::Invalid(errors)),
        (Answer::Gone(page), ClientKind::Form) => Ok(see_other(&Notice::WorkoutGone.url_on(page))),
        (Answer::Gone(_), ClientKind::Json) => Err(AppError::NotFound),
        (Answer::TooManyWorkouts, _) => {
            context.refused_by_notice(Notice::TooManyWorkouts, AppError::TooManyWorkouts)
        }
    }
}
