//! What accounts need from a database: small traits, so that the next database only plugs in.
//!
//! Every method is atomic: of calls that exclude each other, one succeeds, whatever runs at the same time, on this
//! instance or another. Times are kept with a resolution of one millisecond. What is added to an account that was
//! deleted in the meantime is dropped without an error: the request that brings it has lost its session already, and
//! is answered so. One suite, `server/tests/it/database`, holds every database to this.

use std::fmt;

use async_trait::async_trait;
use domain::account::{DisplayName, EmailAddress, UserId};
use domain::preferences::Preferences;
use domain::workout::log::FinishedWorkout;
use time::{Duration, OffsetDateTime};

/// The database failed. Made by `?` from any error of a client library; therefore, and as `anyhow::Error`, it is no
/// [`std::error::Error`] itself.
#[derive(Debug)]
pub struct DatabaseError(Box<dyn std::error::Error + Send + Sync>);

impl DatabaseError {
    /// An error of what the database was asked to keep, or a plain text.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }

    /// A stored value that this program would never have written. Says where, never what.
    #[must_use]
    pub fn corrupt(place: &'static str) -> Self {
        Self(format!("{place} holds a value that cannot be read").into())
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for DatabaseError {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl From<DatabaseError> for Box<dyn std::error::Error + Send + Sync> {
    fn from(error: DatabaseError) -> Self {
        error.0
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "database: {}", self.0)
    }
}

/// An account. Not serialisable: the password hash cannot cross the wire by accident.
#[derive(Clone, PartialEq)]
pub struct User {
    /// Random, public.
    pub id: UserId,
    /// The address.
    pub email: EmailAddress,
    /// Whether somebody trustworthy said that the person owns the address.
    pub email_verified: bool,
    /// What to call the person.
    pub display_name: DisplayName,
    /// PHC string; `None` for accounts that log in by a provider alone.
    pub password_hash: Option<String>,
    /// Grows with every change of the password. A login that checked an older one is refused.
    pub credentials_version: i64,
    /// The account's copy of the preferences.
    pub preferences: Option<Preferences>,
    /// When the account was made.
    pub created_at: OffsetDateTime,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A new account.
#[derive(Clone)]
pub struct NewUser {
    /// Made by the caller from random bytes.
    pub id: UserId,
    /// Unique by its key, whatever its case or Unicode form.
    pub email: EmailAddress,
    /// See [`User::email_verified`].
    pub email_verified: bool,
    /// What to call the person.
    pub display_name: DisplayName,
    /// PHC string.
    pub password_hash: Option<String>,
    /// Brought along from an anonymous session.
    pub preferences: Option<Preferences>,
    /// A first identity, inserted in the same transaction.
    pub identity: Option<Identity>,
    /// Now.
    pub created_at: OffsetDateTime,
}

impl fmt::Debug for NewUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUser").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An external identity. Unique by provider and subject; never by e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider's path name.
    pub provider: String,
    /// The provider's name for the person, stable.
    pub subject: String,
}

/// Outcome of making an account.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "made once per registration, and taken apart at once")]
pub enum UserCreated {
    /// Done.
    Done(User),
    /// The address belongs to an account already.
    EmailTaken,
    /// The identity belongs to an account already.
    IdentityTaken,
}

/// People.
#[async_trait]
pub trait Users: Send + Sync {
    /// Account and identity, or neither. 50 parallel calls with one address, or with one identity, make one
    /// account. If both are taken it says [`UserCreated::IdentityTaken`]: whoever comes back from one provider in
    /// two tabs then finds the account of the first. An id that exists is an error.
    async fn create_user(&self, user: NewUser) -> Result<UserCreated, DatabaseError>;
    /// By id.
    async fn user(&self, id: &UserId) -> Result<Option<User>, DatabaseError>;
    /// By address, whatever its case or Unicode form.
    async fn user_by_email(&self, email: &EmailAddress) -> Result<Option<User>, DatabaseError>;
    /// By external identity.
    async fn user_by_identity(&self, identity: &Identity) -> Result<Option<User>, DatabaseError>;
    /// Sets a new password hash and raises `credentials_version`, only if that is still `expected_version`.
    /// `None` if it is not; else the new version.
    async fn set_password(
        &self,
        id: &UserId,
        expected_version: i64,
        hash: &str,
    ) -> Result<Option<i64>, DatabaseError>;
    /// Stores the same password under newer parameters: the version stays. Only if the hash is still `old`.
    async fn rehash_password(&self, id: &UserId, old: &str, new: &str) -> Result<(), DatabaseError>;
    /// Changes the name.
    async fn set_display_name(&self, id: &UserId, name: &DisplayName) -> Result<(), DatabaseError>;
    /// Stores preferences unless the account's are newer (`updated_at`; never saved is older than any time).
    async fn set_preferences(&self, id: &UserId, preferences: &Preferences) -> Result<(), DatabaseError>;
    /// Removes the account with its identities, workouts and events. `false` if there was none.
    ///
    /// Two things are not the account's and go by their age, with the hourly clean-up. Failed logins, for a day or the
    /// longer of their limits' periods: they are kept under a keyed hash of what was typed, which may be nobody's
    /// address, and a deletion must buy nobody further guesses. And the demo provider's grants, valid for minutes: they
    /// hold what was typed there.
    async fn delete_user(&self, id: &UserId) -> Result<bool, DatabaseError>;
}

/// Outcome of linking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linked {
    /// The identity now belongs to the account (or did already).
    Done,
    /// It belongs to another account.
    Taken,
}

/// Outcome of unlinking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unlinked {
    /// Removed.
    Done,
    /// It is the last way in: no password and no other identity.
    LastWayIn,
    /// There was none of that provider.
    NotLinked,
}

