//! `Use a demo account` on `/login`, in a public demonstration.
//!
//! Each page with the button has a secret of its own, which a second click on it repeats: both lead to one account,
//! whether the visitor has a session or not. (The token of a session would not do: without one there is none.)

use accounts::DemoAccount;
use axum::response::Response;
use domain::form::FormFields;
use model::{Alert, Notice};
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
    let click = fields.one("click").ok().filter(|secret| !secret.is_empty());
    context.app.accounts.demo_account(&context.caller(), click).await
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
