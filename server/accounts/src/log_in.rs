//! Logging in with an e-mail address and a password.

use std::sync::Arc;

use domain::account::EmailAddress;
use metrics::counter;
use time::Duration;

use crate::events::{SecurityEventKind, record};
use crate::outcome::Outcome as _;
use crate::password::Purpose;
use crate::ports::User;
use crate::sign_in::SignIn;
use crate::throttle::Reservation;
use crate::{Accounts, Client, Error};

/// As typed. Input that does not even look like an e-mail address gets the same response, after the same
/// work, as an address without an account.
#[derive(Clone, Copy)]
pub struct LogIn<'a> {
    pub email: &'a str,
    pub password: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoggedIn {
    Done,
    /// Wrong password, no such account, or one without a password: the response must not reveal which.
    InvalidCredentials,
    Throttled {
        wait: Duration,
    },
    /// The account was deleted, or its password changed, during the login.
    Superseded,
}

impl Accounts {
    /// Signs in, subject to the limits for failed logins.
    ///
    /// # Errors
    /// If a store or the hashing fails; nobody is signed in then.
    pub async fn log_in(&self, client: &Client, input: LogIn<'_>) -> Result<LoggedIn, Error> {
        let outcome = self.try_log_in(client, input).await;
        counter!("logins_total", "way" => "password", "outcome" => outcome.word()).increment(1);
        outcome
    }

    async fn try_log_in(&self, client: &Client, input: LogIn<'_>) -> Result<LoggedIn, Error> {
        let email = EmailAddress::parse(input.email);
        let typed = email.as_ref().map_or(input.email, EmailAddress::key);
        self.need_place(client, Purpose::LogIn)?;
        let attempt = match self.reserve(client, typed, email.as_ref().ok()).await?.attempt() {
            Ok(attempt) => attempt,
            Err(wait) => {
                tracing::warn!(event = "authn_login_fail_max", address = %client.ip_address, "logins are throttled");
                return Ok(LoggedIn::Throttled { wait });
            }
        };
        if let Err(wait) = self.may_begin_session(client) {
            attempt.take_back().await?;
            return Ok(LoggedIn::Throttled { wait });
        }
        // After the limits, so that those they refuse take no place in the queue.
        let (attempt, place) = attempt.with_place(self.place(client, Purpose::LogIn)).await?;
        let user = match &email {
            Ok(email) => self.store.user_by_email(email).await?,
            Err(_) => None,
        };
        let hash = user.as_ref().and_then(|user| user.password_hash.clone());
        let verified = self.passwords.verify(place, hash, input.password.to_owned()).await?;
        let Some(user) = user.as_ref().filter(|_| verified.ok) else {
            self.note_failed_login(client, user);
            return Ok(LoggedIn::InvalidCredentials);
        };
        // Even if something fails from here on, the password was correct.
        attempt.forgive().await?;
        if self.sign_in(client, user, "password", None).await? == SignIn::Superseded {
            return Ok(LoggedIn::Superseded);
        }
        if verified.needs_rehash {
            self.rehash(client, user, input.password).await;
        }
        Ok(LoggedIn::Done)
    }

    /// Counts the attempt. While the account is slowed down, only clients that have an address from which it
    /// was signed in to before, or a device known to it, may go on at once. An attempt that only the device
    /// lets through is also counted for the device.
    async fn reserve(
        &self,
        client: &Client,
        typed: &str,
        email: Option<&EmailAddress>,
    ) -> Result<Reservation, Error> {
        let reserved = self.throttle.reserve(typed, client.ip_address, false, &self.clock).await?;
        if !matches!(reserved, Reservation::SlowedDown { .. }) {
            return Ok(reserved);
        }
        // Called even if the device is known: it also notifies the owner.
        let known_address = self.is_known(client, email).await?;
        let device = self.devices.name_if_known(&client.device, typed, self.clock.now());
        let device = device.filter(|_| !known_address);
        if !known_address && device.is_none() {
            return Ok(reserved);
        }
        Ok(self.throttle.reserve_for(device.as_deref(), typed, client.ip_address, &self.clock).await?)
    }

    fn note_failed_login(&self, client: &Client, user: Option<User>) {
        tracing::warn!(event = "authn_login_fail", address = %client.ip_address, "a login failed");
        if let Some(user) = user {
            // In the background: awaiting it would let the response time reveal that the account exists.
            let (store, at, address) = (Arc::clone(&self.store), self.clock.now(), client.ip_address);
            tokio::spawn(async move {
                record(&*store, at, address, &user.id, SecurityEventKind::LoginFailed).await;
            });
        }
    }

    /// Stores the password under today's parameters and in NFC. The person is already signed in; a failure
    /// can wait for the next login.
    async fn rehash(&self, client: &Client, user: &User, password: &str) {
        let Some(old) = &user.password_hash else { return };
        if let Err(error) = self.try_rehash(client, user, old, password).await {
            tracing::warn!(%error, "a password could not be stored under newer parameters");
        }
    }

    async fn try_rehash(&self, client: &Client, user: &User, old: &str, password: &str) -> Result<(), Error> {
        let new = self.passwords.hash(self.place(client, Purpose::LogIn)?, password).await?;
        Ok(self.store.rehash_password(&user.id, old, &new).await?)
    }
}
