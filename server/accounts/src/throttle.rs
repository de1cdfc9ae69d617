//! Throttles failed logins: per account and address, per address over all accounts, and per account over all
//! addresses (ASVS 5.0 §6.3.1). New accounts are counted in the same way.
//!
//! The last of these three must not lock the owner out, or anybody could lock out anybody. It therefore only
//! delays, it begins after far more failures than the other two allow within their periods, it waits no
//! longer than `LOGIN_LIMIT`'s period, and it does not apply to addresses from which the account was signed
//! in to before, nor to devices on which that was done (`log_in`). What it leaves to an attacker with any
//! number of addresses is one guess in that period; and an owner at a new address, in a new browser, competes
//! with those guesses for as long as they go on.
//!
//! Some attempts are counted twice: for their address as above, and for their sender, with the same limits. A
//! session or the token of a device may be stolen, and the thief gains nothing by many addresses:
//! `LOGIN_LIMIT` guesses in its period, and after a hundred within a day ever fewer, down to one in it.
//!
//! - Passwords of the signed in (`confirm`) count for their session, under its handle. It gets another
//!   handle, and a new count, by a right password, or by linking and unlinking, which need a fresh login.
//! - While an account is slowed down, attempts from unknown addresses that only a device's token lets through
//!   count for the device, under the id in the token. Otherwise the token makes no difference.

mod open_attempts;

use std::net::IpAddr;
use std::sync::Arc;

use limits::customer;
use metrics::counter;
use sessions::clock::Clock;
use sessions::mac;
use time::Duration;

use self::open_attempts::{Open, OpenAttempts};
use crate::password::{PasswordError, Place};
use crate::ports::{AccountStore, Attempt, AttemptKey, DatabaseError, Limit, Limits, SlowDown};
use crate::{Error, Settings};

/// How long a login waits for undecided attempts from the same address, and how long while none of them is decided: on
/// a busy machine the last of many takes its time.
const MAX_WAIT: std::time::Duration = std::time::Duration::from_secs(30);
const MAX_STANDSTILL: std::time::Duration = std::time::Duration::from_secs(5);

/// Counts failed logins in the database, so that all instances count together.
pub(crate) struct Throttle {
    store: Arc<dyn AccountStore>,
    limits: Limits,
    registrations: Limit,
    key: [u8; 32],
    open: OpenAttempts,
}

/// Failures of one account, from anywhere and within a day, that delay nobody yet.
const FREE_FAILURES: u32 = 100;

/// Whether an attempt may be made now.
pub(crate) enum Reservation {
    /// Counted as failed until it is forgiven.
    Counted(Reserved),
    /// Too many have failed.
    Limited { wait: Duration },
    /// Too many have failed at this account, from anywhere: only a client known to it goes on.
    SlowedDown { wait: Duration },
}

/// Whether to count an attempt that may be made.
#[derive(Clone, Copy)]
enum Ask {
    Look,
    Count,
}

impl Reservation {
    /// The attempt or, counted as a refusal, how long to wait.
    pub(crate) fn attempt(self) -> Result<Reserved, Duration> {
        match self {
            Self::Counted(attempt) => Ok(attempt),
            Self::Limited { wait } => Err(refused("login", wait)),
            Self::SlowedDown { wait } => Err(refused("login_slow_down", wait)),
        }
    }
}

fn refused(rule: &'static str, wait: Duration) -> Duration {
    counter!("throttled_total", "rule" => rule).increment(1);
    wait
}

impl Throttle {
    pub(crate) fn new(store: Arc<dyn AccountStore>, settings: &Settings) -> Self {
        let slow_down =
            SlowDown { after: FREE_FAILURES, memory: Duration::DAY, longest: settings.login_limit.period };
        let limits = Limits {
            per_account: settings.login_limit,
            per_address: settings.login_limit_address,
            slow_down: Some(slow_down),
        };
        let (registrations, key) = (settings.registration_limit, settings.attempt_key);
        Self { store, limits, registrations, key, open: OpenAttempts::default() }
    }

    /// How long failures are relevant to any limit.
    pub(crate) fn memory(&self) -> Duration {
        Duration::DAY
            .max(self.limits.per_account.period)
            .max(self.limits.per_address.period)
            .max(self.registrations.period)
    }