/// External identities.
#[async_trait]
pub trait Identities: Send + Sync {
    /// Of one account, oldest first.
    async fn identities(&self, user: &UserId) -> Result<Vec<Identity>, DatabaseError>;
    /// Adds one. For an account that is gone nothing is stored, and the answer is [`Linked::Done`].
    async fn link_identity(
        &self,
        user: &UserId,
        identity: &Identity,
        now: OffsetDateTime,
    ) -> Result<Linked, DatabaseError>;
    /// Removes those of a provider, never the last way in: a password or an identity of another provider must
    /// remain. Of two last identities unlinked at once, one stays.
    async fn unlink_identity(&self, user: &UserId, provider: &str) -> Result<Unlinked, DatabaseError>;
}

/// Finished workouts.
#[async_trait]
pub trait Workouts: Send + Sync {
    /// Saves one; of several with the same `(user, started_at)` (a form posted twice) the first stays.
    async fn add_workout(&self, user: &UserId, result: &FinishedWorkout) -> Result<(), DatabaseError>;
    /// The `limit` that began last, newest first.
    async fn workouts(&self, user: &UserId, limit: u32) -> Result<Vec<FinishedWorkout>, DatabaseError>;
}

/// A security-related event of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityEvent {
    /// When.
    pub at: OffsetDateTime,
    /// A word of the OWASP Logging Vocabulary, as `authn_login_success`.
    pub kind: String,
    /// The client's address.
    pub ip_address: Option<String>,
}

/// Security-related events.
#[async_trait]
pub trait SecurityEvents: Send + Sync {
    /// Appends one.
    async fn add_event(&self, user: &UserId, event: &SecurityEvent) -> Result<(), DatabaseError>;
    /// The `limit` newest, newest first; of two in one millisecond the one added later counts as newer.
    async fn events(&self, user: &UserId, limit: u32) -> Result<Vec<SecurityEvent>, DatabaseError>;
    /// Removes those older than `before`.
    async fn delete_old_events(&self, before: OffsetDateTime) -> Result<u64, DatabaseError>;
}

/// How many failed logins are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// That many …
    pub count: u32,
    /// … in this time.
    pub period: Duration,
}

/// Who tries to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptKey {
    /// A keyed hash of the typed address: what people mistype is nobody's to read.
    pub account: String,
    /// The client's address (IPv6: its /64).
    pub address: String,
}

/// Answer to a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Go on, and say how it ended with this number.
    Reserved(i64),
    /// Too many failures; try again after this time, which is longer than zero and at most the limit's period.
    /// Then one attempt gets through, if no other came first.
    Limited(Duration),
}

/// Failed logins, counted in the database (not in the attacker's session). An attempt counts as failed from
/// its reservation until it is forgiven, so that parallel guesses cannot pass the limit together.
#[async_trait]
pub trait LoginFailures: Send + Sync {
    /// Counts this attempt as failed unless a limit is reached already: `per_account` by the whole key,
    /// `per_address` by its address alone. The window slides: a failure counts for one period. Refused attempts are
    /// not counted, so that a period of quiet always suffices. Of parallel attempts exactly as many pass as the
    /// limit still allows.
    async fn reserve_attempt(
        &self,
        key: &AttemptKey,
        per_account: Limit,
        per_address: Limit,
        now: OffsetDateTime,
    ) -> Result<Attempt, DatabaseError>;
    /// The attempt succeeded, or never checked a password: it was no failure. With `success`, earlier
    /// failures of that account from that address are forgotten too; attempts reserved later are not. A number that
    /// does not belong to the key forgives nothing.
    async fn forgive_attempt(
        &self,
        attempt: i64,
        key: &AttemptKey,
        success: bool,
    ) -> Result<(), DatabaseError>;
    /// Removes those older than `before`.
    async fn delete_old_attempts(&self, before: OffsetDateTime) -> Result<u64, DatabaseError>;
}

/// All of it: what the use cases need.
pub trait AccountStore:
    Users + Identities + Workouts + SecurityEvents + LoginFailures + fmt::Debug + 'static
{
}

impl<T: Users + Identities + Workouts + SecurityEvents + LoginFailures + fmt::Debug + 'static> AccountStore
    for T
{
}
