//! An account created by the installation, such as the demo account.

use domain::account::{DisplayName, EmailAddress};

use crate::password::Purpose;
use crate::ports::NewUser;
use crate::{Accounts, Error};

impl Accounts {
    /// Creates the account unless the address already has one. Nobody is signed in.
    ///
    /// # Errors
    /// If the database or the hashing fails.
    pub async fn seed(&self, email: EmailAddress, name: DisplayName, password: &str) -> Result<(), Error> {
        if self.store.user_by_email(&email).await?.is_some() {
            return Ok(());
        }
        let hash = self.passwords.hash(self.passwords.place(Purpose::Register)?, password).await?;
        let user = NewUser { password_hash: Some(hash), ..self.new_user(email, name) };
        // If another instance was faster, that is fine too.
        self.store.create_user(user).await?;
        Ok(())
    }
}
