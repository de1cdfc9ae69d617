//! Logging in with an external provider: start and callback.

mod exchange;
pub(crate) mod form_post;

use app::model::Notice;
use axum::extract::Path;
use axum::response::{Html, IntoResponse as _, Response};
use domain::local_path::LocalPath;
use http::HeaderValue;
use http::header::REFERRER_POLICY;
use oauth::attempt::{Attempts, Intent, LIFETIME, OAuthAttempt};
use oauth::callback::Callback;
use oauth::flow;
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

/// Where providers send the browser back to.
pub(crate) const CALLBACK: &str = "/auth/{provider}/callback";

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get_without_head("/auth/{provider}", start).get_without_head(CALLBACK, callback)
}

/// The only GET that may set a cookie for a visitor without one.
async fn start(context: Context, Path(name): Path<String>) -> Result<Response, AppError> {
    let app = &context.app;
    let provider = app.providers.get(&name).ok_or(AppError::NotFound)?;
    context.need_store()?;
    let Some(intent) = intent(&context, &name) else { return Ok(see_other("/account")) };
    // With a session that holds nothing else, too: each start prolongs it.
    if context.visitor.user().is_none() {
        app.anonymous.start(context.address.0, app.clock.now()).map_err(AppError::too_many_attempts)?;
    }
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

/// A session that holds nothing but attempts ends with the last of them.
async fn keep_attempt(context: &Context, attempt: &OAuthAttempt) -> Result<(), AppError> {
    let now = context.app.clock.now();
    let kept = context.session.change_sections_for(LIFETIME, |sections| {
        let mut attempts = sections.get(ATTEMPTS);
        attempts.add(attempt.clone(), now);
        sections.set(ATTEMPTS, &attempts);
        // The intent has served its purpose.
        sections.set(LINK_INTENT, &None);
    });
    Ok(kept.await?)
}

/// Always ends at a clean URL, so that neither code nor state stays in the history or leaks through a
/// `Referer`.
async fn callback(context: Context, Path(name): Path<String>) -> Result<Response, AppError> {
    if context.app.providers.get(&name).is_none() {
        return Err(AppError::NotFound);
    }
    let mut response = match needs_own_site(&context) {
        Some(url) => refresh(&url),
        None => match exchange::finish(&context, &name).await {
            Ok(location) => see_other(&location),
            // A page at this URL would keep the code in the address bar, so our own errors are shown on
            // `/login` too.
            Err(error) => see_other(&exchange::notice_of(&error).ok_or(error)?.url()),
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
