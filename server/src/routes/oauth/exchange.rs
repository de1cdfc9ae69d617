//! From a callback to what the person wanted: the code is redeemed once, and the outcome is remembered for a
//! minute in case the response is lost.
//!
//! An exchange runs in a task of its own. A browser that breaks off and asks again must not find its state
//! used up for nothing, and a code that has been sent to the provider cannot be sent again. The session says
//! that the exchange has begun and, later, where it led to, so a repeated callback works on any instance. It
//! must come from the same browser with the same code: both are in the [`Proof`].

mod record;

use std::sync::Arc;
use std::time::Duration;

use accounts::ports::Identity;
use accounts::{ExternalPerson, Linking, OAuthSignIn};
use app::model::Notice;
use domain::local_path::LocalPath;
use oauth::attempt::{Intent, OAuthAttempt};
use oauth::callback::Callback;
use oauth::registry::Provider;
use oauth::{OAuthError, flow};
use sessions::Sections;
use tokio::time::{Instant, sleep};
use tracing::Instrument as _;

use self::record::{EXCHANGES, Exchange, LONGEST, Proof, REMEMBERED};
use super::ATTEMPTS;
use crate::context::Context;
use crate::error::AppError;
use crate::return_to;

/// The first pause before looking again whether another request has finished; it doubles …
const FIRST_PAUSE: Duration = Duration::from_millis(25);
/// … up to this.
const LONGEST_PAUSE: Duration = Duration::from_millis(400);

/// Where to redirect, with a notice if the login failed.
pub(super) async fn finish(context: &Context, name: &str) -> Result<String, AppError> {
    let app = &context.app;
    let provider = app.providers.get(name).ok_or(AppError::NotFound)?;
    context.need_store()?;
    let callback = match Callback::parse(&context.raw_query) {
        Ok(callback) => callback,
        Err(error) => return Ok(failed(name, error)),
    };
    let proof = Proof::of(name, &context.query);
    // An exchange outlives the connection that began it, so their number is bounded here. Nothing is used up yet.
    let Ok(place) = Arc::clone(&app.exchange_places).try_acquire_owned() else { return Err(AppError::Busy) };
    let exchange = run(context.clone(), Arc::clone(provider), callback, proof.clone());
    let exchange = async move {
        let _place = place;
        exchange.await
    };
    let task = app.exchanges.spawn(exchange.in_current_span());
    match task.await.map_err(AppError::internal)? {
        Ok(Some(location)) => {
            forget_failure(context, &proof).await;
            return Ok(location);
        }
        // Either there is no such attempt, or another request has taken it.
        Ok(None) | Err(AppError::Unauthenticated { .. }) => {}
        Err(error) => return Err(error),
    }
    if let Some(location) = outcome_of_another_request(context, &proof).await? {
        return Ok(location);
    }
    tracing::warn!(event = "sequence_fail", provider = name, "an unknown or used OAuth state was refused");
    Ok(Notice::OAuthExpired.url())
}

/// The whole exchange. `None` if there is no such attempt (any more).
async fn run(
    context: Context,
    provider: Arc<Provider>,
    callback: Callback,
    proof: Proof,
) -> Result<Option<String>, AppError> {
    let app = &context.app;
    // Only one request gets the attempt, and its removal is saved before the code is sent anywhere, so
    // nothing is redeemed twice.
    let Some(attempt) = take_attempt(&context, provider.name(), callback.state(), &proof).await? else {
        return Ok(None);
    };
    let redirect_uri = provider.redirect_uri(app.config.public_url.as_url()).map_err(AppError::internal)?;
    // Checked again, because the value has been in a store since the attempt began.
    let return_to = return_to::parse(&attempt.return_to).unwrap_or_else(LocalPath::home).to_string();
    let intent = attempt.intent;
    let outcome = match flow::finish(&provider, &redirect_uri, attempt, callback, app.clock.now()).await {
        Ok(person) => {
            // Success gives the session a new id, and the record goes with it in the same statement.
            let mut sections = Sections::default();
            remember(&mut sections, &context, &proof, &destination(intent, &return_to));
            context.session.prepare_successor(proof.bytes(), sections).await;
            act(&context, intent, external(person), return_to).await
        }
        Err(error) => Ok(failed(provider.name(), error)),
    };
    match &outcome {
        Ok(location) => keep_outcome(&context, &proof, location).await,
        Err(error) => {
            if let Some(notice) = notice_of(error) {
                keep_outcome(&context, &proof, &notice.url()).await;
            }
        }
    }
    outcome.map(Some)
}

