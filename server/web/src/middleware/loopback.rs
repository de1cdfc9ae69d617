//! Enforces one host name in development. `localhost`, `127.0.0.1` and `[::1]` are one machine but three
//! origins: a page opened under a name other than that of `PUBLIC_URL` would post from a foreign origin.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{HOST, LOCATION};
use http::{HeaderValue, Method, StatusCode, uri::Authority};
use url::Host;

use crate::state::App;
use configuration::{AppEnv, is_loopback};

/// Endpoints that are not pages.
const JSON: &[&str] = &["/session-info", "/sessions"];

/// Redirects (307) a page requested under another loopback name to the same path under `PUBLIC_URL`.
pub(crate) async fn one_loopback_name(State(app): State<App>, request: Request, next: Next) -> Response {
    match elsewhere(&app, &request) {
        Some(location) => (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, location)]).into_response(),
        None => next.run(request).await,
    }
}

fn elsewhere(app: &App, request: &Request) -> Option<HeaderValue> {
    let page = *request.method() == Method::GET && !JSON.contains(&request.uri().path());
    if app.config.env != AppEnv::Development || !page {
        return None;
    }
    let host = request.headers().get(HOST)?.to_str().ok()?.parse::<Authority>().ok()?;
    let own = &app.config.public_url;
    let named_loopback = Host::parse(host.host()).is_ok_and(|host| is_loopback(&host));
    if !named_loopback || !own.is_loopback() || host.host().eq_ignore_ascii_case(own.host()) {
        return None;
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    HeaderValue::from_str(&own.join(path)).ok()
}
