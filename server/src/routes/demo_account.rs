//! `Use a demo account` on `/login`, in a public demonstration.
//!
//! A visitor with a session sends the token of the page, which a second click on the button repeats: both lead
//! to one account. Without a session a second click cannot be told from that of another visitor, and makes
//! another account; the limit per address and the end after a day bound what that leaves behind.

use accounts::DemoAccount;
use app::model::{Alert, Notice};
use axum::response::Response;
use domain::form::FormFields;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sessions::typed::SessionStatus;

use crate::context::Context;
use crate::error::AppError;
use crate::form::{Guard, PublicForm};
use crate::route_table::RouteTable;
use crate::routes::login;
use configuration::AppEnv;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.form("/api/auth/demo", "/login", Guard::Token, use_demo_account)
}

async fn use_demo_account(PublicForm { context, fields }: PublicForm) -> Result<Response, AppError> {
    match context.app.config.env {
        AppEnv::Demo => {}
        AppEnv::Development | AppEnv::Production => return Err(AppError::NotFound),
    }
    if context.visitor.user().is_some() {
        // A second click, or the page of before the login: nobody should lose an account they have begun to use.
        return Ok(context.done("/account"));
    }
    match create(&context, &fields).await {
        Ok(DemoAccount::SignedIn) => Ok(context.done(&destination(&fields))),
        Ok(DemoAccount::Limited { wait }) => {
            let error = AppError::too_many_attempts(wait);
            let retry_after = error.retry_after().unwrap_or_default();
            let form = login::with_alert(&fields, Alert::TooManyDemoAccounts { retry_after });
            login::refused(&context, &fields, form, error).await
        }
        Err(accounts::Error::Busy) => {
            login::refused(&context, &fields, login::with_alert(&fields, Alert::Busy), AppError::Busy).await
        }
        // Whichever store it is, the page is shown again with the error.
        Err(accounts::Error::Unavailable) => login::unavailable(&context, &fields).await,
        Err(error) => Err(error.into()),
    }
}

async fn create(context: &Context, fields: &FormFields) -> Result<DemoAccount, accounts::Error> {
    if context.session.status() == SessionStatus::Unavailable {
        return Err(accounts::Error::Unavailable);
    }
    // Checked first: an account must not be created if its owner cannot be signed in.
    context.app.sessions.ping().await?;
    context.app.accounts.demo_account(&context.caller(), click(context, fields)).await
}

/// What two clicks on one page have in common. The token was checked while the session was live; since the first
/// click has replaced its id, for a minute, only that page knows it.
fn click<'a>(context: &Context, fields: &'a FormFields) -> Option<&'a str> {
    match context.session.status() {
        SessionStatus::Live | SessionStatus::Replaced => {
            fields.one("csrf_token").ok().filter(|token| !token.is_empty())
        }
        SessionStatus::None
        | SessionStatus::Forged
        | SessionStatus::TimedOut
        | SessionStatus::Missing { .. }
        | SessionStatus::Corrupt
        | SessionStatus::Unavailable => None,
    }
}

/// The account page, which shows address and password; it leads on to where the visitor wanted to go.
fn destination(fields: &FormFields) -> String {
    let shown = Notice::DemoAccountCreated.url();
    let return_to = login::destination(fields);
    if return_to.as_str() == "/" {
        return shown;
    }
    format!("{shown}&return_to={}", utf8_percent_encode(return_to.as_str(), NON_ALPHANUMERIC))
}
