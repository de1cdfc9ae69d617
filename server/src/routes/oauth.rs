//! Logging in at somebody else's: start, callback, and the demo provider's own pages.

use axum::extract::Path;
use axum::response::{Html, IntoResponse as _, Response};
use http::HeaderValue;
use http::header::REFERRER_POLICY;
use rand::RngExt as _;

use domain::account::{DisplayName, EmailAddress, UserId};
use domain::local_path::LocalPath;

use crate::accounts::sign_in::{SignInError, record, sign_in};
use crate::context::Context;
use crate::refusal::Refusal;
use crate::respond::see_other;
use accounts::ports::{Identity, Linked, NewUser, User, UserCreated};
use oauth::attempt::{Attempts, Intent, OAuthAttempt};
use oauth::callback::Callback;
use oauth::registry::Provider;
use oauth::{ExternalPerson, OAuthError, flow};
use sessions::Section;
use sessions::settings::SameSite;
use sessions::typed::SessionStatus;

/// Logins under way at a provider.
const ATTEMPTS: Section<Attempts> = Section::new("oauth_attempts");

/// The provider that the person has asked to link, by a form with a token.
pub(super) const LINK_INTENT: Section<Option<String>> = Section::new("link_intent");

/// Marks a callback that was asked again from our own site.
const AGAIN: &str = "again=1";

/// `GET /auth/{provider}`: the only GET that may give a visitor without a cookie one.
pub async fn start(context: Context, Path(name): Path<String>) -> Result<Response, Refusal> {
    let app = &context.app;
    let provider = app.providers.get(&name).ok_or(Refusal::NotFound)?;
    context.need_store()?;
    if context.session.status() == SessionStatus::Replaced {
        return Ok(see_other("/login"));
    }
    let intent = match (context.visitor.user(), context.query.value("intent")) {
        (None, _) => Intent::LogIn,
        (Some(_), _) if context.visitor.data.sections.get(LINK_INTENT).as_deref() == Some(name.as_str()) => {
            Intent::Link
        }
        (Some(_), "fresh") if context.from_own_page => Intent::FreshLogIn,
        (Some(_), _) => return Ok(see_other("/account")),
    };
    let return_to = crate::return_to::parse(context.query.value("return_to")).unwrap_or_else(LocalPath::home);
    let redirect_uri = provider.redirect_uri(&app.public_url()).map_err(Refusal::internal)?;
    let now = app.clock.now();
    let started = flow::start(provider, &redirect_uri, return_to.to_string(), intent, now).await;
    let (url, attempt) = match started {
        Ok(started) => started,
        Err(error) => {
            tracing::warn!(provider = name, %error, "an OAuth login could not be started");
            return Ok(see_other("/login?error=oauth_failed"));
        }
    };
    context
        .session
        .change_sections(|sections| {
            let mut attempts = sections.get(ATTEMPTS);
            attempts.add(attempt.clone(), now);
            sections.set(ATTEMPTS, &attempts);
            // Whatever it was for has begun now.
            sections.set(LINK_INTENT, &None);
        })
        .await?;
    Ok(see_other(url.as_str()))
}

/// `GET /auth/{provider}/callback`: ends at a clean URL whatever happens, so that neither code nor state stays
/// in the history or leaves by a `Referer`.
pub async fn callback(context: Context, Path(name): Path<String>) -> Result<Response, Refusal> {
    if context.app.providers.get(&name).is_none() {
        return Err(Refusal::NotFound);
    }
    let mut response = match needs_own_site(&context) {
        Some(url) => refresh(&url),
        None => match finish(&context, &name).await.or_else(alert_for)? {
            Ok(location) => see_other(&location),
            Err(code) => see_other(&format!("/login?error={code}")),
        },
    };
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

/// What went wrong on our side is told on `/login` too: a page at this URL would keep the code in the address.
fn alert_for(refusal: Refusal) -> Result<Result<String, &'static str>, Refusal> {
    match refusal {
        Refusal::StoreAway | Refusal::Internal { .. } => Ok(Err("store_away")),
        Refusal::Unauthenticated { .. } => Ok(Err("oauth_expired")),
        other => Err(other),
    }
}

