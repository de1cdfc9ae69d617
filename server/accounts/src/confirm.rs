//! A fresh login: the password is entered again before sensitive changes (ASVS 5.0 §7.5.1).

use domain::form::FieldError;
use metrics::counter;
use time::Duration;

use crate::events::SecurityEventKind;
use crate::outcome::Outcome as _;
use crate::password::Purpose;
use crate::ports::User;
use crate::{Accounts, Client, Error};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    Done,
    /// Not the current password, or left empty.
    Wrong(FieldError),
    Throttled {
        wait: Duration,
    },
}

impl Accounts {
    /// Checks the password of a signed-in person; their session gets a new id and counts as fresh.
    ///
    /// # Errors
    /// If a store or the hashing fails.
    pub async fn confirm(&self, client: &Client, user: &User, password: &str) -> Result<Confirmed, Error> {
        let checked = self.check_password(client, user, password).await?;
        if checked == Confirmed::Done {
            client.session.renew(Some(self.clock.now())).await?;
            self.record(client, &user.id, SecurityEventKind::IdentityConfirmed).await;
        }
        Ok(checked)
    }

    /// Checks a password under the same limits as the login form.
    pub(crate) async fn check_password(
        &self,
        client: &Client,
        user: &User,
        typed: &str,
    ) -> Result<Confirmed, Error> {
        let outcome = self.try_check_password(client, user, typed).await;
        counter!("password_checks_total", "outcome" => outcome.word()).increment(1);
        outcome
    }

    async fn try_check_password(
        &self,
        client: &Client,
        user: &User,
        typed: &str,
    ) -> Result<Confirmed, Error> {
        if typed.is_empty() {
            return Ok(Confirmed::Wrong(FieldError::Required));
        }
        self.need_place(client, Purpose::LogIn)?;
        // A signed-in client is a known one. The session counts too: a thief may use it at many addresses.
        let session = client.session.meta().map(|meta| format!("session {}", meta.handle));
        let email = user.email.key();
        let reserved =
            self.throttle.reserve_for(session.as_deref(), email, client.ip_address, &self.clock).await?;
        let attempt = match reserved.attempt() {
            Ok(attempt) => attempt,
            Err(wait) => return Ok(Confirmed::Throttled { wait }),
        };
        let (attempt, place) = attempt.with_place(self.place(client, Purpose::LogIn)).await?;
        let verified = self.passwords.verify(place, user.password_hash.clone(), typed.to_owned()).await?;
        if !verified.ok {
            return Ok(Confirmed::Wrong(FieldError::IncorrectPassword));
        }
        attempt.forgive().await?;
        Ok(Confirmed::Done)
    }
}
