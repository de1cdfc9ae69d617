//! Saving preferences.

use domain::account::UserId;
use domain::preferences::Preferences;

use crate::{Accounts, Client, Error};

impl Accounts {
    /// Saves preferences in the session and, when signed in, in the account.
    ///
    /// # Errors
    /// If a store fails, or the session has ended in the meantime.
    pub async fn save_preferences(
        &self,
        client: &Client,
        user: Option<&UserId>,
        preferences: &Preferences,
    ) -> Result<(), Error> {
        client.session.set_preferences(preferences).await?;
        if let Some(user) = user {
            self.store.set_preferences(user, preferences).await?;
            self.profiles.invalidate(user);
        }
        Ok(())
    }
}
