//! Creating an account with an address and a password.

use domain::account::{DisplayName, EmailAddress, NewPassword};
use metrics::counter;
use time::Duration;

use crate::events::SecurityEventKind;
use crate::outcome::Outcome as _;
use crate::password::Purpose;
use crate::ports::{NewUser, UserCreated};
use crate::sign_in::SignIn;
use crate::{Accounts, Client, Error};

/// The person's input.
pub struct Register {
    pub display_name: DisplayName,
    pub email: EmailAddress,
    pub password: NewPassword,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registered {
    /// The account was created and the person is signed in.
    SignedIn,
    /// The account was created, but its credentials changed before the person was signed in: they can log in.
    LogInFirst,
    EmailTaken,
    /// Too many accounts were made, or tried to be made, from this address.
    Throttled {
        wait: Duration,
    },
}

impl Accounts {
    /// Creates an account and signs in.
    ///
    /// # Errors
    /// If a store or the hashing fails. No account exists then: the person is told that it failed, and will
    /// try again with the same address.
    pub async fn register(&self, client: &Client, input: Register) -> Result<Registered, Error> {
        let outcome = self.try_register(client, input).await;
        counter!("registrations_total", "outcome" => outcome.word()).increment(1);
        outcome
    }

    async fn try_register(&self, client: &Client, input: Register) -> Result<Registered, Error> {
        if let Some(wait) = self.throttle.count_registration(client.ip_address, &self.clock).await? {
            tracing::warn!(event = "user_created_max", address = %client.ip_address, "registrations are throttled");
            return Ok(Registered::Throttled { wait });
        }
        // Checked before the expensive hash, and again by the unique index.
        if self.store.user_by_email(&input.email).await?.is_some() {
            return Ok(Registered::EmailTaken);
        }
        let place = self.place(client, Purpose::Register)?;
        let hash = self.passwords.hash(place, input.password.as_str()).await?;
        let new = NewUser {
            password_hash: Some(hash),
            preferences: self.preferences_to_adopt(client).await,
            ..self.new_user(input.email, input.display_name)
        };
        let user = match self.store.create_user(new).await? {
            UserCreated::Done(user) => user,
            UserCreated::EmailTaken | UserCreated::IdentityTaken => return Ok(Registered::EmailTaken),
        };
        match self.sign_in(client, &user, "password", None).await {
            Ok(SignIn::Done) => {
                self.record(client, &user.id, SecurityEventKind::AccountCreated).await;
                Ok(Registered::SignedIn)
            }
            Ok(SignIn::Superseded) => Ok(Registered::LogInFirst),
            Err(error) => {
                if let Err(error) = self.store.delete_user(&user.id).await {
                    tracing::error!(user.id = %user.id, %error, "an account stays whose owner was told otherwise");
                }
                Err(error)
            }
        }
    }
}
