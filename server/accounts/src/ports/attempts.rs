//! Failed logins, and what limits them.

use async_trait::async_trait;
use time::{Duration, OffsetDateTime};

use super::DatabaseError;

/// How many failed logins are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// This many …
    pub count: u32,
    /// … in this period.
    pub period: Duration,
}

/// Slows the guessing at one account from many addresses. From [`Self::after`] failures on, an attempt has to
/// wait after the newest one, no matter who made it, and longer with every ten more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlowDown {
    /// This many failures are free. Far more than one address may make in a short time, so that the limit of
    /// an account and address is met first.
    pub after: u32,
    /// How long a failure counts.
    pub memory: Duration,
    /// The longest wait.
    pub longest: Duration,
}

impl SlowDown {
    /// One second, doubled with every ten failures.
    #[must_use]
    pub fn delay(self, failures: u32) -> Duration {
        let Some(beyond) = failures.checked_sub(self.after) else { return Duration::ZERO };
        let seconds = 1_i64 << (beyond / 10).min(20);
        Duration::seconds(seconds).min(self.longest)
    }

    /// How long until the next attempt, if this many are known and `newest` is the newest; zero: now. A
    /// failure from the future (the clock was set back) delays as if it were of now.
    #[must_use]
    pub fn wait(self, failures: u32, newest: OffsetDateTime, now: OffsetDateTime) -> Duration {
        let delay = self.delay(failures);
        (newest.min(now) + delay - now).max(Duration::ZERO)
    }
}

/// What an attempt is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of one account from one address: applies to the whole key.
    pub per_account: Limit,
    /// Of one address over all accounts.
    pub per_address: Limit,
    /// Of one account over all addresses.
    pub slow_down: Option<SlowDown>,
}

/// The account and client of a login attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptKey {
    /// A keyed hash of the typed address: a mistyped address may be a password, so it is never stored in
    /// clear.
    pub account: String,
    /// The client's address (IPv6: its /64).
    pub address: String,
}

/// Result of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Proceed, and report the outcome with this number.
    Reserved(i64),
    /// Too many failures; retry after this time, which is longer than zero and at most the limit's period.
    /// Then one attempt gets through, unless another came first.
    Limited(Duration),
    /// Too many failures of this account over all addresses; retry after this time, which is longer than zero.
    SlowedDown(Duration),
}

/// Failed logins, counted in the database (not in the attacker's session). An attempt counts as failed from
/// its reservation until it is forgiven, so that parallel guesses cannot exceed the limit together.
#[async_trait]
pub trait LoginFailures: Send + Sync {
    /// Counts this attempt as failed unless a limit is already reached. The window slides: a failure counts
    /// for one period. Rejected attempts are not counted, so one quiet period always suffices, and cost no
    /// write: what reads alone can reject is rejected by reads alone. Of parallel attempts, exactly as many
    /// pass as the limits of the address and of the account from that address still allow. The slow-down lets
    /// through one at a time once it delays.
    async fn reserve_attempt(
        &self,
        key: &AttemptKey,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> Result<Attempt, DatabaseError>;
    /// Why [`Self::reserve_attempt`] would refuse this attempt now, if it would; counts and writes nothing.
    async fn attempt_refusal(
        &self,
        key: &AttemptKey,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> Result<Option<Attempt>, DatabaseError>;
    /// The attempt was not a failure: it succeeded, or never checked a password. With `success`, earlier
    /// failures of that account from that address are forgotten too; attempts reserved later are not. A
    /// number that does not belong to the key has no effect.
    async fn forgive_attempt(
        &self,
        attempt: i64,
        key: &AttemptKey,
        success: bool,
    ) -> Result<(), DatabaseError>;
    /// Removes the failures of one account ([`AttemptKey::account`]) from all addresses, because it has ended
    /// and there is nothing left to guess.
    async fn delete_attempts_of(&self, account: &str) -> Result<(), DatabaseError>;
    /// Removes attempts older than `before`.
    async fn delete_old_attempts(&self, before: OffsetDateTime) -> Result<u64, DatabaseError>;
}