/// Takes an attempt out of the session and notes that its exchange has begun, in one save. Only the request
/// whose save removed it gets it.
async fn take_attempt(
    context: &Context,
    provider: &str,
    state: &str,
    proof: &Proof,
) -> Result<Option<OAuthAttempt>, AppError> {
    if context.session.meta().is_none() {
        return Ok(None);
    }
    let now = context.app.clock.now();
    let taken = context.session.change_sections_for(LONGEST + REMEMBERED, |sections| {
        let mut attempts = sections.get(ATTEMPTS);
        let taken = attempts.take(provider, state, now);
        sections.set(ATTEMPTS, &attempts);
        if taken.is_some() {
            let mut exchanges = sections.get(EXCHANGES);
            exchanges.begin(proof, now);
            sections.set(EXCHANGES, &exchanges);
        }
        taken
    });
    Ok(taken.await?)
}

fn remember(sections: &mut Sections, context: &Context, proof: &Proof, location: &str) {
    let mut exchanges = sections.get(EXCHANGES);
    exchanges.end(proof, location, context.app.clock.now());
    sections.set(EXCHANGES, &exchanges);
}

/// Notes where an exchange led to that did not give the session a new id. If that fails, a repeated callback
/// is told that its login has expired.
async fn keep_outcome(context: &Context, proof: &Proof, location: &str) {
    // A session that has ended must not begin again.
    if context.session.meta().is_none() {
        return;
    }
    let now = context.app.clock.now();
    let kept = context.session.change_sections_for(REMEMBERED, |sections| {
        let known = sections.get(EXCHANGES).find(proof, now);
        if known.is_none_or(|known| known == Exchange::Running) {
            remember(sections, context, proof, location);
        }
    });
    if let Err(error) = kept.await {
        tracing::debug!(%error, "the outcome of an OAuth exchange could not be kept");
    }
}

/// The browser is still there and gets its answer, so a session that holds nothing but the record of a
/// failure is not worth keeping.
async fn forget_failure(context: &Context, proof: &Proof) {
    if context.session.meta().is_none() || context.session.data().await.login.is_some() {
        return;
    }
    let forgotten = context.session.change_sections_for(REMEMBERED, |sections| {
        let mut exchanges = sections.get(EXCHANGES);
        exchanges.forget(proof);
        sections.set(EXCHANGES, &exchanges);
    });
    if let Err(error) = forgotten.await {
        tracing::debug!(%error, "the outcome of an OAuth exchange could not be forgotten");
    }
}

/// Waits for the exchange that another request of this browser has begun with the same callback. `None` if
/// there is none, or its session has ended.
async fn outcome_of_another_request(context: &Context, proof: &Proof) -> Result<Option<String>, AppError> {
    let deadline = Instant::now() + LONGEST.unsigned_abs();
    let mut pause = FIRST_PAUSE;
    loop {
        let Some(data) = context.session.catch_up(proof.bytes()).await? else { return Ok(None) };
        match data.sections.get(EXCHANGES).find(proof, context.app.clock.now()) {
            Some(Exchange::Ended(location)) => return Ok(Some(location)),
            Some(Exchange::Running) if Instant::now() < deadline => {}
            Some(Exchange::Running) | None => return Ok(None),
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Where success leads to, known before it happens.
fn destination(intent: Intent, return_to: &str) -> String {
    match intent {
        Intent::LogIn | Intent::FreshLogIn => return_to.to_owned(),
        Intent::Link => Notice::ProviderLinked.url(),
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
            OAuthSignIn::Throttled => Notice::TooManyAccounts.url(),
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
                Linking::Done | Linking::Allowed => destination(intent, &return_to),
                Linking::IdentityTaken => Notice::IdentityTaken.url(),
                Linking::FreshLoginRequired | Linking::LastWayIn | Linking::NotLinked => {
                    "/account/confirm?return_to=/account".to_owned()
                }
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

/// How `/login` reports an error of ours. `None` for errors that have a page of their own.
pub(super) fn notice_of(error: &AppError) -> Option<Notice> {
    if matches!(error, AppError::StoreUnavailable) {
        Some(Notice::StoreUnavailable)
    } else if matches!(error, AppError::Internal { .. } | AppError::Busy) {
        Some(Notice::OAuthFailed)
    } else if matches!(error, AppError::Unauthenticated { .. }) {
        Some(Notice::OAuthExpired)
    } else {
        None
    }
}

fn failed(provider: &str, error: OAuthError) -> String {
    tracing::warn!(provider, %error, "an OAuth login failed");
    let notice = match error {
        OAuthError::Denied => Notice::OAuthDenied,
        OAuthError::Failed(_) | OAuthError::Mismatch { .. } | OAuthError::Unavailable(_) => {
            Notice::OAuthFailed
        }
    };
    notice.url()
}
