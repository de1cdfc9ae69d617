//! A database one can look into: the other half of `watched`.

use std::sync::Arc;

use accounts::ports::{
    Attempt, AttemptKey, DatabaseError, Identities, Identity, Limit, Linked, LoginFailures, NewUser,
    SecurityEvent, SecurityEvents, Unlinked, User, UserCreated, Users, Workouts,
};
use async_trait::async_trait;
use database::Database;
use domain::account::{DisplayName, EmailAddress, UserId};
use domain::preferences::Preferences;
use domain::workout::log::FinishedWorkout;
use oauth::demo_provider::{DemoGrant, DemoGrants, GrantError};
use time::OffsetDateTime;

use crate::support::watched::Watch;

#[derive(Debug)]
pub(crate) struct WatchedDatabase {
    pub(crate) inner: Arc<dyn Database>,
    pub(crate) watch: Arc<Watch>,
}

macro_rules! watched {
    ($trait:ident { $($name:ident($($argument:ident: $type:ty),*) -> $output:ty;)* }) => {
        #[async_trait]
        impl $trait for WatchedDatabase {
            $(async fn $name(&self, $($argument: $type),*) -> Result<$output, DatabaseError> {
                self.watch.pass(stringify!($name)).await.map_err(DatabaseError::new)?;
                self.inner.$name($($argument),*).await
            })*
        }
    };
}

watched!(Users {
    create_user(user: NewUser) -> UserCreated;
    user(id: &UserId) -> Option<User>;
    user_by_email(email: &EmailAddress) -> Option<User>;
    user_by_identity(identity: &Identity) -> Option<User>;
    set_password(id: &UserId, expected_version: i64, hash: &str) -> Option<i64>;
    rehash_password(id: &UserId, old: &str, new: &str) -> ();
    set_display_name(id: &UserId, name: &DisplayName) -> ();
    set_preferences(id: &UserId, preferences: &Preferences) -> ();
    delete_user(id: &UserId) -> bool;
});

watched!(Identities {
    identities(user: &UserId) -> Vec<Identity>;
    link_identity(user: &UserId, identity: &Identity, now: OffsetDateTime) -> Linked;
    unlink_identity(user: &UserId, provider: &str) -> Unlinked;
});

watched!(Workouts {
    add_workout(user: &UserId, result: &FinishedWorkout) -> ();
    workouts(user: &UserId, limit: u32) -> Vec<FinishedWorkout>;
});

watched!(SecurityEvents {
    add_event(user: &UserId, event: &SecurityEvent) -> ();
    events(user: &UserId, limit: u32) -> Vec<SecurityEvent>;
    prune_events(before: OffsetDateTime) -> u64;
});

watched!(LoginFailures {
    reserve_attempt(key: &AttemptKey, per_account: Limit, per_address: Limit, now: OffsetDateTime) -> Attempt;
    forgive_attempt(attempt: i64, key: &AttemptKey, success: bool) -> ();
    prune_attempts(before: OffsetDateTime) -> u64;
});

#[async_trait]
impl DemoGrants for WatchedDatabase {
    async fn put_grant(&self, key: &[u8; 32], grant: &DemoGrant) -> Result<(), GrantError> {
        self.watch.pass("put_grant").await?;
        self.inner.put_grant(key, grant).await
    }

    async fn take_grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError> {
        self.watch.pass("take_grant").await?;
        self.inner.take_grant(key, now).await
    }

    async fn grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError> {
        self.watch.pass("grant").await?;
        self.inner.grant(key, now).await
    }

    async fn prune_grants(&self, now: OffsetDateTime) -> Result<u64, GrantError> {
        self.watch.pass("prune_grants").await?;
        self.inner.prune_grants(now).await
    }
}

#[async_trait]
impl Database for WatchedDatabase {
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }

    async fn ping(&self) -> Result<(), DatabaseError> {
        self.watch.pass("ping").await.map_err(DatabaseError::new)?;
        self.inner.ping().await
    }
}
