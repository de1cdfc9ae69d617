//! `/history`: finished workouts, their progress, and the table of all sets.

mod edit;

use accounts::ports::WorkoutSummary;
use accounts::training::{Cursor, HistoryEntry};
use app::model::{HistoryItem, HistoryPage, Notice, Page, WorkoutDetailPage, lines};
use axum::body::Body;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use domain::account::UserId;
use domain::workout::document::{Workout, WorkoutId};
use domain::workout::performance::Performance;
use domain::workout::prescription::{Person, Plan};
use domain::workout::records::records;
use domain::workout::volume::four_weeks;
use domain::workout::week::{ThisWeek, Week, last_weeks, streak};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use time::Date;

use crate::context::Context;
use crate::error::AppError;
use crate::form::Guard;
use crate::route_table::RouteTable;
use crate::routes::workout::trainee::Trainee;

/// On a page of the list.
const WORKOUTS_SHOWN: u32 = 20;
/// In the strip above it.
const WEEKS_SHOWN: u32 = 12;
/// The streak is counted through so many weeks at most.
const WEEKS_COUNTED: u32 = 520;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table
        .get("/history", show)
        .get("/history/export.csv", export)
        .get("/history/{id}", detail)
        .get("/history/{id}/edit", edit::show)
        .get("/history/{id}/delete", edit::ask)
        .form("/api/workouts/edit", "/history", Guard::SignedIn, edit::save)
        .form("/api/workouts/delete", "/history", Guard::SignedIn, edit::delete)
}

async fn show(context: Context) -> Result<Response, AppError> {
    let (user, _) = context.on_protected_page()?;
    let trainee = Trainee::of(&context);
    let (client, accounts, user) = (context.caller(), &context.app.accounts, Some(&user.id));
    let before = Cursor::parse(context.query.value("before"));
    let today = trainee.today();
    let since = Week::of(today).before(WEEKS_COUNTED).monday();
    let (found, history, days) = tokio::try_join!(
        accounts.history(&client, user, before, WORKOUTS_SHOWN),
        accounts.performances(&client, user, None),
        accounts.trained_days(&client, user, since),
    )?;
    let page = HistoryPage {
        week: ThisWeek::new(&days, today, trainee.preferences.training.days_per_week),
        streak: streak(&days, today),
        weeks: last_weeks(&days, today, WEEKS_SHOWN),
        today,
        workouts: found.entries.into_iter().map(|entry| item(entry, &history, &trainee.person)).collect(),
        older: found.next.map(|cursor| cursor.to_string()),
        is_older: before.is_some(),
        lines: lines(&history, &trainee.person),
        volume: four_weeks(&history, today),
        notice: context.notice(),
    };
    Ok(context.page(StatusCode::OK, Page::History(page)).await)
}

fn item(entry: HistoryEntry, history: &[Performance], person: &Person) -> HistoryItem {
    match entry {
        HistoryEntry::Logged(summary) => HistoryItem {
            records: records_of(&summary, history, person),
            id: Some(summary.id),
            day: summary.day(),
            minutes: (summary.ended_at - summary.started_at).whole_minutes(),
            sets: summary.sets,
            name: summary.name,
        },
        HistoryEntry::Counted(workout) => HistoryItem {
            id: None,
            day: workout.started_at.date(),
            minutes: (workout.finished_at - workout.started_at).whole_minutes().max(0),
            sets: workout.sets_done.into(),
            name: workout.name,
            records: 0,
        },
    }
}

fn records_of(summary: &WorkoutSummary, history: &[Performance], person: &Person) -> usize {
    let earlier = before(history, summary.day());
    let of = |performance: &Performance| records(earlier, &performance.sets, person.body_weight).len();
    summary.performances.iter().map(of).sum()
}

/// The performances before a day; the list is in the order of time.
fn before(history: &[Performance], day: Date) -> &[Performance] {
    &history[..history.partition_point(|performance| performance.day < day)]
}

async fn detail(context: Context, Path(id): Path<String>) -> Result<Response, AppError> {
    let (user, workout) = own(&context, &id).await?;
    let trainee = Trainee::of(&context);
    let history = context.app.accounts.performances(&context.caller(), Some(&user), None).await?;
    let page = WorkoutDetailPage::new(&workout, before(&history, workout.day()), &trainee.person);
    // An open one is in the player.
    let Some(mut page) = page else { return Ok(crate::respond::see_other("/workout")) };
    page.next = Some(next(&trainee.plan(&context).await, &trainee));
    page.notice = Notice::parse("/history/{id}", &context.query);
    Ok(context.page(StatusCode::OK, Page::WorkoutDetail(page)).await)
}

/// `Full body B: Barbell deadlift 60 kg, Overhead press.`
fn next(plan: &Plan, trainee: &Trainee) -> String {
    let unit = trainee.preferences.training.units;
    let mains = plan.blocks.iter().filter(|block| block.main).map(|block| {
        let load = block.prescription.load.map(|load| format!(", {}", load.for_reader(unit)));
        format!("{}{}", block.exercise.name(), load.unwrap_or_default())
    });
    let mains: Vec<String> = mains.collect();
    if mains.is_empty() { format!("{}.", plan.name) } else { format!("{}: {}.", plan.name, mains.join("; ")) }
}

/// A workout of the person on a protected page. One of somebody else is not found.
async fn own(context: &Context, id: &str) -> Result<(UserId, Workout), AppError> {
    let (user, _) = context.on_protected_page()?;
    let id = WorkoutId::parse(id).map_err(|_| AppError::NotFound)?;
    let found = context.app.accounts.workout(&context.caller(), Some(&user.id), id).await?;
    Ok((user.id.clone(), found.ok_or(AppError::NotFound)?))
}

/// Every set that was logged.
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
