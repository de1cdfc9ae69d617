//! `/dev/…`: the script that reloads pages, and its events. Only under `cargo dev`; any other server has no such
//! routes, and no page that names them.
//!
//! Outside of the session layer, so that an open page is no activity.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use futures::stream::{self, Stream, StreamExt as _};
use http::header::CONTENT_TYPE;
use tower_http::services::ServeFile;

use crate::live_reload::LiveReload;
use crate::state::App;

pub(crate) const SCRIPT: &str = "/dev/reload.js";

/// How soon a browser asks again. While there is no server its connection waits in the supervisor's socket.
const RETRY: Duration = Duration::from_millis(100);

/// Empty unless `cargo dev` has started this process.
pub(crate) fn router(app: &App) -> Router<App> {
    let Some(reload) = &app.live_reload else { return Router::new() };
    let reload = Arc::clone(reload);
    // All other files are served as they were at the start; this one changes without a restart.
    let css = app.assets.css.as_str();
    let sheet = app.config.site_root.join(css.trim_start_matches('/'));
    Router::new()
        .route(SCRIPT, get(script))
        .route("/dev/events", get(move || async move { events(&reload) }))
        .route_service(css, ServeFile::new(sheet))
}

async fn script() -> Response {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("live_reload/reload.js"))
        .into_response()
}

fn events(reload: &LiveReload) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let statuses = stream::unfold(reload.subscribe(), |mut status| async move {
        status.changed().await.ok()?;
        let text = serde_json::to_string(&*status.borrow_and_update()).unwrap_or_default();
        Some((Ok(Event::default().retry(RETRY).data(text)), status))
    });
    Sse::new(statuses.take_until(reload.stopping())).keep_alive(KeepAlive::default())
}
