//! `/`.

use model::{HomePage, Page};
use axum::response::Response;
use http::StatusCode;

use crate::context::Context;
use crate::route_table::RouteTable;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get("/", show)
}

async fn show(context: Context) -> Response {
    let page = HomePage { customised: context.visitor.data.preferences.is_some() };
    context.page(StatusCode::OK, Page::Home(page)).await
}
