//! Logging in with an external identity, once the provider has confirmed who the person is.

use domain::account::{DisplayName, EmailAddress};
use metrics::counter;
use sessions::Login;

use crate::events::SecurityEventKind;
use crate::outcome::Outcome as _;
use crate::ports::{Identity, NewUser, User, UserCreated};
use crate::sign_in::SignIn;
use crate::{Accounts, Client, Error};

/// A provider's statement about a person. Only `(provider, subject)` identifies them; the rest is a
/// suggestion for a new account.
#[derive(Clone)]
pub struct ExternalPerson {
    pub identity: Identity,
    /// Unparsed, as sent by the provider.
    pub email: Option<String>,
    pub email_verified: bool,
    /// Unparsed, as sent by the provider.
    pub name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OAuthSignIn {
    Done,
    /// The e-mail address belongs to an account that is not linked to this identity. That alone gives no
    /// access and links nothing: the person who controls an address at a provider need not be the one who
    /// registered it here (RFC 9700, "account linking").
    EmailTaken,
    /// The provider supplied no usable address for a new account.
    NoEmail,
    /// The provider supplied no usable name for a new account.
    NoName,
    /// Too many accounts were created from this client address. Anyone who already has one is not affected.
    Throttled,
    /// Too many sessions were begun from this client address.
    TooManySessions,
    /// Another request has deleted the account that had this identity.
    Deleted,
    /// The credentials changed, or the identity was unlinked, while the login was under way.
    Superseded,
}

/// Outcome of a first login.
enum NewAccount {
    /// By this request, or by a faster one for the same person.
    Created(Box<User>),
    Refused(OAuthSignIn),
}

impl Accounts {
    /// Signs in with an external identity; a new person gets an account.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn sign_in_with_provider(
        &self,
        client: &Client,
        person: &ExternalPerson,
    ) -> Result<OAuthSignIn, Error> {
        let outcome = self.try_sign_in_with_provider(client, person).await;
        let way = person.identity.provider.clone();
        counter!("logins_total", "way" => way, "outcome" => outcome.word()).increment(1);
        outcome
    }

    async fn try_sign_in_with_provider(
        &self,
        client: &Client,
        person: &ExternalPerson,
    ) -> Result<OAuthSignIn, Error> {
        // First: an account nobody can sign in to should not be made.
        if self.may_begin_session(client).is_err() {
            return Ok(OAuthSignIn::TooManySessions);
        }
        let known = self.store.user_by_identity(&person.identity).await?;
        let was_known = known.is_some();
        let user = match known {
            Some(user) => user,
            None => match self.account_for(client, person).await? {
                NewAccount::Created(user) => *user,
                NewAccount::Refused(refused) => return Ok(refused),
            },
        };
        let identity = was_known.then_some(&person.identity);
        let signed_in = self.sign_in(client, &user, &person.identity.provider, identity).await?;
        if signed_in == SignIn::Superseded {
            return Ok(OAuthSignIn::Superseded);
        }
        Ok(OAuthSignIn::Done)
    }

    /// Records that a signed-in person has confirmed their identity again. `false` if the identity is not
    /// theirs.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn confirm_with_provider(
        &self,
        client: &Client,
        login: &Login,
        identity: &Identity,
    ) -> Result<bool, Error> {
        let known = self.store.user_by_identity(identity).await?;
        let Some(user) = known.filter(|user| user.id == login.user_id) else { return Ok(false) };
        client.session.renew(Some(self.clock.now())).await?;
        self.record(client, &user.id, SecurityEventKind::IdentityConfirmed).await;
        Ok(true)
    }

    pub(crate) async fn belongs_to(&self, identity: &Identity, user: &User) -> Result<bool, Error> {
        Ok(self.store.user_by_identity(identity).await?.is_some_and(|found| found.id == user.id))
    }

    async fn account_for(&self, client: &Client, person: &ExternalPerson) -> Result<NewAccount, Error> {
        let Some(email) = person.email.as_deref().and_then(|email| EmailAddress::parse(email).ok()) else {
            return Ok(NewAccount::Refused(OAuthSignIn::NoEmail));
        };
        let name = person.name.as_deref().and_then(|name| DisplayName::parse(name).ok());
        let Some(display_name) = name.or_else(|| DisplayName::parse(email.local_part()).ok()) else {
            return Ok(NewAccount::Refused(OAuthSignIn::NoName));
        };
        if self.throttle.count_registration(client.ip_address, &self.clock).await?.is_some() {
            tracing::warn!(event = "user_created_max", address = %client.ip_address, "registrations are throttled");
            return Ok(NewAccount::Refused(OAuthSignIn::Throttled));
        }
        let new = NewUser {
            email_verified: person.email_verified,
            preferences: self.preferences_to_adopt(client).await,
            identity: Some(person.identity.clone()),
            ..self.new_user(email, display_name)
        };
        Ok(match self.store.create_user(new).await? {
            UserCreated::Done(user) => {
                self.record(client, &user.id, SecurityEventKind::AccountCreated).await;
                NewAccount::Created(Box::new(user))
            }
            UserCreated::EmailTaken => NewAccount::Refused(OAuthSignIn::EmailTaken),
            // A second callback for the same person was faster.
            UserCreated::IdentityTaken => {
                let found = self.store.user_by_identity(&person.identity).await?;
                found.map_or(NewAccount::Refused(OAuthSignIn::Deleted), |user| {
                    NewAccount::Created(Box::new(user))
                })
            }
        })
    }
}
