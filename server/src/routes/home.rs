//! `/`: today's workout, and the way to log in.

use app::model::{HomePage, Page};
use axum::response::Response;
use domain::workout::plan::workout_of_the_day;
use http::StatusCode;

use crate::context::Context;
use crate::route_table::RouteTable;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get("/", show)
}

async fn show(context: Context) -> Response {
    let preferences = context.visitor.preferences();
    let page = HomePage {
        workout: workout_of_the_day(&preferences.training, today(&context)),
        customised: preferences.updated_at.is_some(),
        preferences,
    };
    context.page(StatusCode::OK, Page::Home(page)).await
}

/// Days since 1970-01-01, in UTC.
pub(super) fn today(context: &Context) -> i64 {
    context.app.clock.now().unix_timestamp().div_euclid(86_400)
}
