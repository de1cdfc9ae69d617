//! Signing in: the one function every way in goes through, so that password, registration and every provider
//! give the same session.

use domain::preferences::Preferences;

use crate::context::Context;
use crate::refusal::Refusal;
use accounts::ports::{SecurityEvent, User};
use sessions::data::{Login, SessionData};

/// Why a login that was right did not happen.
#[derive(Debug)]
pub enum SignInError {
    /// The account was deleted, or its password changed, after it was checked.
    Superseded,
    /// Something else.
    Refused(Refusal),
}

impl<E: Into<Refusal>> From<E> for SignInError {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

/// Signs `user` in, as they were when their credentials were checked.
///
/// # Errors
/// [`SignInError::Superseded`] if the account is gone or its credentials changed since then: the new session is
/// removed again. The account is read past the cache and after the session exists, so a password change either
/// is seen here or sees (and ends) the session.
pub async fn sign_in(context: &Context, user: &User, provider: &str) -> Result<(), SignInError> {
    let app = &context.app;
    let now = app.clock.now();
    let login = Login {
        user_id: user.id.clone(),
        login_time: now,
        fresh_at: now,
        ip_address: Some(context.address.0.to_string()),
        user_agent: context.user_agent.clone(),
        provider: provider.to_owned(),
    };
    context.session.log_in(&login, |data| merged(data, user)).await?;
    if let Err(error) = confirm(context, user).await {
        // Nobody is signed in who was told otherwise.
        context.session.abandon().await;
        return Err(error);
    }
    record(context, &user.id, "authn_login_success").await;
    Ok(())
}

/// The second half of a login, after its session exists.
async fn confirm(context: &Context, user: &User) -> Result<(), SignInError> {
    let app = &context.app;
    let current = app.db.user(&user.id).await?;
    let Some(current) = current.filter(|found| found.credentials_version == user.credentials_version) else {
        tracing::warn!(event = "authn_login_fail", user.id = %user.id, "credentials changed during the login");
        return Err(SignInError::Superseded);
    };
    if let Some(preferences) = context.session.data().await.preferences
        && current.preferences.as_ref() != Some(&preferences)
    {
        app.db.set_preferences(&user.id, &preferences).await?;
        app.users.invalidate(&user.id);
    }
    Ok(())
}

/// The newer side wins. What another account left in this browser's session is nobody's business.
fn merged(data: &SessionData, user: &User) -> Option<Preferences> {
    let own = data.login.as_ref().is_none_or(|login| login.user_id == user.id);
    Preferences::newer(data.preferences.clone().filter(|_| own), user.preferences.clone())
}

/// Notes a security-related event, in the log and for the person to see. The event's loss must not undo what
/// happened, so a failing database is only logged.
pub async fn record(context: &Context, user: &domain::account::UserId, kind: &str) {
    tracing::info!(event = kind, user.id = %user, "security event");
    let event = SecurityEvent {
        at: context.app.clock.now(),
        kind: kind.to_owned(),
        ip_address: Some(context.address.0.to_string()),
    };
    if let Err(error) = context.app.db.add_event(user, &event).await {
        tracing::error!(%error, "a security event could not be stored");
    }
}
