//! `/login`.

use accounts::training::waiting; // slim: trainer
use accounts::{LogIn, LoggedIn};
use axum::response::Response;
use domain::form::{FieldErrors, FormFields};
use domain::local_path::LocalPath;
use domain::workout::document::Change; // slim: trainer
use http::StatusCode;
use model::Kept; // slim: trainer
use model::{Alert, DemoOffer, FormState, LoginPage, Notice, Page, SignedOut};
use sessions::typed::SessionStatus;

use crate::context::Context;
use crate::demo_account::{DEMO_EMAIL, DEMO_PASSWORD};
use crate::error::AppError;
use crate::form::{Guard, PublicForm};
use crate::respond::see_other;
use crate::return_to;
use crate::route_table::RouteTable;
use configuration::AppEnv;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get("/login", show).form("/api/auth/login", "/login", Guard::None, log_in)
}

async fn show(context: Context) -> Response {
    let return_to = context.query.value("return_to");
    if context.visitor.user().is_some() {
        // They were linking a provider or confirming their identity: the notice belongs on that page.
        return match context.notice() {
            Some(notice) => see_other(&notice.url_on("/account")),
            None => see_other(return_to::parse(return_to).unwrap_or_else(LocalPath::home).as_str()),
        };
    }
    // Showing the reason removes it from the session: one of the few writes a GET may do (server/CONTRACT.md,
    // "Safe methods").
    let kept = if context.quiet {
        context.session.has_end_reason().await
    } else {
        context.session.take_end_reason().await.map(|reason| reason.is_some()).unwrap_or_else(|error| {
            tracing::warn!(%error, "the reason for the end of a session could not be read");
            false
        })
    };
    let mut page = page(&context, FormState::default(), return_to);
    let kept = kept.then_some(SignedOut::Expired);
    page.reason = SignedOut::parse(&context.query).or(kept).or_else(|| context.signed_out());
    context.page(StatusCode::OK, Page::Login(page)).await
}

async fn log_in(PublicForm { context, fields }: PublicForm) -> Result<Response, AppError> {
    if context.session.status() == SessionStatus::Unavailable {
        return unavailable(&context, &fields).await;
    }
    let mut errors = FieldErrors::default();
    let email = errors.check("email", fields.one("email"));
    let password = errors.check("password", fields.one("password"));
    let (Some(email), Some(password)) = (email, password) else {
        let form = FormState { errors: errors.clone(), ..with_alert(&fields, Alert::InvalidCredentials) };
        return refused(&context, &fields, form, AppError::Invalid(errors)).await;
    };
    let outcome = context.app.accounts.log_in(&context.caller(), LogIn { email, password }).await;
    answer(&context, &fields, outcome).await
}

async fn answer(
    context: &Context,
    fields: &FormFields,
    outcome: Result<LoggedIn, accounts::Error>,
) -> Result<Response, AppError> {
    let (alert, error) = match outcome {
        Ok(LoggedIn::Done) => return Ok(context.done(destination(fields).as_str())),
        Ok(LoggedIn::InvalidCredentials) => (Alert::InvalidCredentials, AppError::InvalidCredentials),
        Ok(LoggedIn::Throttled { wait }) => throttled(wait),
        Ok(LoggedIn::Superseded) => {
            return with_notice(context, fields, Notice::LoginSuperseded, AppError::Superseded).await;
        }
        Err(accounts::Error::Busy) => (Alert::Busy, AppError::Busy),
        // Whichever store it is, the form is shown again with the error.
        Err(accounts::Error::Unavailable) => return unavailable(context, fields).await,
        Err(error @ (accounts::Error::SessionGone | accounts::Error::Internal(_))) => {
            return Err(error.into());
        }
    };
    refused(context, fields, with_alert(fields, alert), error).await
}

/// For every form that takes a password: people and programs are told the same wait.
pub(super) fn throttled(wait: time::Duration) -> (Alert, AppError) {
    let error = AppError::too_many_attempts(wait);
    let retry_after = error.retry_after().unwrap_or_default();
    (Alert::TooManyAttempts { retry_after }, error)
}

pub(super) async fn unavailable(context: &Context, fields: &FormFields) -> Result<Response, AppError> {
    with_notice(context, fields, Notice::StoreUnavailable, AppError::StoreUnavailable).await
}

pub(super) fn with_alert(fields: &FormFields, alert: Alert) -> FormState {
    FormState { values: fields.keep(&["email"]), errors: FieldErrors::default(), alert: Some(alert) }
}

async fn with_notice(
    context: &Context,
    fields: &FormFields,
    notice: Notice,
    error: AppError,
) -> Result<Response, AppError> {
    let form = FormState { values: fields.keep(&["email"]), ..FormState::default() };
    let mut page = page(context, form, fields.value("return_to"));
    page.notice = Some(notice);
    context.refused(Page::Login(page), error).await
}

pub(super) async fn refused(
    context: &Context,
    fields: &FormFields,
    form: FormState,
    error: AppError,
) -> Result<Response, AppError> {
    let page = page(context, form, fields.value("return_to"));
    context.refused(Page::Login(page), error).await
}

fn page(context: &Context, form: FormState, return_to: &str) -> LoginPage {
    LoginPage {
        form,
        notice: context.notice(),
        reason: None,
        kept: kept(context), // slim: trainer
        return_to: return_to::parse(return_to).map(|path| path.to_string()).filter(|path| path != "/"),
        providers: context.app.provider_links(),
        demo: demo_offer(context.app.config.env),
    }
}

// slim: trainer
/// What waits for this login, or for another one: who is not logged in may be either.
fn kept(context: &Context) -> Option<Kept> {
    match waiting(&context.visitor.data).as_slice() {
        [] => None,
        [one] if matches!(one.operation.change, Change::Log(..)) => Some(Kept::Set),
        _ => Some(Kept::Changes),
    }
}
// slim: end

fn demo_offer(env: AppEnv) -> Option<DemoOffer> {
    match env {
        AppEnv::Development => {
            Some(DemoOffer::Login { email: DEMO_EMAIL.to_owned(), password: DEMO_PASSWORD.to_owned() })
        }
        AppEnv::Demo => Some(DemoOffer::OwnAccount { click: hex::encode(rand::random::<[u8; 16]>()) }),
        AppEnv::Production => None,
    }
}

/// Where to go after login.
pub(super) fn destination(fields: &FormFields) -> LocalPath {
    return_to::parse(fields.value("return_to")).unwrap_or_else(LocalPath::home)
}
