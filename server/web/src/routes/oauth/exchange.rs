//! From a callback to what the person wanted: the code is redeemed once, and the outcome is remembered for a
//! minute in case the response is lost.
//!
//! An exchange runs in a task of its own. A browser that breaks off and asks again must not find its state
//! used up for nothing, and a code that has been sent to the provider cannot be sent again. A record says
//! that the exchange has begun and, later, where it led to, so a repeated callback works on any instance. It
//! must come from the same browser with the same code: both are in the [`Proof`].
//!
//! Which request gets the attempt is decided in [`attempt`], and where the record is kept in [`outcome`].

mod attempt;
mod outcome;
mod record;

use std::sync::Arc;

use accounts::ports::Identity;
use accounts::{ExternalPerson, Linking, OAuthSignIn};
use domain::local_path::LocalPath;
use limits::places::Place;
use metrics::counter;
use model::Notice;
use oauth::attempt::{Intent, OAuthAttempt};
use oauth::callback::Callback;
use oauth::registry::Provider;
use oauth::{OAuthError, flow};
use tracing::Instrument as _;

use self::attempt::InCookie;
use self::record::Proof;
use crate::context::Context;
use crate::error::AppError;
use crate::return_to;

/// Where to redirect, with a notice if the login failed. `attempt` is the callback's, if the visitor's cookie
/// has it.
pub(super) async fn finish(
    context: &Context,
    name: &str,
    callback: Callback,
    attempt: Option<OAuthAttempt>,
) -> Result<String, AppError> {
    let app = &context.app;
    let provider = app.providers.get(name).ok_or(AppError::NotFound)?;
    context.need_store()?;
    let proof = Proof::of(name, &context.query);
    let begun_here = attempt.is_some();
    let in_cookie = attempt.and_then(|attempt| InCookie::usable(context, attempt));
    let place = match admit(context, &callback, in_cookie.as_ref()) {
        Ok(place) => place,
        // A repetition needs neither a place nor another exchange.
        Err(refusal) => {
            let told = outcome::of_another_request(context, &proof, in_cookie.as_ref()).await?;
            count(name, if told.is_some() { "repeated" } else { "refused" });
            return told.ok_or(refusal);
        }
    };
    let exchange = run(context.clone(), Arc::clone(provider), callback, proof.clone(), in_cookie.clone());
    let exchange = async move {
        let _place = place;
        exchange.await
    };
    let task = app.exchanges.spawn(exchange.in_current_span());
    match task.await.map_err(AppError::internal)? {
        Ok(Some(location)) => {
            if in_cookie.is_none() {
                outcome::forget_failure(context, &proof).await;
            }
            return Ok(location);
        }
        // Either there is no such attempt, or another request has taken it.
        Ok(None) | Err(AppError::Unauthenticated { .. }) => {}
        Err(error) => return Err(error),
    }
    if let Some(location) = outcome::of_another_request(context, &proof, in_cookie.as_ref()).await? {
        count(name, "repeated");
        return Ok(location);
    }
    count(name, "expired");
    tracing::warn!(event = "sequence_fail", provider = name, "an unknown or used OAuth state was refused");
    // A browser that has begun it, and has logged in by other means since, is beyond suspicion.
    if !begun_here {
        app.accounts.state_refused(&context.caller(), context.visitor.data.login.as_ref()).await;
    }
    Ok(Notice::OAuthExpired.url())
}

/// Whether the exchange may run now. If not, nothing is used up.
fn admit(context: &Context, callback: &Callback, in_cookie: Option<&InCookie>) -> Result<Place, AppError> {
    let (app, address) = (&context.app, context.address.0);
    let place = app.exchange_places.take(address).ok_or(AppError::Busy)?;
    // Anybody can invent codes, and each costs a request to the provider in our name and, if the attempt is in a
    // cookie, a row of a minute. A session is no proof of anything: one saved preference begins one.
    let has_attempt = in_cookie.is_some() || context.session.meta().is_some();
    if has_attempt && callback.has_code() {
        app.anonymous.exchange(address, app.clock.now()).map_err(AppError::too_many_attempts)?;
    }
    Ok(place)
}

/// The whole exchange. `None` if there is no such attempt (any more).
async fn run(
    context: Context,
    provider: Arc<Provider>,
    callback: Callback,
    proof: Proof,
    in_cookie: Option<InCookie>,
) -> Result<Option<String>, AppError> {
    let (app, in_cookie) = (&context.app, in_cookie.as_ref());
    // Only one request gets the attempt, and that is saved before the code is sent anywhere, so nothing is
    // redeemed twice.
    let taken = attempt::take(&context, provider.name(), &callback, &proof, in_cookie).await?;
    let Some(attempt) = taken else { return Ok(None) };
    let redirect_uri = provider.redirect_uri(app.config.public_url.as_url()).map_err(AppError::internal)?;
    // Checked again, because the value has been in a store, or with the browser, since the attempt began.
    let return_to = return_to::parse(&attempt.return_to).unwrap_or_else(LocalPath::home).to_string();
    let (intent, has_record) = (attempt.intent, in_cookie.is_none() || callback.has_code());
    let outcome = match flow::finish(&provider, &redirect_uri, attempt, callback, app.clock.now()).await {
        Ok(person) => {
            count(provider.name(), "confirmed");
            // Success gives the session a new id, and the record goes with it in the same statement.
            outcome::prepare(&context, &proof, in_cookie, &destination(intent, &return_to)).await;
            act(&context, intent, external(person), return_to).await
        }
        Err(error) => Ok(failed(provider.name(), error)),
    };
    if has_record {
        // By the time of a repetition our trouble may be over, but the code is used up: the person begins again.
        let location = outcome.as_ref().map_or_else(|_| Notice::OAuthExpired.url(), String::clone);
        outcome::keep(&context, &proof, in_cookie, &location).await;
    }
    outcome.map(Some)
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
            OAuthSignIn::TooManySessions => Notice::TooManyLogins.url(),
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
    } else if matches!(error, AppError::Internal { .. } | AppError::Busy | AppError::TooManyAttempts { .. }) {
        Some(Notice::OAuthFailed)
    } else if matches!(error, AppError::Unauthenticated { .. }) {
        Some(Notice::OAuthExpired)
    } else {
        None
    }
}

/// Where a login leads that failed by this.
pub(super) fn failed(provider: &str, error: OAuthError) -> String {
    tracing::warn!(provider, %error, "an OAuth login failed");
    let (outcome, notice) = match error {
        OAuthError::Denied => ("denied", Notice::OAuthDenied),
        OAuthError::Failed(_) | OAuthError::Mismatch { .. } => ("failed", Notice::OAuthFailed),
        OAuthError::Unavailable(_) => ("unavailable", Notice::OAuthFailed),
    };
    count(provider, outcome);
    notice.url()
}

/// `provider` is one of the configured ones: names that clients invent must not become labels.
fn count(provider: &str, outcome: &'static str) {
    counter!("oauth_callbacks_total", "provider" => provider.to_owned(), "outcome" => outcome).increment(1);
}