/// With `SameSite=Strict` the browser comes back from the provider without our cookie. Asked once more from a
/// page of our own, it brings it along.
fn needs_own_site(context: &Context) -> Option<String> {
    let strict = context.app.config.session.settings.cookie.same_site == SameSite::Strict;
    // Once: by the text itself, whatever else stands in the query, and only for what may be a callback.
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

/// Where to go, or which alert to show on `/login`.
async fn finish(context: &Context, name: &str) -> Result<Result<String, &'static str>, Refusal> {
    let app = &context.app;
    let provider = app.providers.get(name).ok_or(Refusal::NotFound)?;
    context.need_store()?;
    let callback = match Callback::parse(&context.raw_query) {
        Ok(callback) => callback,
        Err(error) => return Ok(Err(failed(name, &error))),
    };
    // Won by one request only, and saved before the code goes anywhere: nothing is redeemed twice.
    let Some(attempt) = take_attempt(context, name, callback.state()).await? else {
        tracing::warn!(
            event = "sequence_fail",
            provider = name,
            "an unknown or used OAuth state was refused"
        );
        return Ok(Err("oauth_expired"));
    };
    let redirect_uri = provider.redirect_uri(&app.public_url()).map_err(Refusal::internal)?;
    let (intent, return_to) = (attempt.intent, attempt.return_to.clone());
    let finished = redeem(context, provider, &redirect_uri, attempt, callback).await;
    let person = match finished {
        Ok(person) => person,
        Err(error) => return Ok(Err(failed(name, &error))),
    };
    let identity = Identity { provider: person.provider.clone(), subject: person.subject.clone() };
    let known = app.db.user_by_identity(&identity).await?;
    // Checked when the attempt began, and again: the value lay in a store since.
    let return_to = crate::return_to::parse(&return_to).unwrap_or_else(LocalPath::home).to_string();
    match intent {
        Intent::FreshLogIn => return confirm_fresh(context, known.as_ref(), &return_to).await,
        Intent::Link => return link(context, &identity).await,
        Intent::LogIn => {}
    }
    let was_known = known.is_some();
    let user = match known {
        Some(user) => user,
        None => match new_account(context, &person, identity.clone()).await? {
            Ok(user) => user,
            Err(code) => return Ok(Err(code)),
        },
    };
    match sign_in(context, &user, name).await {
        Ok(()) if was_known && !still_linked(context, &user, &identity).await? => {
            // Unlinked while the login was under way: what was ended stays ended.
            context.session.log_out().await?;
            Ok(Err("login_superseded"))
        }
        Ok(()) => Ok(Ok(return_to)),
        Err(SignInError::Superseded) => Ok(Err("login_superseded")),
        Err(SignInError::Refused(refusal)) => Err(refusal),
    }
}

/// Takes an attempt out of the session: the one who gets it has won the save that removed it.
async fn take_attempt(
    context: &Context,
    provider: &str,
    state: &str,
) -> Result<Option<OAuthAttempt>, Refusal> {
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

async fn still_linked(context: &Context, user: &User, identity: &Identity) -> Result<bool, Refusal> {
    Ok(context.app.db.user_by_identity(identity).await?.is_some_and(|found| found.id == user.id))
}

async fn redeem(
    context: &Context,
    provider: &Provider,
    redirect_uri: &url::Url,
    attempt: OAuthAttempt,
    callback: Callback,
) -> Result<ExternalPerson, OAuthError> {
    flow::finish(provider, redirect_uri, attempt, callback, context.app.clock.now()).await
}

async fn confirm_fresh(
    context: &Context,
    known: Option<&User>,
    return_to: &str,
) -> Result<Result<String, &'static str>, Refusal> {
    let same = context.visitor.user().zip(known).is_some_and(|(here, there)| here.id == there.id);
    if !same {
        return Ok(Err("oauth_failed"));
    }
    context.session.renew(Some(context.app.clock.now())).await?;
    if let Some(user) = known {
        record(context, &user.id, "fresh_login").await;
    }
    Ok(Ok(return_to.to_owned()))
}

/// Adds a way into the account of the person who asked for it, in this session.
async fn link(context: &Context, identity: &Identity) -> Result<Result<String, &'static str>, Refusal> {
    let (user, login) = context.signed_in(Some("/account"))?;
    if !context.app.sessions.is_fresh(login) {
        return Ok(Ok("/account/confirm?return_to=/account".to_owned()));
    }
    Ok(Ok(match context.app.db.link_identity(&user.id, identity, context.app.clock.now()).await? {
        Linked::Done => {
            record(context, &user.id, "identity_linked").await;
            context.session.renew(None).await?;
            "/account?done=linked".to_owned()
        }
        Linked::Taken => "/account?error=identity_taken".to_owned(),
    }))
}

/// An account for somebody who comes by this provider for the first time. An address that has an account
/// already opens nothing and links nothing: whoever controls an address at one provider need not be the
/// person who registered it here (RFC 9700, "account linking").
async fn new_account(
    context: &Context,
    person: &ExternalPerson,
    identity: Identity,
) -> Result<Result<User, &'static str>, Refusal> {
    let app = &context.app;
    let Some(email) = person.email.as_deref().and_then(|email| EmailAddress::parse(email).ok()) else {
        return Ok(Err("oauth_no_email"));
    };
    let name = person.name.as_deref().and_then(|name| DisplayName::parse(name).ok());
    let Some(display_name) = name.or_else(|| DisplayName::parse(email.local_part()).ok()) else {
        return Ok(Err("oauth_failed"));
    };
    let anonymous = context.visitor.data.login.is_none();
    let new = NewUser {
        id: UserId::from_random(rand::rng().random()),
        email,
        email_verified: person.email_verified,
        display_name,
        password_hash: None,
        preferences: context.visitor.data.preferences.clone().filter(|_| anonymous),
        identity: Some(identity.clone()),
        created_at: app.clock.now(),
    };
    Ok(match app.db.create_user(new).await? {
        UserCreated::Done(user) => {
            record(context, &user.id, "user_created").await;
            Ok(user)
        }
        UserCreated::EmailTaken => Err("oauth_email_taken"),
        // A second callback of the same person was faster.
        UserCreated::IdentityTaken => app.db.user_by_identity(&identity).await?.ok_or("oauth_failed"),
    })
}

fn failed(provider: &str, error: &OAuthError) -> &'static str {
    tracing::warn!(provider, %error, "an OAuth login failed");
    match error {
        OAuthError::Denied => "oauth_denied",
        _ => "oauth_failed",
    }
}
