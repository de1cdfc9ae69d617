//! Logging in with an external provider: start and callback.

use accounts::ports::Identity;
use accounts::{ExternalPerson, Linking, OAuthSignIn};
use app::model::Notice;
use axum::extract::Path;
use axum::response::{Html, IntoResponse as _, Response};
use domain::local_path::LocalPath;
use http::HeaderValue;
use http::header::REFERRER_POLICY;
use oauth::attempt::{Attempts, Intent, OAuthAttempt};
use oauth::callback::Callback;
use oauth::{OAuthError, flow};
use sessions::Section;
use sessions::settings::SameSite;
use sessions::typed::SessionStatus;

use crate::context::Context;
use crate::error::AppError;
use crate::respond::see_other;
use crate::return_to;
use crate::route_table::RouteTable;

/// Logins in progress at a provider.
const ATTEMPTS: Section<Attempts> = Section::new("oauth_attempts");

/// The provider that the person asked to link, by a form with a token.
pub(super) const LINK_INTENT: Section<Option<String>> = Section::new("link_intent");

/// Marks a callback that was repeated from our own site.
const AGAIN: &str = "again=1";

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get_without_head("/auth/{provider}", start).get("/auth/{provider}/callback", callback)
}

/// The only GET that may set a cookie for a visitor without one.
async fn start(context: Context, Path(name): Path<String>) -> Result<Response, AppError> {
    let app = &context.app;
    let provider = app.providers.get(&name).ok_or(AppError::NotFound)?;
    context.need_store()?;
    if context.session.status() == SessionStatus::Replaced {
        return Ok(see_other("/login"));
    }
    let Some(intent) = intent(&context, &name) else { return Ok(see_other("/account")) };
    let return_to = return_to::parse(context.query.value("return_to")).unwrap_or_else(LocalPath::home);
    let redirect_uri = provider.redirect_uri(app.config.public_url.as_url()).map_err(AppError::internal)?;
    let now = app.clock.now();
    match flow::start(provider, &redirect_uri, return_to.to_string(), intent, now).await {
        Ok((url, attempt)) => {
            keep_attempt(&context, &attempt).await?;
            Ok(see_other(url.as_str()))
        }
        Err(error) => {
            tracing::warn!(provider = name, %error, "an OAuth login could not be started");
            Ok(see_other(&Notice::OAuthFailed.url()))
        }
    }
}

/// What the person wants from the provider. `None` if they are signed in and asked for nothing.
fn intent(context: &Context, provider: &str) -> Option<Intent> {
    if context.visitor.user().is_none() {
        return Some(Intent::LogIn);
    }
    let asked_to_link = context.visitor.data.sections.get(LINK_INTENT);
    if asked_to_link.as_deref() == Some(provider) {
        return Some(Intent::Link);
    }
    let fresh = context.query.value("intent") == "fresh" && context.from_own_page;
    fresh.then_some(Intent::FreshLogIn)
}

async fn keep_attempt(context: &Context, attempt: &OAuthAttempt) -> Result<(), AppError> {
    let now = context.app.clock.now();
    let kept = context.session.change_sections(|sections| {
        let mut attempts = sections.get(ATTEMPTS);
        attempts.add(attempt.clone(), now);
        sections.set(ATTEMPTS, &attempts);
        // The intent has served its purpose.
        sections.set(LINK_INTENT, &None);
    });
    Ok(kept.await?)
}

/// Takes an attempt out of the session. Only the request whose save removed it gets it.
async fn take_attempt(
    context: &Context,
    provider: &str,
    state: &str,
) -> Result<Option<OAuthAttempt>, AppError> {
    if context.session.meta().is_none() {
        return Ok(None);
    }
    let now = context.app.clock.now();
    let taken = context.session.change_sections(|sections| {
        let mut attempts = sections.get(ATTEMPTS);
        let taken = attempts.take(provider, state, now);
        sections.set(ATTEMPTS, &attempts);
        taken
    });
    Ok(taken.await?)
}

