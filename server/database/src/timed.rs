//! A time limit around every operation of a database.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::account::{DisplayName, EmailAddress, UserId};
use domain::preferences::Preferences;
use domain::workout::log::FinishedWorkout;
use time::OffsetDateTime;

use crate::Database;
use accounts::ports::{
    Attempt, AttemptKey, DatabaseError, Identities, Identity, Limit, Linked, LoginFailures, NewUser,
    SecurityEvent, SecurityEvents, Unlinked, User, UserCreated, Users, Workouts,
};
use oauth::demo_provider::{DemoGrant, DemoGrants, GrantError};
use storage::time_limit::{TimeLimit, Turns};

/// Any database, with every operation ended after a time limit. Clean-up has longer; see
/// [`TimeLimit::maintain`].
#[derive(Debug)]
pub struct TimedDatabase {
    inner: Arc<dyn Database>,
    limit: TimeLimit,
}

impl TimedDatabase {
    /// Puts the limit around a database.
    #[must_use]
    pub fn new(inner: Arc<dyn Database>, limit: Duration, turns: Turns) -> Self {
        Self { inner, limit: TimeLimit::new("database", limit, turns) }
    }
}

/// Implements a trait by the same methods of `inner`, each within the limit: `run` or `maintain`.
macro_rules! limited {
    ($trait:ident { $($how:ident $name:ident($($argument:ident: $type:ty),*) -> $output:ty;)* }) => {
        #[async_trait]
        impl $trait for TimedDatabase {
            $(async fn $name(&self, $($argument: $type),*) -> Result<$output, DatabaseError> {
                self.limit.$how(DatabaseError::from, self.inner.$name($($argument),*)).await
            })*
        }
    };
}

limited!(Users {
    run create_user(user: NewUser) -> UserCreated;
    run user(id: &UserId) -> Option<User>;
    run user_by_email(email: &EmailAddress) -> Option<User>;
    run user_by_identity(identity: &Identity) -> Option<User>;
    run set_password(id: &UserId, expected_version: i64, hash: &str) -> Option<i64>;
    run rehash_password(id: &UserId, old: &str, new: &str) -> ();
    run set_display_name(id: &UserId, name: &DisplayName) -> ();
    run set_preferences(id: &UserId, preferences: &Preferences) -> ();
    run delete_user(id: &UserId) -> bool;
});

limited!(Identities {
    run identities(user: &UserId) -> Vec<Identity>;
    run link_identity(user: &UserId, identity: &Identity, now: OffsetDateTime) -> Linked;
    run unlink_identity(user: &UserId, provider: &str) -> Unlinked;
});

limited!(Workouts {
    run add_workout(user: &UserId, result: &FinishedWorkout) -> ();
    run workouts(user: &UserId, limit: u32) -> Vec<FinishedWorkout>;
});

limited!(SecurityEvents {
    run add_event(user: &UserId, event: &SecurityEvent) -> ();
    run events(user: &UserId, limit: u32) -> Vec<SecurityEvent>;
    maintain prune_events(before: OffsetDateTime) -> u64;
});

limited!(LoginFailures {
    run reserve_attempt(key: &AttemptKey, per_account: Limit, per_address: Limit, now: OffsetDateTime) -> Attempt;
    run forgive_attempt(attempt: i64, key: &AttemptKey, success: bool) -> ();
    maintain prune_attempts(before: OffsetDateTime) -> u64;
});

#[async_trait]
impl DemoGrants for TimedDatabase {
    async fn put_grant(&self, key: &[u8; 32], grant: &DemoGrant) -> Result<(), GrantError> {
        self.limit.run(GrantError::from, self.inner.put_grant(key, grant)).await
    }

    async fn take_grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError> {
        self.limit.run(GrantError::from, self.inner.take_grant(key, now)).await
    }

    async fn grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError> {
        self.limit.run(GrantError::from, self.inner.grant(key, now)).await
    }

    async fn prune_grants(&self, now: OffsetDateTime) -> Result<u64, GrantError> {
        self.limit.maintain(GrantError::from, self.inner.prune_grants(now)).await
    }
}

#[async_trait]
impl Database for TimedDatabase {
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }

    async fn ping(&self) -> Result<(), DatabaseError> {
        self.limit.run(DatabaseError::from, self.inner.ping()).await
    }
}
