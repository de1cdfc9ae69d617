//! Deleting an account.

use domain::account::EmailAddress;
use domain::form::FieldError;
use sessions::Login;

use crate::ports::User;
use crate::{Accounts, Client, Error};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    Done,
    /// The typed address is not that of the account.
    NotConfirmed(FieldError),
    FreshLoginRequired,
}

impl Accounts {
    /// Deletes the account of a signed-in person with everything that belongs to it, then ends its sessions.
    /// `typed` is the address as typed, or why it could not be read.
    ///
    /// # Errors
    /// If the database fails; the account then still exists.
    pub async fn delete(
        &self,
        client: &Client,
        login: &Login,
        user: &User,
        typed: Result<&str, FieldError>,
    ) -> Result<Deleted, Error> {
        if !self.sessions.is_fresh(login) {
            return Ok(Deleted::FreshLoginRequired);
        }
        if let Err(error) = typed.and_then(|typed| confirms(typed, user)) {
            return Ok(Deleted::NotConfirmed(error));
        }
        self.store.delete_user(&user.id).await?;
        self.profiles.invalidate(&user.id);
        tracing::info!(event = "user_deleted", user.id = %user.id, "an account was deleted by its owner");
        if let Err(error) = self.sessions.end_all(&user.id, None).await {
            // The account is deleted, and its sessions give access to nothing, so for its owner this is a
            // success.
            tracing::error!(user.id = %user.id, %error, "sessions of a deleted account stay until they expire");
        }
        client.session.ended().await;
        Ok(Deleted::Done)
    }
}

fn confirms(typed: &str, user: &User) -> Result<(), FieldError> {
    if typed.trim().is_empty() {
        return Err(FieldError::Required);
    }
    match EmailAddress::parse(typed) {
        Ok(address) if address.key() == user.email.key() => Ok(()),
        _ => Err(FieldError::Mismatch),
    }
}
