//! `/`: today's workout, and the way to log in.

use app::model::{HomePage, Page};
use axum::response::Response;
use domain::workout::week::{ThisWeek, Week};
use http::StatusCode;

use crate::context::Context;
use crate::route_table::RouteTable;
use crate::routes::workout::trainee::Trainee;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get("/", show)
}

async fn show(context: Context) -> Response {
    let trainee = Trainee::of(&context);
    let ((player, remarks), week) = tokio::join!(trainee.player(&context), week(&context, &trainee));
    let page = HomePage {
        player,
        remarks,
        week,
        customised: trainee.preferences.updated_at.is_some(),
        preferences: trainee.preferences,
    };
    context.page(StatusCode::OK, Page::Home(Box::new(page))).await
}

/// How far the week is. The page is also shown while the store does not answer: then without.
async fn week(context: &Context, trainee: &Trainee) -> Option<ThisWeek> {
    let (user, today) = (context.user_id()?, trainee.today());
    let since = Week::of(today).monday();
    let days = context.app.accounts.trained_days(&context.caller(), Some(user), since).await.ok()?;
    Some(ThisWeek::new(&days, today, trainee.preferences.training.days_per_week))
}
