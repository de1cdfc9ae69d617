//! How often, per address and, where that is wanted, for all addresses together.
//!
//! The crate `governor` has the same algorithm, but its map of keys has no bound (every /64 an attacker has is an entry
//! until somebody calls `retain_recent`) and it brings its own clock and concurrent map; a bounded LRU of
//! one time per address needs neither.

use std::net::IpAddr;
use std::num::NonZero;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;
use time::{Duration, OffsetDateTime};

use crate::customer;

/// So many at once, and then one more each time `refill` has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub burst: u32,
    pub refill: Duration,
}

/// Counts per address and for all addresses together.
#[derive(Debug)]
pub struct Counter {
    per_address: Rate,
    in_all: Option<Rate>,
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
    /// Remembers so many `addresses`; a client with more than that is stopped by the limit for all of them, if
    /// there is one.
    #[must_use]
    pub fn new(per_address: Rate, in_all: Option<Rate>, addresses: NonZero<usize>) -> Self {
        let full = Full { by_address: LruCache::new(addresses), in_all: OffsetDateTime::UNIX_EPOCH };
        Self { per_address, in_all, full: Mutex::new(full) }
    }

    /// Counts one more of this address.
    ///
    /// # Errors
    /// Over a limit: the time to wait.
    pub fn count(&self, address: IpAddr, now: OffsetDateTime) -> Result<(), Duration> {
        // Nothing panics while holding the lock; even then the values would be intact.
        let mut full = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        let customer = customer(address);
        // First the address: one that is over its limit must not use up what is there for all.
        let before = full.by_address.get(&customer).copied().unwrap_or(now);
        self.per_address.next(before, now).and_then(|next| {
            if let Some(in_all) = self.in_all {
                full.in_all = in_all.next(full.in_all, now)?;
            }
            full.by_address.put(customer, next);
            Ok(())
        })
    }
}

impl Rate {
    /// The new time at which there is room for a whole burst again, or how long to wait.
    fn next(self, full_at: OffsetDateTime, now: OffsetDateTime) -> Result<OffsetDateTime, Duration> {
        let whole = self.refill * self.burst;
        // It is never later than after a whole burst. If it seems so, the clock was set back, and nothing is known.
        let full_at = if full_at > now + whole { now } else { full_at.max(now) };
        let next = full_at + self.refill;
        let wait = next - now - whole;
        if wait.is_positive() { Err(wait) } else { Ok(next) }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-01 09:00 UTC);

    fn limiter(per_address: u32, in_all: u32) -> Counter {
        let rate = |burst| Rate { burst, refill: Duration::seconds(10) };
        Counter::new(rate(per_address), Some(rate(in_all)), NonZero::new(100).unwrap())
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn after_a_burst_there_is_one_more_each_time() {
        let limiter = limiter(3, 100);
        let start = |at| limiter.count(ip("192.0.2.1"), at);
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
    }

    #[test]
    fn customers_are_counted_apart() {
        let limiter = limiter(1, 100);
        for address in ["192.0.2.1", "192.0.2.2", "2001:db8:1:2::1", "2001:db8:1:3::1"] {
            assert_eq!(limiter.count(ip(address), NOW), Ok(()), "{address}");
        }
        for address in ["::ffff:192.0.2.1", "2001:db8:1:2:ffff::"] {
            assert!(limiter.count(ip(address), NOW).is_err(), "{address}");
        }
    }

    #[test]
    fn all_of_them_together_are_limited_too() {
        let limiter = limiter(2, 3);
        let count = |address| limiter.count(ip(address), NOW).is_ok();
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
    fn without_a_limit_for_all_no_address_is_in_the_way_of_another() {
        let one = Rate { burst: 1, refill: Duration::DAY };
        let limiter = Counter::new(one, None, NonZero::new(100).unwrap());
        for address in (0..=255).map(|last| IpAddr::from([192, 0, 2, last])) {
            assert_eq!(limiter.count(address, NOW), Ok(()), "{address}");
        }
        assert!(limiter.count(ip("192.0.2.255"), NOW).is_err());
    }

    #[test]
    fn a_clock_set_back_refuses_nobody() {
        let limiter = limiter(2, 100);
        let start = |at| limiter.count(ip("192.0.2.1"), at);
        assert_eq!(start(NOW + Duration::DAY), Ok(()));
        assert_eq!([start(NOW), start(NOW)], [Ok(()), Ok(())]);
        assert_eq!(start(NOW), Err(Duration::seconds(10)));
    }
}
