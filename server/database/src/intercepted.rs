//! Wraps each operation of a database: with a time limit, or with what a test watches and breaks.

use std::sync::Arc;

use async_trait::async_trait;
use domain::account::{DisplayName, EmailAddress, UserId};
use domain::preferences::Preferences;
use domain::workout::document::{Workout, WorkoutId}; // slim: trainer
use domain::workout::log::FinishedWorkout; // slim: trainer
use storage::intercept::{Intercept, Operation};
use time::OffsetDateTime;

use crate::Database;
use accounts::ports::{
    Attempt, AttemptKey, DatabaseError, EventCursor, Identities, Identity, Kinds, Limits, Linked,
    LoginFailures, NewUser, SecurityEvent, SecurityEvents, Unlinked, User, UserCreated, Users,
};
// slim: trainer
use accounts::ports::{
    HistoryVersion, LoggedWorkouts, StoredWorkout, WorkoutAdded, WorkoutCursor, WorkoutSummary, Workouts,
};
// slim: end
use oauth::demo_provider::{DemoGrant, DemoGrants, GrantError}; // slim: demo-provider

/// See [`Intercept`].
#[derive(Debug)]
pub struct Intercepted<I> {
    inner: Arc<dyn Database>,
    interceptor: I,
}

impl<I: Intercept> Intercepted<I> {
    #[must_use]
    pub fn new(inner: Arc<dyn Database>, interceptor: I) -> Self {
        Self { inner, interceptor }
    }
}

/// Implements a trait by the same methods of `inner`, each as `request` or `maintenance` ([`Operation`]).
macro_rules! intercepted {
    ($trait:ident, $failed:path => $error:ty {
        $($kind:ident $name:ident($($argument:ident: $type:ty),*) -> $output:ty;)*
    }) => {
        #[async_trait]
        impl<I: Intercept> $trait for Intercepted<I> {
            $(async fn $name(&self, $($argument: $type),*) -> Result<$output, $error> {
                let operation = Operation::$kind(stringify!($name));
                self.interceptor.around(operation, $failed, self.inner.$name($($argument),*)).await
            })*
        }
    };
}

intercepted!(Users, DatabaseError::new => DatabaseError {
    request create_user(user: NewUser) -> UserCreated;
    request user(id: &UserId) -> Option<User>;
    request user_by_email(email: &EmailAddress) -> Option<User>;
    request user_by_identity(identity: &Identity) -> Option<User>;
    request set_password(id: &UserId, expected_version: i64, hash: &str) -> Option<i64>;
    request rehash_password(id: &UserId, old: &str, new: &str) -> ();
    request set_display_name(id: &UserId, name: &DisplayName) -> ();
    request set_preferences(id: &UserId, preferences: &Preferences) -> ();
    request set_sign_ins_seen(id: &UserId, until: OffsetDateTime) -> ();
    request delete_user(id: &UserId) -> bool;
    maintenance expired_users(now: OffsetDateTime, limit: u32) -> Vec<User>;
});

intercepted!(Identities, DatabaseError::new => DatabaseError {
    request identities(user: &UserId) -> Vec<Identity>;
    request link_identity(user: &UserId, identity: &Identity, now: OffsetDateTime) -> Linked;
    request unlink_identity(user: &UserId, provider: &str) -> Unlinked;
});

// slim: trainer
intercepted!(Workouts, DatabaseError::new => DatabaseError {
    request add_workout(user: &UserId, result: &FinishedWorkout) -> ();
    request workouts(user: &UserId, limit: u32) -> Vec<FinishedWorkout>;
    request workouts_before(user: &UserId, before: Option<OffsetDateTime>, limit: u32) -> Vec<FinishedWorkout>;
    request count_workouts(user: &UserId, finished_after: OffsetDateTime) -> u64;
});

intercepted!(LoggedWorkouts, DatabaseError::new => DatabaseError {
    request add_logged(user: &UserId, workout: &Workout, now: OffsetDateTime) -> WorkoutAdded;
    request save_logged(user: &UserId, workout: &Workout, revision: i64) -> bool;
    request delete_logged(user: &UserId, id: WorkoutId, revision: Option<i64>) -> bool;
    request logged(user: &UserId, id: WorkoutId) -> Option<StoredWorkout>;
    request open_logged(user: &UserId) -> Option<StoredWorkout>;
    request logged_behind(user: &UserId, cursor: Option<WorkoutCursor>, limit: u32) -> Vec<WorkoutSummary>;
    request logged_since(user: &UserId, since: OffsetDateTime) -> Vec<WorkoutSummary>;
    request logged_documents_behind(user: &UserId, cursor: Option<WorkoutCursor>, limit: u32) -> Vec<Workout>;
    request count_logged(user: &UserId, added_after: OffsetDateTime) -> u64;
    request count_counting(user: &UserId) -> u64;
    request history_version(user: &UserId) -> HistoryVersion;
});
// slim: end

intercepted!(SecurityEvents, DatabaseError::new => DatabaseError {
    request add_event(user: &UserId, event: &SecurityEvent) -> ();
    request events_behind(user: &UserId, kinds: Kinds<'_>, cursor: Option<&EventCursor>, limit: u32) -> Vec<(EventCursor, SecurityEvent)>;
    maintenance delete_old_events(before: OffsetDateTime) -> u64;
});

intercepted!(LoginFailures, DatabaseError::new => DatabaseError {
    request reserve_attempt(key: &AttemptKey, limits: &Limits, now: OffsetDateTime) -> Attempt;
    request attempt_refusal(key: &AttemptKey, limits: &Limits, now: OffsetDateTime) -> Option<Attempt>;
    request forgive_attempt(attempt: i64, key: &AttemptKey, success: bool) -> ();
    maintenance delete_attempts_of(account: &str) -> ();
    maintenance delete_old_attempts(before: OffsetDateTime) -> u64;
});

// slim: demo-provider
intercepted!(DemoGrants, GrantError::new => GrantError {
    request put_grant(key: &[u8; 32], grant: &DemoGrant) -> ();
    request take_grant(key: &[u8; 32], now: OffsetDateTime) -> Option<DemoGrant>;
    request grant(key: &[u8; 32], now: OffsetDateTime) -> Option<DemoGrant>;
    maintenance delete_expired_grants(now: OffsetDateTime) -> u64;
});
// slim: end

#[async_trait]
impl<I: Intercept> Database for Intercepted<I> {
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }

    async fn ping(&self) -> Result<(), DatabaseError> {
        self.interceptor.around(Operation::request("ping"), DatabaseError::new, self.inner.ping()).await
    }
}