    /// Counts a new account of this address, unless there were too many: then how long to wait.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn count_registration(
        &self,
        address: IpAddr,
        clock: &Clock,
    ) -> Result<Option<Duration>, DatabaseError> {
        // Under a name that no address has, so that registrations and failed logins do not mix.
        let address = format!("registration {}", limit_key(address));
        let key = AttemptKey { account: "registration".to_owned(), address };
        let limits =
            Limits { per_account: self.registrations, per_address: self.registrations, slow_down: None };
        Ok(match self.store.reserve_attempt(&key, &limits, clock.now()).await? {
            Attempt::Reserved(_) => None,
            Attempt::Limited(wait) | Attempt::SlowedDown(wait) => Some(refused("registration", wait)),
        })
    }

    /// Counts an attempt, unless too many have failed. With `known` the slow-down of the account does not
    /// apply.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn reserve(
        &self,
        typed_email: &str,
        address: IpAddr,
        known: bool,
        clock: &Clock,
    ) -> Result<Reservation, DatabaseError> {
        let mut limits = self.limits;
        if known && let Some(slow_down) = &mut limits.slow_down {
            slow_down.after = u32::MAX;
        }
        self.count(self.attempt_key(typed_email, address), &limits, clock).await
    }

    /// [`Self::reserve`] for a known client, counted once more for its sender: a device or a session, which a thief may
    /// use at any number of addresses. The limits are those of an address, slow-down included, and the count is the
    /// sender's own: what it uses up delays nobody else.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn reserve_for(
        &self,
        sender: Option<&str>,
        typed_email: &str,
        address: IpAddr,
        clock: &Clock,
    ) -> Result<Reservation, DatabaseError> {
        let Some(sender) = sender else { return self.reserve(typed_email, address, true, clock).await };
        // Under names that no account and no address has.
        let account = self.account_key(&format!("{sender} {typed_email}"));
        let key = AttemptKey { account, address: sender.to_owned() };
        // First by reading alone: of two counts the first would have to be taken back.
        match self.ask(Ask::Look, &key, &self.limits, clock).await?.1 {
            Attempt::Limited(wait) => return Ok(Reservation::Limited { wait }),
            Attempt::SlowedDown(wait) => return Ok(Reservation::SlowedDown { wait }),
            Attempt::Reserved(_) => {}
        }
        let attempt = match self.reserve(typed_email, address, true, clock).await? {
            Reservation::Counted(attempt) => attempt,
            refused => return Ok(refused),
        };
        match self.count(key, &self.limits, clock).await? {
            Reservation::Counted(again) => Ok(Reservation::Counted(attempt.and(again))),
            refused => {
                // Others of this sender came first. No password is checked.
                attempt.settle(false).await?;
                Ok(refused)
            }
        }
    }

    async fn count(
        &self,
        key: AttemptKey,
        limits: &Limits,
        clock: &Clock,
    ) -> Result<Reservation, DatabaseError> {
        let (open, attempt) = self.ask(Ask::Count, &key, limits, clock).await?;
        Ok(match attempt {
            Attempt::Limited(wait) => Reservation::Limited { wait },
            Attempt::SlowedDown(wait) => Reservation::SlowedDown { wait },
            Attempt::Reserved(number) => {
                let counted = vec![Counted { key, number, _open: open }];
                Reservation::Counted(Reserved { store: Arc::clone(&self.store), counted })
            }
        })
    }

    /// Asks the database, again as long as attempts that are still undecided may be all that is in the way.
    async fn ask(
        &self,
        ask: Ask,
        key: &AttemptKey,
        limits: &Limits,
        clock: &Clock,
    ) -> Result<(Open, Attempt), DatabaseError> {
        let deadline = tokio::time::Instant::now() + MAX_WAIT;
        let mut open = self.open.begin(&key.address);
        loop {
            let before = open.ask();
            let answer = match ask {
                Ask::Look => {
                    let refusal = self.store.attempt_refusal(key, limits, clock.now()).await?;
                    // It would be; no number is used.
                    refusal.unwrap_or(Attempt::Reserved(0))
                }
                Ask::Count => self.store.reserve_attempt(key, limits, clock.now()).await?,
            };
            let Attempt::Limited(_) = answer else { return Ok((open, answer)) };
            let standstill = tokio::time::Instant::now() + MAX_STANDSTILL;
            if !open.refused(before, deadline.min(standstill)).await {
                return Ok((open, answer));
            }
        }
    }

    /// Succeeds if the database accepts writes: counts an attempt of nobody, and forgets it.
    ///
    /// # Errors
    /// If it does not.
    pub(crate) async fn try_to_write(&self, clock: &Clock) -> Result<(), DatabaseError> {
        const ENOUGH: Limit = Limit { count: 1000, period: Duration::MINUTE };
        // No client has this address.
        let key = AttemptKey { account: "probe".to_owned(), address: "probe".to_owned() };
        let limits = Limits { per_account: ENOUGH, per_address: ENOUGH, slow_down: None };
        match self.store.reserve_attempt(&key, &limits, clock.now()).await? {
            Attempt::Reserved(number) => self.store.forgive_attempt(number, &key, true).await,
            Attempt::Limited(_) | Attempt::SlowedDown(_) => Ok(()),
        }
    }

    /// The typed text may be a password in the wrong field, or the address of somebody without an account, so
    /// it is stored as a keyed hash.
    fn attempt_key(&self, typed_email: &str, address: IpAddr) -> AttemptKey {
        AttemptKey { account: self.account_key(typed_email), address: limit_key(address) }
    }

    /// [`AttemptKey::account`] of a typed address.
    pub(crate) fn account_key(&self, typed_email: &str) -> String {
        hex::encode(mac::tag(&self.key, typed_email.trim().to_lowercase().as_bytes()))
    }
}

