//! Saving preferences.

use domain::account::UserId;
use domain::preferences::Preferences;

use crate::{Accounts, Client, Error};

impl Accounts {
    /// Saves preferences in the session and, when signed in, in the account.
    ///
    /// However many requests do so at once, session and account agree when the last one is answered: each gives
    /// its preferences a later time than any that were saved before, and the account keeps the latest.
    ///
    /// # Errors
    /// If a store fails, or the session has ended in the meantime.
    pub async fn save_preferences(
        &self,
        client: &Client,
        user: Option<&UserId>,
        preferences: &Preferences,
    ) -> Result<(), Error> {
        let Some(user) = user else {
            client.session.set_preferences(preferences, None).await?;
            return Ok(());
        };
        // Another device may have saved at the same moment, or through an instance whose clock is ahead.
        let in_account = self.store.user(user).await?.and_then(|found| found.preferences);
        let newer_than = in_account.and_then(|preferences| preferences.updated_at);
        let saved = client.session.set_preferences(preferences, newer_than).await?;
        // No cached profile is out of date by this: it holds no preferences.
        self.store.set_preferences(user, &saved).await?;
        Ok(())
    }
}
