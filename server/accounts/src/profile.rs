//! The profile that pages show, and changing it.

use std::sync::Arc;

use domain::account::{DisplayName, UserId};
use time::OffsetDateTime;

use crate::cache::Profile;
use crate::events::SecurityEventKind;
use crate::ports::{DatabaseError, Identity, User};
use crate::{Accounts, Client, Error};

impl Accounts {
    /// The profile to show, cached if possible. `None` if there is no such account.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn profile(&self, id: &UserId) -> Result<Option<Arc<Profile>>, Error> {
        Ok(self.profiles.get_or_load(id, || self.store.user(id)).await?)
    }

    /// The account itself, bypassing the cache. For anything that bases a decision on it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn user(&self, id: &UserId) -> Result<Option<User>, Error> {
        Ok(self.store.user(id).await?)
    }

    /// Changes the name. Other instances may show the old one until their cache entry expires.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn save_profile(&self, client: &Client, user: &User, name: &DisplayName) -> Result<(), Error> {
        self.store.set_display_name(&user.id, name).await?;
        self.profiles.invalidate(&user.id);
        self.record(client, &user.id, SecurityEventKind::ProfileChanged).await;
        Ok(())
    }

    /// External identities, oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn identities(&self, user: &UserId) -> Result<Vec<Identity>, Error> {
        Ok(self.store.identities(user).await?)
    }

    /// Deletes failed logins beyond every limit's period, and events older than half a year.
    ///
    /// # Errors
    /// The first failure; the other deletion is tried all the same.
    pub async fn delete_old(&self, now: OffsetDateTime) -> Result<(), DatabaseError> {
        let attempts = self.store.delete_old_attempts(now.saturating_sub(self.throttle.memory())).await;
        let events = self.store.delete_old_events(now - time::Duration::days(180)).await;
        attempts.and(events).map(drop)
    }
}
