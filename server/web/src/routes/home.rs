//! `/`: the next workout, and the way to log in.

use axum::response::Response;
use http::StatusCode;
use model::Page;

use crate::context::Context;
use crate::route_table::RouteTable;
use crate::routes::workout::trainee;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get("/", show)
}

async fn show(context: Context) -> Response {
    let page = trainee(&context).home_page().await;
    context.page(StatusCode::OK, Page::Home(Box::new(page))).await
}
