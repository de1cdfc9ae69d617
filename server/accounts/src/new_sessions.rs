//! How many sessions the logins of one address may begin.
//!
//! Failed logins are limited, and so are new accounts and the live sessions of each account. That leaves a way to fill the
//! store: register, log in a hundred times, leave the sessions alone for half an hour, log in again. Such rows live for
//! `SESSION_TTL`, and a full store lets nobody log in (CWE-770).
//!
//! Counted in each instance, as anonymous sessions are: a count in the store would cost a write. A login that replaces a
//! session is not counted, and neither is the address behind it in any other way: it is the row that costs.

use std::net::IpAddr;
use std::num::NonZero;

use limits::rate::{Counter, Rate};
use metrics::counter;
use time::Duration;

use crate::{Accounts, Client};

/// Enough for some thousand people behind one address. In 24 hours at most 44 200 rows: 66 MB where they are kept in memory.
pub(crate) const RATE: Rate = Rate { burst: 1_000, refill: Duration::seconds(2) };

/// How many addresses are remembered: at most about 10 MB. (Not zero: the `unwrap` is evaluated at compile time.)
const ADDRESSES: NonZero<usize> = NonZero::new(100_000).unwrap();

#[derive(Debug)]
pub(crate) struct NewSessions(Counter);

impl NewSessions {
    pub(crate) fn new() -> Self {
        Self(Counter::new(RATE, None, ADDRESSES))
    }
}

impl Accounts {
    /// Counts a login that will begin a session if it succeeds. Before the password is checked: refused afterwards, it would
    /// say whether the password was right.
    ///
    /// # Errors
    /// Over the limit: the time to wait.
    pub(crate) fn may_begin_session(&self, client: &Client) -> Result<(), Duration> {
        if client.session.meta().is_some() {
            return Ok(());
        }
        let counted = self.new_sessions.0.count(client.ip_address, self.clock.now());
        counted.inspect_err(|_| refused(client.ip_address))
    }
}

fn refused(address: IpAddr) {
    counter!("throttled_total", "rule" => "new_session").increment(1);
    tracing::warn!(event = "excess_rate_limit_exceeded", %address, what = "new sessions", "a login was refused");
}