/// Always ends at a clean URL, so that neither code nor state stays in the history or leaks through a
/// `Referer`.
async fn callback(context: Context, Path(name): Path<String>) -> Result<Response, AppError> {
    if context.app.providers.get(&name).is_none() {
        return Err(AppError::NotFound);
    }
    let mut response = match needs_own_site(&context) {
        Some(url) => refresh(&url),
        None => match finish(&context, &name).await {
            Ok(location) => see_other(&location),
            // A page at this URL would keep the code in the address bar, so our own errors are shown on
            // `/login` too.
            Err(AppError::StoreUnavailable | AppError::Internal { .. }) => {
                see_other(&Notice::StoreUnavailable.url())
            }
            Err(AppError::Unauthenticated { .. }) => see_other(&Notice::OAuthExpired.url()),
            Err(error) => return Err(error),
        },
    };
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

/// With `SameSite=Strict` the browser returns from the provider without our cookie. When the request is
/// repeated from one of our own pages, the cookie is sent.
fn needs_own_site(context: &Context) -> Option<String> {
    let strict = context.app.config.session.settings.cookie.same_site == SameSite::Strict;
    // Once only: the raw marker decides, whatever the rest of the query says, and only for plausible
    // callbacks.
    let first = !context.raw_query.split('&').any(|pair| pair == AGAIN)
        && Callback::parse(&context.raw_query).is_ok();
    (strict && first && context.session.status() == SessionStatus::None)
        .then(|| format!("{}?{}&{AGAIN}", context.path, context.raw_query))
}

fn refresh(url: &str) -> Response {
    let url = url.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Workout Trainer</title>\
         <meta http-equiv=\"refresh\" content=\"0;url={url}\"></head><body></body></html>"
    );
    Html(page).into_response()
}

/// Where to redirect, with a notice if the login failed.
async fn finish(context: &Context, name: &str) -> Result<String, AppError> {
    let app = &context.app;
    let provider = app.providers.get(name).ok_or(AppError::NotFound)?;
    context.need_store()?;
    let callback = match Callback::parse(&context.raw_query) {
        Ok(callback) => callback,
        Err(error) => return Ok(failed(name, error)),
    };
    // Only one request gets the attempt, and its removal is saved before the code is sent anywhere, so
    // nothing is redeemed twice.
    let Some(attempt) = take_attempt(context, name, callback.state()).await? else {
        tracing::warn!(
            event = "sequence_fail",
            provider = name,
            "an unknown or used OAuth state was refused"
        );
        return Ok(Notice::OAuthExpired.url());
    };
    let redirect_uri = provider.redirect_uri(app.config.public_url.as_url()).map_err(AppError::internal)?;
    // Checked again, because the value has been in a store since the attempt began.
    let return_to = return_to::parse(&attempt.return_to).unwrap_or_else(LocalPath::home).to_string();
    let intent = attempt.intent;
    match flow::finish(provider, &redirect_uri, attempt, callback, app.clock.now()).await {
        Ok(person) => act(context, intent, external(person), return_to).await,
        Err(error) => Ok(failed(name, error)),
    }
}

/// Carries out what the person wanted from the provider.
async fn act(
    context: &Context,
    intent: Intent,
    person: ExternalPerson,
    return_to: String,
) -> Result<String, AppError> {
    let accounts = &context.app.accounts;
    match intent {
        Intent::LogIn => Ok(match accounts.sign_in_with_provider(&context.caller(), &person).await? {
            OAuthSignIn::Done => return_to,
            OAuthSignIn::EmailTaken => Notice::OAuthEmailTaken.url(),
            OAuthSignIn::NoEmail => Notice::OAuthNoEmail.url(),
            OAuthSignIn::NoName | OAuthSignIn::Deleted => Notice::OAuthFailed.url(),
            OAuthSignIn::Superseded => Notice::LoginSuperseded.url(),
        }),
        Intent::FreshLogIn => {
            let Ok((_, login)) = context.signed_in() else { return Ok(Notice::OAuthFailed.url()) };
            let own = accounts.confirm_with_provider(&context.caller(), login, &person.identity).await?;
            Ok(if own { return_to } else { Notice::OAuthFailed.url() })
        }
        Intent::Link => {
            let (user, login) = context.signed_in()?;
            Ok(match accounts.link(&context.caller(), login, &user.id, &person.identity).await? {
                Linking::Done | Linking::Allowed => Notice::ProviderLinked.url(),
                Linking::IdentityTaken => Notice::IdentityTaken.url(),
                Linking::FreshLoginRequired
                | Linking::LastWayIn
                | Linking::NotLinked
                | Linking::SharedAccount => "/account/confirm?return_to=/account".to_owned(),
            })
        }
    }
}

fn external(person: oauth::ExternalPerson) -> ExternalPerson {
    ExternalPerson {
        identity: Identity { provider: person.provider, subject: person.subject },
        email: person.email,
        email_verified: person.email_verified,
        name: person.name,
    }
}

fn failed(provider: &str, error: OAuthError) -> String {
    tracing::warn!(provider, %error, "an OAuth login failed");
    let notice = match error {
        OAuthError::Denied => Notice::OAuthDenied,
        OAuthError::Failed(_) | OAuthError::Unavailable(_) => Notice::OAuthFailed,
    };
    notice.url()
}
