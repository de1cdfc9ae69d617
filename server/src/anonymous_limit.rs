//! Limits for what visitors without a session may leave in the store: logins begun at a provider, and
//! anonymous sessions. Otherwise strangers could fill it until nobody can log in.
//!
//! Counted per address, IPv6 per /64, and for all addresses together. The numbers are generous for many people
//! behind one address, and bound what the rows take: about 1.5 kB each in Redis, the largest. Logging in by
//! password is not limited here, because it is limited by failures (`LOGIN_LIMIT`).
//!
//! Counted in each instance for itself. A count in the store would cost the very write it is to prevent, and
//! with n instances the bound is n times as high.
//!
//! The crate `governor` has the same algorithm, but its map of keys has no bound (every /64 an attacker has is an entry
//! until somebody calls `retain_recent`) and it brings its own clock and concurrent map; a bounded LRU of
//! one time per address needs neither.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZero;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;
use time::{Duration, OffsetDateTime};

/// How many addresses are remembered per limit: at most about 10 MB. A client with more addresses than that is
/// stopped by the limit for all of them. (Not zero: the `unwrap` is evaluated at compile time.)
const ADDRESSES: NonZero<usize> = NonZero::new(100_000).unwrap();

/// So many at once, and then one more each time `refill` has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub burst: u32,
    pub refill: Duration,
}

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
            starts: Counter::new(limits.starts, limits.all_starts),
            sessions: Counter::new(limits.sessions, limits.all_sessions),
        }
    }

    /// A login at a provider is about to begin without a session.
    ///
    /// # Errors
    /// Over the limit: the time to wait.
    pub fn start(&self, address: IpAddr, now: OffsetDateTime) -> Result<(), Duration> {
        self.starts.count("starts of OAuth logins", address, now)
    }

    /// A form is about to begin an anonymous session.
    ///
    /// # Errors
    /// Over the limit: the time to wait.
    pub fn session(&self, address: IpAddr, now: OffsetDateTime) -> Result<(), Duration> {
        self.sessions.count("anonymous sessions", address, now)
    }
}

#[derive(Debug)]
struct Counter {
    per_address: Rate,
    in_all: Rate,
    full: Mutex<Full>,
}

/// When there is room again for a whole burst: of each address, and in all. One time is all there is to know
/// (the generic cell rate algorithm).
#[derive(Debug)]
struct Full {
    by_address: LruCache<IpAddr, OffsetDateTime>,
    in_all: OffsetDateTime,
}

impl Counter {
    fn new(per_address: Rate, in_all: Rate) -> Self {
        let full = Full { by_address: LruCache::new(ADDRESSES), in_all: OffsetDateTime::UNIX_EPOCH };
        Self { per_address, in_all, full: Mutex::new(full) }
    }

    fn count(&self, what: &'static str, address: IpAddr, now: OffsetDateTime) -> Result<(), Duration> {
        // Nothing panics while holding the lock; even then the values would be intact.
        let mut full = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        let customer = customer(address);
        // First the address: one that is over its limit must not use up what is there for all.
        let before = full.by_address.get(&customer).copied().unwrap_or(now);
        let outcome = self.per_address.next(before, now).and_then(|next| {
            full.in_all = self.in_all.next(full.in_all, now)?;
            full.by_address.put(customer, next);
            Ok(())
        });
        drop(full);
        if outcome.is_err() {
            tracing::warn!(event = "excess_rate_limit_exceeded", %address, what, "a visitor was refused");
        }
        outcome
    }
}

impl Rate {
    /// The new time at which there is room for a whole burst again, or how long to wait.
    fn next(self, full_at: OffsetDateTime, now: OffsetDateTime) -> Result<OffsetDateTime, Duration> {
        let whole = self.refill * self.burst;
        // Not later than after a whole burst: a clock may have been set back.
        let next = full_at.clamp(now, now + whole) + self.refill;
        let wait = next - now - whole;
        if wait.is_positive() { Err(wait) } else { Ok(next) }
    }
}

/// An IPv6 customer has at least a whole /64, so that is what counts as one address.
fn customer(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-01 09:00 UTC);

    fn limiter(per_address: u32, in_all: u32) -> AnonymousLimiter {
        let rate = |burst| Rate { burst, refill: Duration::seconds(10) };
        AnonymousLimiter::new(AnonymousLimits {
            starts: rate(per_address),
            all_starts: rate(in_all),
            sessions: rate(per_address),
            all_sessions: rate(in_all),
        })
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn after_a_burst_there_is_one_more_each_time() {
        let limiter = limiter(3, 100);
        let start = |at| limiter.start(ip("192.0.2.1"), at);
        for _ in 0..3 {
            assert_eq!(start(NOW), Ok(()));
        }
        assert_eq!(start(NOW), Err(Duration::seconds(10)));
        assert_eq!(start(NOW + Duration::seconds(4)), Err(Duration::seconds(6)), "a refusal costs nothing");
        assert_eq!(start(NOW + Duration::seconds(10)), Ok(()));
        assert_eq!(start(NOW + Duration::seconds(10)), Err(Duration::seconds(10)));
        for _ in 0..3 {
            assert_eq!(start(NOW + Duration::hours(1)), Ok(()), "never more than a burst");
        }
        assert!(start(NOW + Duration::hours(1)).is_err());
        assert_eq!(limiter.session(ip("192.0.2.1"), NOW), Ok(()), "the two are counted apart");
    }

    #[test]
    fn customers_are_counted_apart() {
        let limiter = limiter(1, 100);
        for address in ["192.0.2.1", "192.0.2.2", "2001:db8:1:2::1", "2001:db8:1:3::1"] {
            assert_eq!(limiter.start(ip(address), NOW), Ok(()), "{address}");
        }
        for address in ["::ffff:192.0.2.1", "2001:db8:1:2:ffff::"] {
            assert!(limiter.start(ip(address), NOW).is_err(), "{address}");
        }
    }

    #[test]
    fn all_of_them_together_are_limited_too() {
        let limiter = limiter(2, 3);
        let count = |address| limiter.start(ip(address), NOW).is_ok();
        let counted = [
            count("192.0.2.1"),
            count("192.0.2.1"),
            count("192.0.2.1"),
            count("192.0.2.2"),
            count("192.0.2.2"),
        ];
        assert_eq!(counted, [true, true, false, true, false]);
    }

    #[test]
    fn a_clock_set_back_refuses_nobody_for_long() {
        let limiter = limiter(2, 100);
        let start = |at| limiter.start(ip("192.0.2.1"), at);
        assert_eq!(start(NOW + Duration::DAY), Ok(()));
        assert_eq!(start(NOW), Err(Duration::seconds(10)));
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
