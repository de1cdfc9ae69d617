//! `/account`: profile, password, export and deletion.

mod page;

use accounts::ports::User;
use accounts::{ChangePassword, Deleted, PasswordChanged};
use axum::body::Body;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::account::DisplayName;
use domain::form::{FieldErrors, FormFields};
use domain::millis::from_millis;
use domain::name::SLUG;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use model::{FormState, Notice, Page};
use sessions::Login;

use crate::context::Context;
use crate::error::AppError;
use crate::form::{Guard, PostForm};
use crate::route_table::RouteTable;
use crate::routes::confirm::ask_fresh_login;
use crate::routes::login::throttled;

pub(super) use self::page::account_page;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table
        .get("/account", show)
        .get("/.well-known/change-password", || async { Redirect::to("/account") })
        .form("/api/account/profile", "/account", Guard::SignedIn, save_profile)
        .form("/api/account/password", "/account", Guard::SignedIn, change_password)
        .form("/api/account/seen", "/account", Guard::SignedIn, seen)
        .form("/api/account/export", "/account", Guard::SignedIn, export)
        .form("/api/account/delete", "/account", Guard::SignedIn, delete)
}

async fn show(context: Context) -> Result<Response, AppError> {
    let page = page::page(&context).await?;
    Ok(context.page(StatusCode::OK, Page::Account(Box::new(page))).await)
}

async fn save_profile(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    let (user, login) = context.account().await?;
    match fields.one("display_name").and_then(DisplayName::parse) {
        Ok(name) => {
            context.app.accounts.save_profile(&context.caller(), &user, &name).await?;
            Ok(context.done(&Notice::ProfileSaved.url()))
        }
        Err(error) => {
            let errors = FieldErrors::from(("display_name", error));
            let mut page = account_page(&context, &user, login).await?;
            page.profile_form = kept(&fields, "display_name", &errors);
            context.refused(Page::Account(Box::new(page)), AppError::Invalid(errors)).await
        }
    }
}

async fn change_password(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    let (user, login) = context.account().await?;
    let input = ChangePassword { current: fields.one("current_password"), new: fields.one("new_password") };
    match context.app.accounts.change_password(&context.caller(), login, &user, input).await? {
        PasswordChanged::Done => Ok(context.done(&Notice::PasswordChanged.url())),
        PasswordChanged::Invalid(errors) => {
            let form = FormState { errors: errors.clone(), ..FormState::default() };
            password_refused(&context, &user, login, form, AppError::Invalid(errors)).await
        }
        PasswordChanged::Throttled { wait } => {
            let (alert, error) = throttled(wait);
            let form = FormState { alert: Some(alert), ..FormState::default() };
            password_refused(&context, &user, login, form, error).await
        }
        PasswordChanged::FreshLoginRequired => ask_fresh_login(&context),
        PasswordChanged::Superseded => {
            let mut page = account_page(&context, &user, login).await?;
            page.notice = Some(Notice::LoginSuperseded);
            context.refused(Page::Account(Box::new(page)), AppError::Superseded).await
        }
        PasswordChanged::SessionsNotEnded => Err(AppError::SessionsNotEnded),
    }
}

async fn password_refused(
    context: &Context,
    user: &User,
    login: &Login,
    form: FormState,
    error: AppError,
) -> Result<Response, AppError> {
    let mut page = account_page(context, user, login).await?;
    page.password_form = form;
    context.refused(Page::Account(Box::new(page)), error).await
}

/// The person has seen who signed in, up to the newest sign-in of the page that holds the form.
async fn seen(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    let (user, _) = context.signed_in()?;
    let until = fields.one("until").ok().and_then(|until| until.parse().ok()).ok_or(AppError::BadRequest)?;
    context.app.accounts.sign_ins_seen(&user.id, from_millis(until)).await?;
    Ok(context.done(&Notice::SignInsSeen.url()))
}

/// Everything we know about the person, as a file.
async fn export(PostForm { context, .. }: PostForm) -> Result<Response, AppError> {
    let (user, _) = context.account().await?;
    let export = context.app.accounts.export(&context.caller(), &user).await?;
    let headers = [
        (CONTENT_TYPE, "application/json".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{SLUG}-export.json\"")),
    ];
    // An error in the middle breaks the connection off, so that nobody takes the part for the whole.
    Ok((headers, Body::from_stream(export)).into_response())
}

async fn delete(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    let (user, login) = context.account().await?;
    match context.app.accounts.delete(&context.caller(), login, &user, fields.one("confirm")).await? {
        Deleted::Done => Ok(context.done("/")),
        Deleted::NotConfirmed(error) => {
            let errors = FieldErrors::from(("confirm", error));
            let mut page = account_page(&context, &user, login).await?;
            page.delete_form = kept(&fields, "confirm", &errors);
            context.refused(Page::Account(Box::new(page)), AppError::Invalid(errors)).await
        }
        Deleted::FreshLoginRequired => ask_fresh_login(&context),
    }
}

fn kept(fields: &FormFields, name: &str, errors: &FieldErrors) -> FormState {
    FormState { values: fields.keep(&[name]), errors: errors.clone(), alert: None }
}