/// The name under which an address is counted, with its whole network if it is of IPv6.
pub(crate) fn limit_key(address: IpAddr) -> String {
    match customer(address) {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(network) => format!("{network}/64"),
    }
}

/// An attempt that may be made. It counts as failed, even if its client disconnects, until [`Self::forgive`]
/// is called.
pub(crate) struct Reserved {
    store: Arc<dyn AccountStore>,
    counted: Vec<Counted>,
}

/// One of the counts of an attempt.
struct Counted {
    key: AttemptKey,
    number: i64,
    _open: Open,
}

impl Reserved {
    fn and(mut self, other: Self) -> Self {
        self.counted.extend(other.counted);
        self
    }

    /// Goes on with a place in the line for hashing. Without one no password was checked, and the attempt does not
    /// count.
    ///
    /// # Errors
    /// If there was no place, or the database fails.
    pub(crate) async fn with_place(
        self,
        place: Result<Place, PasswordError>,
    ) -> Result<(Self, Place), Error> {
        match place {
            Ok(place) => Ok((self, place)),
            Err(error) => {
                self.take_back().await?;
                Err(error.into())
            }
        }
    }

    /// The password was not checked: this attempt does not count.
    pub(crate) async fn take_back(self) -> Result<(), DatabaseError> {
        self.settle(false).await
    }

    /// The password was correct: neither this attempt nor earlier failures of this account from this address
    /// (and of its sender) count.
    pub(crate) async fn forgive(self) -> Result<(), DatabaseError> {
        self.settle(true).await
    }

    /// With `success`, earlier failures are forgiven too.
    async fn settle(&self, success: bool) -> Result<(), DatabaseError> {
        for Counted { key, number, .. } in &self.counted {
            self.store.forgive_attempt(*number, key, success).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;

    #[test]
    fn the_slow_down_grows_and_ends() {
        let slow_down = SlowDown { after: 100, memory: Duration::DAY, longest: Duration::MINUTE };
        let seconds = |failures| slow_down.delay(failures).whole_seconds();
        assert_eq!([0, 99, 100, 109, 110, 120, 150].map(seconds), [0, 0, 1, 1, 2, 4, 32]);
        assert_eq!([160, 10_000, u32::MAX].map(seconds), [60, 60, 60]);
        let at = |second| OffsetDateTime::UNIX_EPOCH + Duration::seconds(second);
        let wait = |newest, now| slow_down.wait(120, at(newest), at(now)).whole_seconds();
        assert_eq!([wait(10, 10), wait(10, 13), wait(10, 14), wait(10, 99), wait(99, 10)], [4, 1, 0, 0, 4]);
    }

    #[test]
    fn failures_count_per_customer() {
        for (ip, key) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("::1", "::/64"),
        ] {
            assert_eq!(limit_key(ip.parse().unwrap()), key);
        }
    }
}
