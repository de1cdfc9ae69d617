//! Linking and unlinking identity providers.

use domain::account::UserId;
use sessions::Login;

use crate::events::SecurityEventKind;
use crate::ports::{Identity, Linked, Unlinked, User};
use crate::{Accounts, Client, Error};

/// Outcome of linking or unlinking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linking {
    Done,
    /// Linking may begin (the provider has not been contacted yet).
    Allowed,
    /// The identity belongs to another account.
    IdentityTaken,
    /// It is the last way to log in to the account.
    LastWayIn,
    NotLinked,
    FreshLoginRequired,
}

impl Accounts {
    /// Whether this person may link a provider now: [`Linking::Allowed`], or why not.
    #[must_use]
    pub fn may_link(&self, login: &Login) -> Linking {
        if self.sessions.is_fresh(login) { Linking::Allowed } else { Linking::FreshLoginRequired }
    }

    /// Adds a login to the account of the person who requested it in this session.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn link(
        &self,
        client: &Client,
        login: &Login,
        user: &UserId,
        identity: &Identity,
    ) -> Result<Linking, Error> {
        if !self.sessions.is_fresh(login) {
            return Ok(Linking::FreshLoginRequired);
        }
        match self.store.link_identity(user, identity, self.clock.now()).await? {
            Linked::Done => {
                // Whatever was ended stays ended: a session that was, while the provider was asked, links nothing.
                if let Err(error) = client.session.renew(None).await {
                    self.store.unlink_identity(user, &identity.provider).await?;
                    return Err(error.into());
                }
                self.record(client, user, SecurityEventKind::ProviderLinked).await;
                Ok(Linking::Done)
            }
            Linked::Taken => Ok(Linking::IdentityTaken),
        }
    }

    /// Removes a login, but never the last one.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn unlink(
        &self,
        client: &Client,
        login: &Login,
        user: &User,
        provider: &str,
    ) -> Result<Linking, Error> {
        if !self.sessions.is_fresh(login) {
            return Ok(Linking::FreshLoginRequired);
        }
        // The characters of a path name; a provider that is no longer configured can still be unlinked.
        // Not every database takes any character, such as a NUL.
        if !provider.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            return Ok(Linking::NotLinked);
        }
        match self.store.unlink_identity(&user.id, provider).await? {
            Unlinked::Done => {
                self.record(client, &user.id, SecurityEventKind::ProviderUnlinked).await;
                client.session.renew(None).await?;
                Ok(Linking::Done)
            }
            Unlinked::LastWayIn => Ok(Linking::LastWayIn),
            Unlinked::NotLinked => Ok(Linking::NotLinked),
        }
    }
}
