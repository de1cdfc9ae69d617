//! An account created by the installation, such as the demo account.

use std::net::{IpAddr, Ipv4Addr};

use domain::account::{DisplayName, EmailAddress};

use crate::password::Purpose;
use crate::ports::NewUser;
use crate::{Accounts, Error};

/// Whose share of the line for hashing is used: no client has this address.
const INSTALLATION: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

impl Accounts {
    /// Creates the account unless the address already has one. Nobody is signed in.
    ///
    /// # Errors
    /// If the database or the hashing fails.
    pub async fn seed(&self, email: EmailAddress, name: DisplayName, password: &str) -> Result<(), Error> {
        if self.store.user_by_email(&email).await?.is_some() {
            return Ok(());
        }
        let hash =
            self.passwords.hash(self.passwords.place(Purpose::Register, INSTALLATION)?, password).await?;
        let user = NewUser { password_hash: Some(hash), ..self.new_user(email, name) };
        // If another instance was faster, that is fine too.
        self.store.create_user(user).await?;
        Ok(())
    }

    /// Deletes the account with everything that belongs to it, if it still opens with the password that was
    /// published with it. `false` if there is no such account.
    ///
    /// # Errors
    /// If a store or the hashing fails.
    pub async fn unseed(&self, email: &EmailAddress, password: &str) -> Result<bool, Error> {
        let Some(user) = self.store.user_by_email(email).await? else { return Ok(false) };
        let Some(hash) = user.password_hash.clone() else { return Ok(false) };
        let place = self.passwords.place(Purpose::LogIn, INSTALLATION)?;
        let verified = self.passwords.verify(place, Some(hash), password.to_owned()).await?;
        if !verified.ok {
            return Ok(false);
        }
        self.remove(&user, "an account with a published password was removed").await
    }
}
