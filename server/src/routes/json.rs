//! `GET /session-info` and `GET /sessions`.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::client_address::shortened_text;
use crate::config::AppEnv;
use crate::context::Context;
use crate::refusal::Refusal;
use crate::respond::json_response;

/// `GET /session-info`: what this session holds, for signed in or not.
pub async fn session_info(context: Context) -> Response {
    info(&context).await.unwrap_or_else(refused)
}

async fn info(context: &Context) -> Result<Response, Refusal> {
    context.need_store()?;
    let data = context.session.data().await;
    let times = context.session.times().await;
    let login = data.login.as_ref();
    let user = context.visitor.user().zip(login).map(|(user, login)| {
        json!({
            "id": user.id.as_str(),
            "email": user.email.as_str(),
            "display_name": user.display_name.as_str(),
            "provider": login.provider,
        })
    });
    let session = context.session.meta().map(|meta| {
        json!({
            "handle": meta.handle,
            "login_time": login.map(|login| rfc3339(login.login_time)),
            "last_activity": rfc3339(meta.last_activity),
            "ip_address": login.and_then(|login| login.ip_address.as_deref()),
            "user_agent": login.and_then(|login| login.user_agent.as_deref()),
            "idle_expires_at": times.and_then(|times| times.idle_expires_at).map(rfc3339),
            "absolute_expires_at": times.and_then(|times| times.absolute_expires_at).map(rfc3339),
            "store": context.app.sessions.rows.kind(),
        })
    });
    let preferences =
        serde_json::to_value(data.preferences.unwrap_or_default()).map_err(Refusal::internal)?;
    let body = json!({
        "authenticated": user.is_some(),
        "user": user,
        "session": session,
        "preferences": preferences,
    });
    Ok(json_response(StatusCode::OK, &body))
}

/// `GET /sessions`: the account's live sessions, newest activity first.
pub async fn sessions(context: Context) -> Response {
    list(&context).await.unwrap_or_else(refused)
}

/// JSON for everyone, even for a browser that asks for a page.
fn refused(refusal: Refusal) -> Response {
    let mut response = json_response(refusal.status(), &json!({ "error": refusal.code(), "fields": {} }));
    if let Some(seconds) = refusal.retry_after() {
        response.headers_mut().insert(http::header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

async fn list(context: &Context) -> Result<Response, Refusal> {
    let (user, _) = context.signed_in(None)?;
    let limit = match context.query.one("limit") {
        Ok("") => 100,
        Ok(text) => text.parse().ok().filter(|n| (1..=100).contains(n)).ok_or(Refusal::BadRequest)?,
        Err(_) => return Err(Refusal::BadRequest),
    };
    let meta = context.session.meta();
    let (mut sessions, total) =
        context.app.sessions.list(&user.id, meta.as_ref().map(|meta| &meta.key), limit).await?;
    if context.app.config.env == AppEnv::Demo {
        for session in sessions.iter_mut().filter(|session| !session.current) {
            session.ip_address = session.ip_address.as_deref().map(shortened_text);
        }
    }
    let body: Value = serde_json::to_value(sessions).map_err(Refusal::internal)?;
    let mut response = json_response(StatusCode::OK, &body).into_response();
    response.headers_mut().insert("x-total-count", HeaderValue::from(total));
    Ok(response)
}

/// RFC 3339 in UTC.
pub fn rfc3339(at: OffsetDateTime) -> String {
    // Fails for years beyond 9999 only.
    at.format(&Rfc3339).unwrap_or_default()
}
