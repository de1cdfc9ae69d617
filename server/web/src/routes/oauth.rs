//! Logging in with an external provider: start and callback.
//!
//! What was begun is kept in the visitor's session, or in a cookie of its own if there is no session that is
//! sure to last: nothing is stored for a stranger who follows a link.

mod exchange;
pub(crate) mod form_post;

use axum::extract::Path;
use axum::response::Response;
use domain::local_path::LocalPath;
use http::header::{REFERRER_POLICY, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use metrics::counter;
use model::Notice;
use oauth::attempt::{Attempts, Intent, OAuthAttempt};
use oauth::callback::Callback;
use oauth::flow;
use sessions::Section;
use sessions::settings::SameSite;
use sessions::typed::SessionStatus;

use crate::context::Context;
use crate::error::AppError;
use crate::middleware::own_site::refresh;
use crate::respond::see_other;
use crate::return_to;
use crate::route_table::RouteTable;

/// Logins in progress at a provider.
const ATTEMPTS: Section<Attempts> = Section::new("oauth_attempts");

/// The provider that the person asked to link, by a form with a token.
pub(super) const LINK_INTENT: Section<Option<String>> = Section::new("link_intent");

/// Marks a callback that was repeated from our own site.
const AGAIN: &str = "again=1";

/// Where providers send the browser back to.
pub(crate) const CALLBACK: &str = "/auth/{provider}/callback";

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get_without_head("/auth/{provider}", start).get_without_head(CALLBACK, callback)
}

/// The only GET that may set a cookie for a visitor without one.
async fn start(context: Context, Path(name): Path<String>, headers: HeaderMap) -> Result<Response, AppError> {
    let app = &context.app;
    let provider = app.providers.get(&name).ok_or(AppError::NotFound)?;
    // So that nobody is sent to a provider while the way back to their session cannot work. Without a cookie
    // nothing here needs the store, and an outage may be over when the person comes back.
    context.need_store()?;
    let Some(intent) = intent(&context, &name) else { return Ok(see_other("/account")) };
    let return_to = return_to::parse(context.query.value("return_to")).unwrap_or_else(LocalPath::home);
    let redirect_uri = provider.redirect_uri(app.config.public_url.as_url()).map_err(AppError::internal)?;
    let now = app.clock.now();
    let started = flow::start(provider, &redirect_uri, return_to.to_string(), intent, now).await;
    let outcome = if started.is_ok() { "success" } else { "failed" };
    counter!("oauth_starts_total", "provider" => name.clone(), "outcome" => outcome).increment(1);
    match started {
        Ok((url, attempt)) => {
            let cookies = keep_attempt(&context, &headers, attempt).await?;
            let mut response = see_other(url.as_str());
            response.headers_mut().extend(cookies.into_iter().map(|cookie| (SET_COOKIE, cookie)));
            Ok(response)
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

/// Keeps the attempt in the session, or in the cookies that are returned. A session may end before the attempt
/// does, for example with the page that tells why the person was signed out. The attempt must not be lost with
/// it, nor keep it alive.
async fn keep_attempt(
    context: &Context,
    headers: &HeaderMap,
    attempt: OAuthAttempt,
) -> Result<Vec<HeaderValue>, AppError> {
    if !context.session.is_lasting().await {
        let cookies = context.app.attempt_cookies.keep(headers, attempt);
        return cookies.ok_or_else(|| AppError::internal("an attempt that no cookie can hold"));
    }
    let now = context.app.clock.now();
    let kept = context.session.change_sections(|sections| {
        let mut attempts = sections.get(ATTEMPTS);
        attempts.add(attempt.clone(), now);
        sections.set(ATTEMPTS, &attempts);
        // The intent has served its purpose.
        sections.set(LINK_INTENT, &None);
    });
    kept.await?;
    Ok(Vec::new())
}

/// Always ends at a clean URL, so that neither code nor state stays in the history or leaks through a
/// `Referer`.
async fn callback(
    context: Context,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    if context.app.providers.get(&name).is_none() {
        return Err(AppError::NotFound);
    }
    let mut response = match needs_own_site(&context) {
        Some(url) => refresh(&url),
        None => finish(&context, &name, &headers).await?,
    };
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

async fn finish(context: &Context, name: &str, headers: &HeaderMap) -> Result<Response, AppError> {
    let cookies = &context.app.attempt_cookies;
    let callback = match Callback::parse(&context.raw_query) {
        Ok(callback) => callback,
        Err(error) => return Ok(see_other(&exchange::failed(name, error))),
    };
    let attempt = cookies.read(headers, name, callback.state());
    // The browser forgets what was used, whatever it led to.
    let removed = attempt.as_ref().map(|attempt| cookies.remove(attempt));
    match exchange::finish(context, name, callback, attempt).await {
        Ok(location) => {
            let mut response = see_other(&location);
            response.headers_mut().extend(removed.map(|cookie| (SET_COOKIE, cookie)));
            Ok(response)
        }
        // A page at this URL would keep the code in the address bar, so our own errors are shown on `/login`
        // too. The cookie stays as it is: if the exchange had not begun, the same callback may succeed once the
        // trouble is over, and if it had, a repetition is told so.
        Err(error) => Ok(see_other(&exchange::notice_of(&error).ok_or(error)?.url())),
    }
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
