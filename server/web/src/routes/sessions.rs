//! `/session`: what this session contains and when it ends; logging out; ending sessions from the list.

mod page;

use accounts::{Ended, LoggedOut};
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode};
use model::Notice;

use crate::context::Context;
use crate::error::AppError;
use crate::form::{Guard, LogoutForm, PostForm};
use crate::route_table::RouteTable;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table
        .get("/session", show)
        .form("/api/auth/logout", "/session", Guard::TokenToLogOut, log_out)
        .form("/api/auth/logout-everywhere", "/session", Guard::TokenToLogOut, log_out_everywhere)
        .form("/api/sessions/end", "/session", Guard::SignedIn, end)
        .form("/api/sessions/end-others", "/session", Guard::SignedIn, end_others)
}

async fn show(context: Context) -> Result<Response, AppError> {
    context.need_store()?;
    let page = page::page(&context).await?;
    Ok(context.page(StatusCode::OK, page).await)
}

async fn log_out(LogoutForm { context }: LogoutForm) -> Result<Response, AppError> {
    let outcome = context.app.accounts.log_out(&context.caller()).await;
    logged_out(&context, outcome)
}

async fn log_out_everywhere(PostForm { context, .. }: PostForm) -> Result<Response, AppError> {
    let owner = context.owner()?;
    let outcome = context.app.accounts.log_out_everywhere(&context.caller(), owner).await;
    logged_out(&context, outcome)
}

/// Ends one session of this account, identified by its public handle.
async fn end(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    let owner = context.owner()?;
    let handle = fields.one("handle").unwrap_or_default();
    match context.app.accounts.end_session(&context.caller(), owner, handle).await? {
        Ended::Done => Ok(context.done(&Notice::SessionEnded.url())),
        Ended::NotFound => context.refused_by_notice(Notice::SessionNotFound, AppError::NotFound),
        Ended::Own(outcome) => logged_out(&context, outcome),
    }
}

async fn end_others(PostForm { context, .. }: PostForm) -> Result<Response, AppError> {
    let owner = context.owner()?;
    context.app.accounts.end_other_sessions(&context.caller(), owner).await?;
    Ok(context.done(&Notice::OtherSessionsEnded.url()))
}

/// Redirects to `/login`, leaving no page of the account behind in the browser. The cookie is removed by its own header:
/// the `"cookies"` directive would also remove those of other applications on this host. `"storage"` would take the sets
/// along that no answer has confirmed yet, of this person and of others who use this browser: they wait for their owners.
fn logged_out(context: &Context, outcome: LoggedOut) -> Result<Response, AppError> {
    match outcome {
        LoggedOut::Done => {}
        LoggedOut::NotDone => return Err(AppError::LogoutNotDone),
        LoggedOut::Gone => return Err(AppError::Unauthenticated { return_to: None, reason: None }),
    }
    let mut response = context.done("/login");
    let name = HeaderName::from_static("clear-site-data");
    response.headers_mut().insert(name, HeaderValue::from_static("\"cache\""));
    Ok(response)
}
