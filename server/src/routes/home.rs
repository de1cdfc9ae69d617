//! `/`: today's workout, and the way to log in.

use app::model::{HomePage, Page};
use axum::response::Response;
use domain::workout::programme::programme;
use http::StatusCode;

use crate::context::Context;
use crate::route_table::RouteTable;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get("/", show)
}

async fn show(context: Context) -> Response {
    let preferences = context.visitor.preferences();
    let page = HomePage {
        workout: programme(&preferences.training, ordinal(&context).await),
        customised: preferences.updated_at.is_some(),
        preferences,
    };
    context.page(StatusCode::OK, Page::Home(page)).await
}

/// How many workouts this visitor has finished; the next one follows them. Nothing is kept for visitors without an
/// account, so they are always at the first.
///
/// These pages are also shown while the database does not answer: then the first workout is better than none.
pub(super) async fn ordinal(context: &Context) -> u32 {
    let Some(user) = context.visitor.user() else { return 0 };
    match context.app.accounts.finished_workouts(&user.id).await {
        Ok(count) => count,
        Err(error) => {
            tracing::debug!(%error, "the finished workouts could not be counted");
            0
        }
    }
}
