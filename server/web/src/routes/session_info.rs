//! `GET /session-info` and `GET /sessions`: JSON, even for a browser that asks for a page.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use domain::preferences::Preferences;
use http::HeaderValue;
use serde::Serialize;
use time::OffsetDateTime;

use crate::context::Context;
use crate::error::AppError;
use crate::respond::json_error;
use crate::route_table::RouteTable;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get("/session-info", session_info).get("/sessions", sessions)
}

/// What this session contains, signed in or not. The names are part of the public contract.
#[derive(Serialize)]
struct SessionInfo {
    authenticated: bool,
    user: Option<UserInfo>,
    session: Option<SessionDetails>,
    preferences: Preferences,
}

#[derive(Serialize)]
struct UserInfo {
    id: String,
    email: String,
    display_name: String,
    provider: String,
}

#[derive(Serialize)]
struct SessionDetails {
    handle: String,
    #[serde(with = "time::serde::rfc3339::option")]
    login_time: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339")]
    last_activity: OffsetDateTime,
    ip_address: Option<String>,
    user_agent: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    idle_expires_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    absolute_expires_at: Option<OffsetDateTime>,
    store: &'static str,
}

async fn session_info(context: Context) -> Response {
    match info(&context).await {
        Ok(info) => Json(info).into_response(),
        Err(error) => json_error(&error),
    }
}

async fn info(context: &Context) -> Result<SessionInfo, AppError> {
    context.need_store()?;
    let data = context.session.data().await;
    let times = context.session.times().await;
    let login = data.login.as_ref();
    let user = context.visitor.user().zip(login).map(|(user, login)| UserInfo {
        id: user.id.to_string(),
        email: user.email.as_str().to_owned(),
        display_name: user.display_name.as_str().to_owned(),
        provider: login.provider.clone(),
    });
    let session = context.session.meta().map(|meta| SessionDetails {
        handle: meta.handle,
        login_time: login.map(|login| login.login_time),
        last_activity: meta.last_activity,
        ip_address: login.and_then(|login| login.ip_address.clone()),
        user_agent: login.and_then(|login| login.user_agent.clone()),
        idle_expires_at: times.and_then(|times| times.idle_expires_at),
        absolute_expires_at: times.and_then(|times| times.absolute_expires_at),
        store: context.app.sessions.rows.kind(),
    });
    let preferences = data.preferences.unwrap_or_default();
    Ok(SessionInfo { authenticated: user.is_some(), user, session, preferences })
}

/// The account's live sessions, most recently active first.
async fn sessions(context: Context) -> Response {
    list(&context).await.unwrap_or_else(|error| json_error(&error))
}

async fn list(context: &Context) -> Result<Response, AppError> {
    let (user, _) = context.signed_in()?;
    let limit = match context.query.one("limit") {
        Ok("") => 100,
        Ok(text) => text.parse().ok().filter(|n| (1..=100).contains(n)).ok_or(AppError::BadRequest)?,
        Err(_) => return Err(AppError::BadRequest),
    };
    let meta = context.session.meta();
    let own = meta.as_ref().map(|meta| &meta.key);
    let (sessions, total) = context.app.sessions.list(&user.id, own, limit).await?;
    let mut response = Json(sessions).into_response();
    response.headers_mut().insert("x-total-count", HeaderValue::from(total));
    Ok(response)
}
