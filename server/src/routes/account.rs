//! `/account`: profile, password, export, deletion, and the fresh login asked before sensitive changes.

use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde_json::json;

use app::model::{Alert, ConfirmPage, FormState, Page};
use domain::account::{DisplayName, EmailAddress, NewPassword};
use domain::form::{FieldError, FieldErrors};
use domain::local_path::LocalPath;

use crate::accounts::attempts::{attempt_key, reserve, retry_after};
use crate::accounts::sign_in::record;
use crate::client_address::shortened_text;
use crate::config::AppEnv;
use crate::context::Context;
use crate::demo_account::DEMO_EMAIL;
use crate::form::PostForm;
use crate::refusal::Refusal;
use crate::respond::{Client, see_other};
use crate::routes::json::rfc3339;
use crate::routes::pages::account_page;
use accounts::ports::User;
use sessions::SessionError;

/// In the public demonstration everybody shares one account; nobody may lock the others out of it.
pub(super) fn is_shared_demo(context: &Context, user: &User) -> bool {
    context.app.config.env == AppEnv::Demo && user.email.as_str() == DEMO_EMAIL
}

pub(super) async fn refuse_shared_demo(context: &Context, user: &User) -> Result<Response, Refusal> {
    let mut page = account_page(context, user).await?;
    page.alert = Some(Alert::DemoAccount);
    context.invalid(Page::Account(Box::new(page)), Refusal::Rejected("demo_account")).await
}

/// `POST /api/account/profile`
pub async fn save_profile(PostForm { context, fields }: PostForm) -> Result<Response, Refusal> {
    let user = context.account(Some("/account")).await?;
    let name = match fields.one("display_name").and_then(DisplayName::parse) {
        Ok(name) => name,
        Err(error) => {
            let errors = FieldErrors::from(("display_name", error));
            let mut page = account_page(&context, &user).await?;
            page.profile_form =
                FormState { values: fields.keep(&["display_name"]), errors: errors.clone(), alert: None };
            return context.invalid(Page::Account(Box::new(page)), Refusal::Invalid(errors)).await;
        }
    };
    context.app.db.set_display_name(&user.id, &name).await?;
    context.app.users.invalidate(&user.id);
    record(&context, &user.id, "user_updated").await;
    Ok(context.done("/account?done=profile"))
}

/// `POST /api/account/password`: the old one is needed, other sessions end, this one gets a new id.
pub async fn change_password(PostForm { context, fields }: PostForm) -> Result<Response, Refusal> {
    let app = &context.app;
    let user = context.account(Some("/account")).await?;
    if is_shared_demo(&context, &user) {
        return refuse_shared_demo(&context, &user).await;
    }
    let (_, login) = context.signed_in(Some("/account"))?;
    if !app.sessions.is_fresh(login) {
        return ask_fresh_login(&context);
    }
    let mut errors = FieldErrors::default();
    let current = errors.check("current_password", fields.one("current_password")).unwrap_or_default();
    let own_words = [user.display_name.as_str(), user.email.as_str()];
    let new = fields.one("new_password").and_then(|typed| NewPassword::parse(typed, &own_words));
    let new = errors.check("new_password", new);
    // An account that logs in by a provider alone has none to ask for; its fresh login stands for it.
    if errors.get("current_password").is_none()
        && user.password_hash.is_some()
        && let Some(error) = wrong_password(&context, &user, current).await?
    {
        record(&context, &user.id, "authn_password_change_fail").await;
        errors.add("current_password", error);
    }
    let Some(new) = new.filter(|_| errors.is_empty()) else {
        let mut page = account_page(&context, &user).await?;
        page.password_form = FormState { errors: errors.clone(), ..FormState::default() };
        return context.invalid(Page::Account(Box::new(page)), Refusal::Invalid(errors)).await;
    };
    // Asked first: a new password that leaves the sessions of the old one alive is half a change.
    app.sessions.rows.ping().await?;
    let hash = app.passwords.hash(new.as_str()).await.map_err(Refusal::internal)?;
    // The account first: from here on a login that checked the old password is refused.
    if app.db.set_password(&user.id, user.credentials_version, &hash).await?.is_none() {
        let mut page = account_page(&context, &user).await?;
        page.alert = Some(Alert::LoginSuperseded);
        return context.invalid(Page::Account(Box::new(page)), Refusal::Rejected("login_superseded")).await;
    }
    app.users.invalidate(&user.id);
    record(&context, &user.id, "authn_password_change").await;
    let meta = context.session.meta();
    if let Err(error) = app.sessions.end_all(&user.id, meta.as_ref().map(|meta| &meta.key)).await {
        tracing::error!(user.id = %user.id, %error, "sessions live on after a password change");
        return Err(Refusal::SessionsNotEnded);
    }
    match context.session.renew(Some(app.clock.now())).await {
        // Changed it is, and all other sessions have ended; this one goes on under its old id.
        Err(SessionError::Store(error)) => tracing::warn!(%error, "a session kept its id"),
        renewed => renewed?,
    }
    Ok(context.done("/account?done=password"))
}

/// Checks a password of a signed-in person, under the limits of the login form.
async fn wrong_password(context: &Context, user: &User, typed: &str) -> Result<Option<FieldError>, Refusal> {
    let app = &context.app;
    if typed.is_empty() {
        return Ok(Some(FieldError::Required));
    }
    let key = attempt_key(app, user.email.key(), context.address);
    let attempt = match reserve(app, key).await? {
        Ok(attempt) => attempt,
        Err(wait) => {
            return Err(Refusal::TooManyAttempts { retry_after: retry_after(wait) });
        }
    };
    let verified = app.passwords.verify(user.password_hash.clone(), typed.to_owned()).await;
    if verified.map_err(Refusal::internal)?.ok {
        attempt.forgive().await?;
        return Ok(None);
    }
    Ok(Some(FieldError::IncorrectPassword))
}

