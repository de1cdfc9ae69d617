//! Ending sessions from the list.

use axum::response::Response;

use crate::accounts::sign_in::record;
use crate::form::PostForm;
use crate::refusal::Refusal;
use crate::respond::{Client, see_other};
use crate::routes::auth::end_own_session;

/// `POST /api/sessions/end`: one session of this account. The own one is a log out.
pub async fn end(PostForm { context, fields }: PostForm) -> Result<Response, Refusal> {
    let owner = context.owner(Some("/session"))?;
    let handle = fields.one("handle").unwrap_or_default();
    if context.session.meta().is_some_and(|meta| meta.handle == handle) {
        return end_own_session(&context).await;
    }
    if !handle.is_empty() && context.app.sessions.end(owner, handle).await? {
        record(&context, owner, "session_end_one").await;
        return Ok(context.done("/session?done=ended"));
    }
    match context.client {
        // Unknown, ended already, or somebody else's: the same answer for all of them.
        Client::Form => Ok(see_other("/session?error=session_not_found")),
        Client::Json => Err(Refusal::NotFound),
    }
}

/// `POST /api/sessions/end-others`
pub async fn end_others(PostForm { context, .. }: PostForm) -> Result<Response, Refusal> {
    let owner = context.owner(Some("/session"))?;
    let meta = context.session.meta();
    let ended = context.app.sessions.end_all(owner, meta.as_ref().map(|meta| &meta.key)).await?;
    tracing::info!(event = "session_end_others", user.id = %owner, ended, "other sessions were ended");
    record(&context, owner, "session_end_others").await;
    Ok(context.done("/session?done=others_ended"))
}
