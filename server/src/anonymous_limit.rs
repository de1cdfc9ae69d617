//! Limits for what visitors without a session may leave in the store: logins begun at a provider, and
//! anonymous sessions. Otherwise strangers could fill it until nobody can log in.
//!
//! Counted per address, IPv6 per /64, and for all addresses together. The numbers are generous for many people
//! behind one address, and bound what the rows take: about 1.5 kB each in Redis, the largest. Logging in by
//! password is not limited here, because it is limited by failures (`LOGIN_LIMIT`).
//!
//! Counted in each instance for itself. A count in the store would cost the very write it is to prevent, and
//! with n instances the bound is n times as high.

use std::net::IpAddr;
use std::num::NonZero;

use time::{Duration, OffsetDateTime};

use crate::rate_limit::Counter;
pub use crate::rate_limit::Rate;

/// How many addresses are remembered per limit: at most about 10 MB. (Not zero: the `unwrap` is evaluated at compile
/// time.)
const ADDRESSES: NonZero<usize> = NonZero::new(100_000).unwrap();

/// The limits of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnonymousLimits {
    /// Logins begun at a provider by visitors without a session. Their rows live for ten minutes.
    pub starts: Rate,
    pub all_starts: Rate,
    /// Anonymous sessions begun by a form. Their rows live for `SESSION_TTL`.
    pub sessions: Rate,
    pub all_sessions: Rate,
}

impl Default for AnonymousLimits {
    fn default() -> Self {
        Self {
            // At most 300 + 3 000 rows at a time.
            starts: Rate { burst: 300, refill: Duration::milliseconds(200) },
            // At most 8 000 + 12 000 rows at a time: 30 MB.
            all_starts: Rate { burst: 8_000, refill: Duration::milliseconds(50) },
            // At most 300 + 7 200 rows in 24 hours.
            sessions: Rate { burst: 300, refill: Duration::seconds(12) },
            // At most 8 000 + 8 640 rows in 24 hours: 25 MB.
            all_sessions: Rate { burst: 8_000, refill: Duration::seconds(10) },
        }
    }
}

/// Counts against [`AnonymousLimits`].
#[derive(Debug)]
pub struct AnonymousLimiter {
    starts: Counter,
    sessions: Counter,
}

impl AnonymousLimiter {
    #[must_use]
    pub fn new(limits: AnonymousLimits) -> Self {
        Self {
            starts: Counter::new(limits.starts, limits.all_starts, ADDRESSES),
            sessions: Counter::new(limits.sessions, limits.all_sessions, ADDRESSES),
        }
    }

    /// A login at a provider is about to begin without a session.
    ///
    /// # Errors
    /// Over the limit: the time to wait.
    pub fn start(&self, address: IpAddr, now: OffsetDateTime) -> Result<(), Duration> {
        self.starts.count(address, now).inspect_err(|_| refused("starts of OAuth logins", address))
    }

    /// A form is about to begin an anonymous session.
    ///
    /// # Errors
    /// Over the limit: the time to wait.
    pub fn session(&self, address: IpAddr, now: OffsetDateTime) -> Result<(), Duration> {
        self.sessions.count(address, now).inspect_err(|_| refused("anonymous sessions", address))
    }
}

fn refused(what: &str, address: IpAddr) {
    tracing::warn!(event = "excess_rate_limit_exceeded", %address, what, "a visitor was refused");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_are_counted_apart() {
        let one = Rate { burst: 1, refill: Duration::DAY };
        let limits = AnonymousLimits { starts: one, sessions: one, ..AnonymousLimits::default() };
        let limiter = AnonymousLimiter::new(limits);
        let (address, now) = (IpAddr::from([192, 0, 2, 1]), OffsetDateTime::UNIX_EPOCH);
        assert!(limiter.start(address, now).is_ok() && limiter.start(address, now).is_err());
        assert!(limiter.session(address, now).is_ok());
    }

    #[test]
    fn what_strangers_leave_behind_is_bounded() {
        let limits = AnonymousLimits::default();
        let rows = |rate: Rate, lifetime: Duration| f64::from(rate.burst) + lifetime / rate.refill;
        let starts = rows(limits.all_starts, Duration::minutes(10));
        let sessions = rows(limits.all_sessions, Duration::DAY);
        assert!((starts + sessions) * 1_500.0 < 64_000_000.0, "{starts} + {sessions} rows");
    }
}
