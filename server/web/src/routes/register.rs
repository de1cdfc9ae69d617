//! `/register`.

use accounts::{Register, Registered};
use axum::response::Response;
use domain::account::{DisplayName, EmailAddress, NewPassword};
use domain::form::{FieldError, FieldErrors, FormFields};
use domain::local_path::LocalPath;
use http::StatusCode;
use model::{Alert, FormState, Notice, Page, RegisterPage};
use sessions::typed::SessionStatus;

use crate::context::Context;
use crate::error::AppError;
use crate::form::{Guard, PublicForm};
use crate::respond::see_other;
use crate::return_to;
use crate::route_table::RouteTable;
use crate::routes::login::destination;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get("/register", show).form("/api/auth/register", "/register", Guard::None, register)
}

async fn show(context: Context) -> Response {
    let return_to = return_to::parse(context.query.value("return_to"));
    if context.visitor.user().is_some() {
        return see_other(return_to.unwrap_or_else(LocalPath::home).as_str());
    }
    let page = page(&context, return_to.unwrap_or_else(LocalPath::home), FormState::default());
    context.page(StatusCode::OK, Page::Register(page)).await
}

async fn register(PublicForm { context, fields }: PublicForm) -> Result<Response, AppError> {
    match try_register(&context, &fields).await {
        // Whichever store it is, the form is shown again with the error.
        Err(AppError::StoreUnavailable) => {
            let mut page = page(&context, destination(&fields), kept(&fields, FieldErrors::default()));
            page.notice = Some(Notice::StoreUnavailable);
            context.refused(Page::Register(page), AppError::StoreUnavailable).await
        }
        Err(AppError::Busy) => with_alert(&context, &fields, Alert::Busy, AppError::Busy).await,
        answer => answer,
    }
}

async fn try_register(context: &Context, fields: &FormFields) -> Result<Response, AppError> {
    // Checked first: an account must not be created if its owner is then told that it was not.
    context.app.sessions.ping().await?;
    if context.session.status() == SessionStatus::Unavailable {
        return Err(AppError::StoreUnavailable);
    }
    let input = match parse(fields) {
        Ok(input) => input,
        Err(errors) => return invalid(context, fields, errors).await,
    };
    match context.app.accounts.register(&context.caller(), input).await? {
        Registered::SignedIn => Ok(context.done(destination(fields).as_str())),
        Registered::LogInFirst => Ok(context.done("/login")),
        Registered::Throttled { wait } => {
            let error = AppError::too_many_attempts(wait);
            let retry_after = error.retry_after().unwrap_or_default();
            with_alert(context, fields, Alert::TooManyAccounts { retry_after }, error).await
        }
        Registered::EmailTaken => invalid(context, fields, ("email", FieldError::Taken).into()).await,
    }
}

fn parse(fields: &FormFields) -> Result<Register, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.check("display_name", fields.one("display_name").and_then(DisplayName::parse));
    let email = errors.check("email", fields.one("email").and_then(EmailAddress::parse));
    let own_words = [fields.value("display_name"), fields.value("email")];
    let chosen = fields.one("password").and_then(|typed| NewPassword::parse(typed, &own_words));
    let password = errors.check("password", chosen);
    match (name, email, password) {
        (Some(display_name), Some(email), Some(password)) => Ok(Register { display_name, email, password }),
        _ => Err(errors),
    }
}

async fn invalid(context: &Context, fields: &FormFields, errors: FieldErrors) -> Result<Response, AppError> {
    let page = page(context, destination(fields), kept(fields, errors.clone()));
    context.refused(Page::Register(page), AppError::Invalid(errors)).await
}

async fn with_alert(
    context: &Context,
    fields: &FormFields,
    alert: Alert,
    error: AppError,
) -> Result<Response, AppError> {
    let form = FormState { alert: Some(alert), ..kept(fields, FieldErrors::default()) };
    let page = page(context, destination(fields), form);
    context.refused(Page::Register(page), error).await
}

fn kept(fields: &FormFields, errors: FieldErrors) -> FormState {
    FormState { values: fields.keep(&["display_name", "email"]), errors, alert: None }
}

fn page(context: &Context, return_to: LocalPath, form: FormState) -> RegisterPage {
    RegisterPage {
        form,
        notice: None,
        return_to: Some(return_to.to_string()).filter(|path| path != "/"),
        providers: context.app.provider_links(),
    }
}
