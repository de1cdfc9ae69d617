//! The one function behind every login, so that password, registration and every provider produce the same
//! session.

use domain::preferences::Preferences;
use sessions::{Login, SessionData};

use crate::events::{SecurityEventKind, record};
use crate::ports::{Identity, User};
use crate::training::{SessionWorkouts, begin_again, carried}; // slim: trainer
use crate::{Accounts, Client, Error};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignIn {
    Done,
    /// The account was deleted, its credentials changed or its identity was unlinked after that was checked.
    Superseded,
}

impl Accounts {
    /// Signs `user` in, as it was when its credentials were checked.
    ///
    /// The account is read again, bypassing the cache, after the session exists: a concurrent password change
    /// is either seen here, or sees (and ends) the new session. So is `identity`, if the person was known by it.
    pub(crate) async fn sign_in(
        &self,
        client: &Client,
        user: &User,
        provider: &str,
        identity: Option<&Identity>,
    ) -> Result<SignIn, Error> {
        let now = self.clock.now();
        let login = Login {
            user_id: user.id.clone(),
            login_time: now,
            fresh_at: now,
            ip_address: Some(client.ip_address.to_string()),
            user_agent: client.user_agent.clone(),
            provider: provider.to_owned(),
        };
        // slim: trainer
        client.session.log_in_with(&login, |data| (merged(data, user), carried(data, &user.id))).await?;
        // slim: instead
        // client.session.log_in(&login, |data| merged(data, user)).await?;
        // slim: end
        let confirmed = self.still_current(client, user, identity).await;
        if !matches!(confirmed, Ok(SignIn::Done)) {
            // Nobody may stay signed in after being told that the login failed.
            let data = client.session.data().await; // slim: trainer
            client.session.abandon().await;
            // slim: trainer
            // A visitor's workouts stay in this browser all the same.
            SessionWorkouts::of(&data).begin_again(client).await;
            begin_again(&data, client).await;
            // slim: end
            return confirmed;
        }
        self.devices.remember(&client.device, user.email.key(), now);
        // With the time of the login, by which the owner's page knows the sign-in of its own session.
        record(&*self.store, now, client.ip_address, &user.id, SecurityEventKind::LoginSucceeded).await;
        self.end_surplus(client, user).await;
        // slim: trainer
        if let Err(error) = self.adopt_workouts(client, &user.id).await {
            // They stay in the session, from which the next request that needs them moves them.
            tracing::warn!(user.id = %user.id, %error, "a visitor's workouts could not be moved to the account");
        }
        if let Err(error) = self.apply_waiting(client, &user.id).await {
            // As above.
            tracing::warn!(user.id = %user.id, %error, "what waited for a login could not be applied");
        }
        // slim: end
        Ok(SignIn::Done)
    }

    /// Ends the oldest sessions of an account that has too many. The login itself is done, whatever happens.
    async fn end_surplus(&self, client: &Client, user: &User) {
        let Some(current) = client.session.meta() else { return };
        match self.sessions.end_surplus(&user.id, &current.key).await {
            Ok(0) => {}
            Ok(ended) => {
                tracing::warn!(event = "session_end_oldest", user.id = %user.id, ended, "too many sessions");
                self.record(client, &user.id, SecurityEventKind::OldestSessionsEnded).await;
            }
            Err(error) => tracing::warn!(user.id = %user.id, %error, "surplus sessions could not be ended"),
        }
    }

    /// The second half of a login, after its session exists.
    async fn still_current(
        &self,
        client: &Client,
        user: &User,
        identity: Option<&Identity>,
    ) -> Result<SignIn, Error> {
        let current = self.store.user(&user.id).await?;
        let Some(current) = current.filter(|found| found.credentials_version == user.credentials_version)
        else {
            tracing::warn!(event = "authn_login_fail", user.id = %user.id, "credentials changed during the login");
            return Ok(SignIn::Superseded);
        };
        if let Some(identity) = identity
            && !self.belongs_to(identity, user).await?
        {
            return Ok(SignIn::Superseded);
        }
        let in_session = client.session.data().await.preferences;
        let newest = Preferences::newer(in_session.clone(), current.preferences.clone());
        let Some(newest) = newest else { return Ok(SignIn::Done) };
        if current.preferences.as_ref() != Some(&newest) {
            self.store.set_preferences(&user.id, &newest).await?;
        } else if in_session.as_ref() != Some(&newest) {
            // Another device has saved since the account was read.
            client.session.adopt_preferences(&newest).await?;
        }
        Ok(SignIn::Done)
    }
}

/// The newer side wins. Preferences left in this browser's session by another account are ignored.
fn merged(data: &SessionData, user: &User) -> Option<Preferences> {
    let own = data.login.as_ref().is_none_or(|login| login.user_id == user.id);
    Preferences::newer(data.preferences.clone().filter(|_| own), user.preferences.clone())
}
