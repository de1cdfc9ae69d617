//! Linking and unlinking identity providers.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use app::model::{LinkPage, Page};

use crate::accounts::sign_in::record;
use crate::context::Context;
use crate::form::PostForm;
use crate::refusal::Refusal;
use crate::respond::{Client, see_other};
use crate::routes::account::{ask_fresh_login, is_shared_demo, refuse_shared_demo};
use crate::routes::oauth::LINK_INTENT;
use crate::state::provider_link;
use accounts::ports::Unlinked;

/// `POST /api/identities/link`: notes what is meant, and leads to the page whose link starts it. (A form that
/// redirected to the provider at once would meet the policy's `form-action`.)
pub async fn link(PostForm { context, fields }: PostForm) -> Result<Response, Refusal> {
    let user = context.account(Some("/account")).await?;
    if is_shared_demo(&context, &user) {
        return refuse_shared_demo(&context, &user).await;
    }
    let name = fields.one("provider").unwrap_or_default();
    let provider = context.app.providers.get(name).ok_or(Refusal::NotFound)?;
    let (_, login) = context.signed_in(Some("/account"))?;
    if !context.app.sessions.is_fresh(login) {
        return ask_fresh_login(&context);
    }
    // The way there begins with a GET, which anybody can make a browser do; what it may do is decided here, by a form
    // with a token.
    let intent = Some(provider.name().to_owned());
    context.session.change_sections(|sections| sections.set(LINK_INTENT, &intent)).await?;
    Ok(context.done(&format!("/account/link/{}", provider.name())))
}

/// `GET /account/link/{provider}`
pub async fn show_link(context: Context, Path(name): Path<String>) -> Result<Response, Refusal> {
    context.on_protected_page()?;
    let provider = context.app.providers.get(&name).ok_or(Refusal::NotFound)?;
    if context.visitor.data.sections.get(LINK_INTENT).as_deref() != Some(provider.name()) {
        // Nobody asked: the link on that page would start nothing.
        return Ok(see_other("/account"));
    }
    Ok(context.page(StatusCode::OK, Page::Link(LinkPage { provider: provider_link(provider) })).await)
}

/// `POST /api/identities/unlink`: never the last way in.
pub async fn unlink(PostForm { context, fields }: PostForm) -> Result<Response, Refusal> {
    let user = context.account(Some("/account")).await?;
    if is_shared_demo(&context, &user) {
        return refuse_shared_demo(&context, &user).await;
    }
    let (_, login) = context.signed_in(Some("/account"))?;
    if !context.app.sessions.is_fresh(login) {
        return ask_fresh_login(&context);
    }
    let name = fields.one("provider").unwrap_or_default();
    // As paths spell them; a provider that was taken out of the configuration can still be unlinked. PostgreSQL would
    // answer a NUL in a text with an error.
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return Err(Refusal::NotFound);
    }
    match (context.app.db.unlink_identity(&user.id, name).await?, context.client) {
        (Unlinked::Done, _) => {
            record(&context, &user.id, "identity_unlinked").await;
            context.session.renew(None).await?;
            Ok(context.done("/account?done=unlinked"))
        }
        (Unlinked::LastWayIn, Client::Form) => Ok(see_other("/account?error=last_way_in")),
        (Unlinked::LastWayIn, Client::Json) => Err(Refusal::Rejected("last_way_in")),
        (Unlinked::NotLinked, _) => Err(Refusal::NotFound),
    }
}
