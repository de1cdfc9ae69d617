//! Linking and unlinking identity providers.

use accounts::Linking;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use model::{LinkPage, Notice, Page};

use crate::context::Context;
use crate::error::AppError;
use crate::form::{Guard, PostForm};
use crate::respond::see_other;
use crate::route_table::RouteTable;
use crate::routes::confirm::ask_fresh_login;
use crate::routes::oauth::LINK_INTENT;
use crate::state::provider_link;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table
        .get("/account/link/{provider}", show_link)
        .form("/api/identities/link", "/account", Guard::SignedIn, link)
        .form("/api/identities/unlink", "/account", Guard::SignedIn, unlink)
}

/// Records the intent and redirects to the page whose link starts it: a form that redirected straight to the
/// provider would violate the policy's `form-action`.
async fn link(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    let (_, login) = context.account().await?;
    let name = fields.one("provider").unwrap_or_default();
    let provider = context.app.providers.get(name).ok_or(AppError::NotFound)?;
    if context.app.accounts.may_link(login) == Linking::FreshLoginRequired {
        return ask_fresh_login(&context);
    }
    // Linking starts with a GET, which any site can make a browser send; what that GET may do is decided
    // here, by a form with a token.
    let intent = Some(provider.name().to_owned());
    context.session.change_sections(|sections| sections.set(LINK_INTENT, &intent)).await?;
    Ok(context.done(&format!("/account/link/{}", provider.name())))
}

async fn show_link(context: Context, Path(name): Path<String>) -> Result<Response, AppError> {
    context.on_protected_page()?;
    let provider = context.app.providers.get(&name).ok_or(AppError::NotFound)?;
    if context.visitor.data.sections.get(LINK_INTENT).as_deref() != Some(provider.name()) {
        // No link was requested, so the link on that page would start nothing.
        return Ok(see_other("/account"));
    }
    let page = LinkPage { provider: provider_link(provider) };
    Ok(context.page(StatusCode::OK, Page::Link(page)).await)
}

async fn unlink(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    let (user, login) = context.account().await?;
    let provider = fields.one("provider").unwrap_or_default();
    match context.app.accounts.unlink(&context.caller(), login, &user, provider).await? {
        Linking::Done | Linking::Allowed => Ok(context.done(&Notice::ProviderUnlinked.url())),
        Linking::LastWayIn => context.refused_by_notice(Notice::LastWayIn, AppError::LastWayIn),
        Linking::NotLinked | Linking::IdentityTaken => Err(AppError::NotFound),
        Linking::FreshLoginRequired => ask_fresh_login(&context),
    }
}
