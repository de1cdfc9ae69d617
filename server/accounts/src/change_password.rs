//! Changing the password: requires the current one, ends the other sessions and gives this one a new id.

use domain::account::NewPassword;
use domain::form::{FieldError, FieldErrors};
use sessions::{Login, SessionError};
use time::Duration;

use crate::confirm::Confirmed;
use crate::events::SecurityEventKind;
use crate::password::Purpose;
use crate::ports::User;
use crate::{Accounts, Client, Error};

/// The two fields as typed, or why they cannot be read.
#[derive(Clone, Copy)]
pub struct ChangePassword<'a> {
    pub current: Result<&'a str, FieldError>,
    pub new: Result<&'a str, FieldError>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordChanged {
    Done,
    /// By field name.
    Invalid(FieldErrors),
    Throttled {
        wait: Duration,
    },
    FreshLoginRequired,
    /// Another change came first.
    Superseded,
    /// The password was changed, but sessions that should have ended with the old one may still be live.
    SessionsNotEnded,
}

impl Accounts {
    /// Changes the password of a signed-in person.
    ///
    /// # Errors
    /// If a store or the hashing fails; the password is then unchanged.
    pub async fn change_password(
        &self,
        client: &Client,
        login: &Login,
        user: &User,
        input: ChangePassword<'_>,
    ) -> Result<PasswordChanged, Error> {
        if !self.sessions.is_fresh(login) {
            return Ok(PasswordChanged::FreshLoginRequired);
        }
        let mut errors = FieldErrors::default();
        let current = errors.check("current_password", input.current);
        let own_words = [user.display_name.as_str(), user.email.as_str()];
        let new = input.new.and_then(|typed| NewPassword::parse(typed, &own_words));
        let new = errors.check("new_password", new);
        // An account that only logs in through a provider has no password to ask for; the fresh login
        // replaces it.
        if let (Some(current), true) = (current, user.password_hash.is_some()) {
            match self.check_password(client, user, current).await? {
                Confirmed::Done => {}
                Confirmed::Throttled { wait } => return Ok(PasswordChanged::Throttled { wait }),
                Confirmed::Wrong(error) => {
                    self.record(client, &user.id, SecurityEventKind::PasswordChangeFailed).await;
                    errors.add("current_password", error);
                }
            }
        }
        match new.filter(|_| errors.is_empty()) {
            Some(new) => self.set_password(client, user, &new).await,
            None => Ok(PasswordChanged::Invalid(errors)),
        }
    }

    async fn set_password(
        &self,
        client: &Client,
        user: &User,
        new: &NewPassword,
    ) -> Result<PasswordChanged, Error> {
        // Checked first: changing the password without ending the old sessions would be half a change.
        self.sessions.ping().await?;
        let hash = self.passwords.hash(self.place(client, Purpose::LogIn)?, new.as_str()).await?;
        // The account first: from here on, a login that checked the old password is rejected.
        if self.store.set_password(&user.id, user.credentials_version, &hash).await?.is_none() {
            return Ok(PasswordChanged::Superseded);
        }
        self.profiles.invalidate(&user.id);
        self.record(client, &user.id, SecurityEventKind::PasswordChanged).await;
        let own = client.session.meta();
        if let Err(error) = self.sessions.end_all(&user.id, own.as_ref().map(|meta| &meta.key)).await {
            tracing::error!(user.id = %user.id, %error, "sessions live on after a password change");
            return Ok(PasswordChanged::SessionsNotEnded);
        }
        match client.session.renew(Some(self.clock.now())).await {
            // The password is changed and all other sessions have ended; this one continues under its old id.
            Err(SessionError::Store(error)) => tracing::warn!(%error, "a session kept its id"),
            renewed => renewed?,
        }
        Ok(PasswordChanged::Done)
    }
}