pub(super) fn ask_fresh_login(context: &Context) -> Result<Response, Refusal> {
    match context.client {
        Client::Form => Ok(see_other("/account/confirm?return_to=/account")),
        // Nothing was done: that is no success.
        Client::Json => Err(Refusal::FreshLoginRequired),
    }
}

/// `GET /account/confirm`
pub async fn show_confirm(context: Context) -> Result<Response, Refusal> {
    let (profile, _) = context.on_protected_page()?;
    let user = context.account_of(profile).await?;
    let return_to = crate::return_to::parse(context.query.value("return_to"));
    let page = confirm_page(&context, &user, FormState::default(), return_to).await?;
    Ok(context.page(StatusCode::OK, page).await)
}

async fn confirm_page(
    context: &Context,
    user: &User,
    form: FormState,
    return_to: Option<LocalPath>,
) -> Result<Page, Refusal> {
    let linked = context.app.db.identities(&user.id).await?;
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

/// `POST /api/account/confirm`: the password again; the session gets a new id.
pub async fn confirm(PostForm { context, fields }: PostForm) -> Result<Response, Refusal> {
    let user = context.account(Some("/account")).await?;
    let return_to = crate::return_to::parse(fields.value("return_to"));
    let typed = fields.one("current_password");
    let wrong = match typed {
        Ok(typed) => wrong_password(&context, &user, typed).await?,
        Err(error) => Some(error),
    };
    if let Some(error) = wrong {
        let errors = FieldErrors::from(("current_password", error));
        let form = FormState { errors: errors.clone(), ..FormState::default() };
        let page = confirm_page(&context, &user, form, return_to).await?;
        return context.invalid(page, Refusal::Invalid(errors)).await;
    }
    context.session.renew(Some(context.app.clock.now())).await?;
    record(&context, &user.id, "fresh_login").await;
    Ok(context.done(return_to.as_ref().map_or("/account", LocalPath::as_str)))
}

/// `POST /api/account/export`: everything we know about the person, as a file.
pub async fn export(PostForm { context, .. }: PostForm) -> Result<Response, Refusal> {
    let user = context.account(Some("/account")).await?;
    let app = &context.app;
    let identities = app.db.identities(&user.id).await?;
    let workouts = app.db.workouts(&user.id, u32::MAX).await?;
    let events = app.db.events(&user.id, u32::MAX).await?;
    let meta = context.session.meta();
    let (mut sessions, _) = app.sessions.list(&user.id, meta.as_ref().map(|meta| &meta.key), 1000).await?;
    // The shared demo account is everybody's: what others left there is not for taking away.
    let shorten = |ip: &str| if is_shared_demo(&context, &user) { shortened_text(ip) } else { ip.to_owned() };
    for session in sessions.iter_mut().filter(|session| !session.current) {
        session.ip_address = session.ip_address.as_deref().map(shorten);
    }
    let body = json!({
        "account": {
            "id": user.id.as_str(),
            "email": user.email.as_str(),
            "email_verified": user.email_verified,
            "display_name": user.display_name.as_str(),
            "created_at": rfc3339(user.created_at),
            "has_password": user.password_hash.is_some(),
        },
        "identities": identities.iter().map(|identity| json!({
            "provider": identity.provider, "subject": identity.subject,
        })).collect::<Vec<_>>(),
        "preferences": user.preferences,
        "workouts": workouts,
        "security_events": events.iter().map(|event| json!({
            "at": rfc3339(event.at), "event": event.kind,
            "ip_address": event.ip_address.as_deref().map(shorten),
        })).collect::<Vec<_>>(),
        "sessions": sessions,
        "exported_at": rfc3339(app.clock.now()),
    });
    record(&context, &user.id, "user_exported").await;
    let text = serde_json::to_string_pretty(&body).map_err(Refusal::internal)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"workout-trainer-export.json\""),
        ),
    ];
    Ok((headers, text).into_response())
}

/// `POST /api/account/delete`: the account first, then its sessions.
pub async fn delete(PostForm { context, fields }: PostForm) -> Result<Response, Refusal> {
    let app = &context.app;
    let user = context.account(Some("/account")).await?;
    if is_shared_demo(&context, &user) {
        return refuse_shared_demo(&context, &user).await;
    }
    let (_, login) = context.signed_in(Some("/account"))?;
    if !app.sessions.is_fresh(login) {
        return ask_fresh_login(&context);
    }
    let typed = fields
        .one("confirm")
        .and_then(|typed| if typed.trim().is_empty() { Err(FieldError::Required) } else { Ok(typed) });
    let matches = typed.and_then(|typed| match EmailAddress::parse(typed) {
        Ok(address) if address.key() == user.email.key() => Ok(()),
        _ => Err(FieldError::Mismatch),
    });
    if let Err(error) = matches {
        let errors = FieldErrors::from(("confirm", error));
        let mut page = account_page(&context, &user).await?;
        page.delete_form =
            FormState { values: fields.keep(&["confirm"]), errors: errors.clone(), alert: None };
        return context.invalid(Page::Account(Box::new(page)), Refusal::Invalid(errors)).await;
    }
    app.db.delete_user(&user.id).await?;
    app.users.invalidate(&user.id);
    tracing::info!(event = "user_deleted", user.id = %user.id, "an account was deleted by its owner");
    if let Err(error) = app.sessions.end_all(&user.id, None).await {
        // The account is gone, and a session without one opens nothing: its owner got what they asked for.
        tracing::error!(user.id = %user.id, %error, "sessions of a deleted account stay until they expire");
    }
    context.session.ended().await;
    Ok(context.done("/"))
}
