//! Throttles failed logins: per account and address, and per address over all accounts (ASVS 5.0 §6.3.1).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use sessions::clock::Clock;
use sessions::mac;
use time::Duration;
use tokio::sync::Notify;

use crate::ports::{AccountStore, Attempt, AttemptKey, DatabaseError, Limit};

/// How long a login waits for undecided attempts from the same address.
const MAX_WAIT: std::time::Duration = std::time::Duration::from_secs(5);

/// Counts failed logins in the database, so that all instances count together.
pub(crate) struct Throttle {
    store: Arc<dyn AccountStore>,
    per_account: Limit,
    per_address: Limit,
    key: [u8; 32],
    open: OpenAttempts,
}

/// Whether an attempt may be made now.
pub(crate) enum Reservation {
    /// Counted as failed until it is forgiven.
    Counted(Reserved),
    /// Too many have failed.
    Limited { wait: Duration },
}

impl Throttle {
    pub(crate) fn new(
        store: Arc<dyn AccountStore>,
        per_account: Limit,
        per_address: Limit,
        key: [u8; 32],
    ) -> Self {
        Self { store, per_account, per_address, key, open: OpenAttempts::default() }
    }

    /// How long failures are relevant to any limit.
    pub(crate) fn memory(&self) -> Duration {
        Duration::DAY.max(self.per_account.period).max(self.per_address.period)
    }

    /// Counts an attempt, unless too many have failed.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn reserve(
        &self,
        typed_email: &str,
        address: IpAddr,
        clock: &Clock,
    ) -> Result<Reservation, DatabaseError> {
        let key = self.attempt_key(typed_email, address);
        let deadline = tokio::time::Instant::now() + MAX_WAIT;
        loop {
            let decided = self.open.0.decided.notified();
            tokio::pin!(decided);
            // Start listening before the reservation, so that no decision in between is missed.
            decided.as_mut().enable();
            let wait = match self
                .store
                .reserve_attempt(&key, self.per_account, self.per_address, clock.now())
                .await?
            {
                Attempt::Reserved(number) => {
                    let open = self.open.begin(&key.address);
                    let store = Arc::clone(&self.store);
                    return Ok(Reservation::Counted(Reserved { store, key, number, _open: open }));
                }
                Attempt::Limited(wait) => wait,
            };
            let undecided = self.open.any(&key.address);
            if !undecided || tokio::time::timeout_at(deadline, decided).await.is_err() {
                return Ok(Reservation::Limited { wait });
            }
        }
    }

    /// The typed text may be a password in the wrong field, or the address of somebody without an account, so
    /// it is stored as a keyed hash.
    fn attempt_key(&self, typed_email: &str, address: IpAddr) -> AttemptKey {
        let tag = mac::tag(&self.key, typed_email.trim().to_lowercase().as_bytes());
        AttemptKey { account: hex::encode(tag), address: limit_key(address) }
    }
}

/// The address under which failures are counted. An IPv6 customer has at least a whole /64 and could use a
/// different address for each attempt, so the /64 counts.
fn limit_key(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// Undecided attempts of this instance by client address. In the database an attempt counts as failed from
/// its reservation on, so that parallel guesses cannot exceed the limit together; this keeps parallel
/// *correct* passwords from being rejected because of that.
#[derive(Debug, Clone, Default)]
struct OpenAttempts(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    by_address: Mutex<HashMap<String, usize>>,
    decided: Notify,
}

impl OpenAttempts {
    fn begin(&self, address: &str) -> Open {
        let mut open = self.0.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        *open.entry(address.to_owned()).or_default() += 1;
        Open { attempts: self.clone(), address: address.to_owned() }
    }

    fn any(&self, address: &str) -> bool {
        self.0.by_address.lock().unwrap_or_else(PoisonError::into_inner).contains_key(address)
    }
}

/// An open attempt; decided when dropped.
#[derive(Debug)]
struct Open {
    attempts: OpenAttempts,
    address: String,
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = self.attempts.0.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
        drop(open);
        self.attempts.0.decided.notify_waiters();
    }
}

/// An attempt that may be made. It counts as failed, even if its client disconnects, until [`Self::forgive`]
/// is called.
pub(crate) struct Reserved {
    store: Arc<dyn AccountStore>,
    key: AttemptKey,
    number: i64,
    _open: Open,
}

impl Reserved {
    /// The password was correct: neither this attempt nor earlier failures of this account from this address
    /// count.
    pub(crate) async fn forgive(self) -> Result<(), DatabaseError> {
        self.store.forgive_attempt(self.number, &self.key, true).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
