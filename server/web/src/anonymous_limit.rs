//! Limits for what visitors without a session may leave in the stores: anonymous sessions,
//! <!-- slim: demo-provider -->codes of the demo provider, <!-- slim: end -->and the rows of exchanges with providers.
//! Otherwise strangers could fill them until nobody can log in.
//!
//! Counted per address, IPv6 per /64, and all but exchanges for all addresses together. The numbers are generous
//! for many people behind one address, and bound what the rows take: about 1.5 kB each in the store that needs the most.
//! Exchanges have no bound for all addresses together: strangers with many of them could use it up, and nobody
//! could log in by a provider any more. To begin such a login is not limited, because it is kept in a
//! cookie (`attempt_cookie.rs`); logins by password are limited by failures (`LOGIN_LIMIT`).
//!
//! Counted in each instance for itself. A count in the store would cost the very write it is to prevent, and
//! with n instances the bound is n times as high.

use std::net::IpAddr;
use std::num::NonZero;

use time::{Duration, OffsetDateTime};

use limits::rate::Counter;
pub use limits::rate::Rate;
use metrics::counter;

/// How many addresses are remembered per limit: at most about 10 MB. (Not zero: the `unwrap` is evaluated at compile
/// time.)
const ADDRESSES: NonZero<usize> = NonZero::new(100_000).unwrap();

/// The limits of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnonymousLimits {
    // slim: demo-provider
    /// Codes of the demo provider in a public demonstration. They and their tokens live for some minutes.
    pub codes: Rate,
    pub all_codes: Rate,
    // slim: end
    /// Anonymous sessions begun by a form. Their rows live for `SESSION_TTL`.
    pub sessions: Rate,
    pub all_sessions: Rate,
    /// Callbacks that bring a code. Each is a request to a provider, and leaves a row of a minute if no session
    /// keeps the login.
    pub exchanges: Rate,
}

impl Default for AnonymousLimits {
    fn default() -> Self {
        Self {
            codes: Rate { burst: 300, refill: Duration::milliseconds(200) }, // slim: demo-provider
            all_codes: Rate { burst: 8_000, refill: Duration::milliseconds(50) }, // slim: demo-provider
            // At most 300 + 7 200 rows in 24 hours.
            sessions: Rate { burst: 300, refill: Duration::seconds(12) },
            // At most 8 000 + 8 640 rows in 24 hours: 25 MB.
            all_sessions: Rate { burst: 8_000, refill: Duration::seconds(10) },
            // At most 300 + 300 rows of an address in a minute: 0.9 MB.
            exchanges: Rate { burst: 300, refill: Duration::milliseconds(200) },
        }
    }
}

/// Counts against [`AnonymousLimits`].
#[derive(Debug)]
pub struct AnonymousLimiter {
    codes: Counter, // slim: demo-provider
    sessions: Counter,
    exchanges: Counter,
}

impl AnonymousLimiter {
    #[must_use]
    pub fn new(limits: AnonymousLimits) -> Self {
        Self {
            codes: Counter::new(limits.codes, Some(limits.all_codes), ADDRESSES), // slim: demo-provider
            sessions: Counter::new(limits.sessions, Some(limits.all_sessions), ADDRESSES),
            exchanges: Counter::new(limits.exchanges, None, ADDRESSES),
        }
    }

    // slim: demo-provider
    /// The demo provider is about to issue a code.
    ///
    /// # Errors
    /// Over the limit: the time to wait.
    pub fn code(&self, address: IpAddr, now: OffsetDateTime) -> Result<(), Duration> {
        let counted = self.codes.count(address, now);
        counted.inspect_err(|_| refused("demo_code", "codes of the demo provider", address))
    }
    // slim: end

    /// A form is about to begin an anonymous session.
    ///
    /// # Errors
    /// Over the limit: the time to wait.
    pub fn session(&self, address: IpAddr, now: OffsetDateTime) -> Result<(), Duration> {
        let counted = self.sessions.count(address, now);
        counted.inspect_err(|_| refused("anonymous_session", "anonymous sessions", address))
    }

    /// A code is about to be sent to a provider.
    ///
    /// # Errors
    /// Over the limit: the time to wait.
    pub fn exchange(&self, address: IpAddr, now: OffsetDateTime) -> Result<(), Duration> {
        let counted = self.exchanges.count(address, now);
        counted.inspect_err(|_| refused("oauth_exchange", "exchanges with providers", address))
    }
}

fn refused(rule: &'static str, what: &str, address: IpAddr) {
    counter!("throttled_total", "rule" => rule).increment(1);
    tracing::warn!(event = "excess_rate_limit_exceeded", %address, what, "a visitor was refused");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_counted_apart() {
        let one = Rate { burst: 1, refill: Duration::DAY };
        let limits = AnonymousLimits { sessions: one, exchanges: one, ..AnonymousLimits::default() };
        let limits = AnonymousLimits { codes: one, ..limits }; // slim: demo-provider
        let limiter = AnonymousLimiter::new(limits);
        let (address, now) = (IpAddr::from([192, 0, 2, 1]), OffsetDateTime::UNIX_EPOCH);
        assert!(limiter.code(address, now).is_ok() && limiter.code(address, now).is_err()); // slim: demo-provider
        assert!(limiter.session(address, now).is_ok());
        assert!(limiter.exchange(address, now).is_ok() && limiter.exchange(address, now).is_err());
    }

    #[test]
    fn sessions_are_bounded_in_all_and_exchanges_for_each_address() {
        let limiter = AnonymousLimiter::new(AnonymousLimits::default());
        let now = OffsetDateTime::UNIX_EPOCH;
        let addresses = || (0..20_000_u32).map(|number| IpAddr::from(number.to_be_bytes()));
        assert_eq!(addresses().filter(|address| limiter.session(*address, now).is_ok()).count(), 8_000);
        assert!(
            addresses().all(|address| limiter.exchange(address, now).is_ok()),
            "none is in the way of another"
        );
        let one = IpAddr::from([192, 0, 2, 1]);
        assert_eq!((0..1_000).filter(|_| limiter.exchange(one, now).is_ok()).count(), 300);
    }
}
