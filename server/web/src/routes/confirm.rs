//! `/account/confirm`: a fresh login before a sensitive change.

use accounts::Confirmed;
use accounts::ports::User;
use axum::response::Response;
use domain::form::{FieldError, FieldErrors};
use domain::local_path::LocalPath;
use http::StatusCode;
use model::{ConfirmPage, FormState, Page};

use crate::context::Context;
use crate::error::AppError;
use crate::form::{Guard, PostForm};
use crate::respond::{ClientKind, see_other};
use crate::return_to;
use crate::route_table::RouteTable;
use crate::routes::login::throttled;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get("/account/confirm", show).form("/api/account/confirm", "/account", Guard::SignedIn, confirm)
}

async fn show(context: Context) -> Result<Response, AppError> {
    let user = context.account_on_protected_page().await?;
    let return_to = return_to::parse(context.query.value("return_to"));
    let page = page(&context, &user, FormState::default(), return_to).await?;
    Ok(context.page(StatusCode::OK, page).await)
}

async fn confirm(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    let (user, _) = context.account().await?;
    let return_to = return_to::parse(fields.value("return_to"));
    let wrong = match fields.one("current_password") {
        Ok(typed) => match context.app.accounts.confirm(&context.caller(), &user, typed).await? {
            Confirmed::Done => {
                return Ok(context.done(return_to.as_ref().map_or("/account", LocalPath::as_str)));
            }
            Confirmed::Throttled { wait } => {
                let (alert, error) = throttled(wait);
                let form = FormState { alert: Some(alert), ..FormState::default() };
                let page = page(&context, &user, form, return_to).await?;
                return context.refused(page, error).await;
            }
            Confirmed::Wrong(error) => error,
        },
        Err(error) => error,
    };
    wrong_password(&context, &user, wrong, return_to).await
}

async fn wrong_password(
    context: &Context,
    user: &User,
    error: FieldError,
    return_to: Option<LocalPath>,
) -> Result<Response, AppError> {
    let errors = FieldErrors::from(("current_password", error));
    let form = FormState { errors: errors.clone(), ..FormState::default() };
    let page = page(context, user, form, return_to).await?;
    context.refused(page, AppError::Invalid(errors)).await
}

async fn page(
    context: &Context,
    user: &User,
    form: FormState,
    return_to: Option<LocalPath>,
) -> Result<Page, AppError> {
    let linked = context.app.accounts.identities(&user.id).await?;
    let mut providers = context.app.provider_links();
    providers.retain(|link| linked.iter().any(|identity| identity.provider == link.name));
    Ok(Page::Confirm(ConfirmPage {
        form,
        email: user.email.as_str().to_owned(),
        return_to: return_to.map_or_else(|| "/account".to_owned(), |path| path.to_string()),
        has_password: user.password_hash.is_some(),
        providers,
    }))
}

/// Redirects a person to the fresh login. A program gets an error, because nothing was done.
pub(super) fn ask_fresh_login(context: &Context) -> Result<Response, AppError> {
    match context.client {
        ClientKind::Form => Ok(see_other("/account/confirm?return_to=/account")),
        ClientKind::Json => Err(AppError::FreshLoginRequired),
    }
}
