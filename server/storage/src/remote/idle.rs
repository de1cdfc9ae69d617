//! Idle connections of a pool that may have died: a cable was cut, a firewall dropped its state, a server was
//! replaced. Nobody notices until one of them is used and does not respond.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnectionMetadata;
use sqlx::{Connection as _, PgConnection};

/// Decides whether an idle connection is used again.
///
/// The pool's own test waits for each dead connection as long as for any operation, one after the other: with
/// ten of them and two seconds each, a store that is back would stay unavailable for twenty more seconds.
/// Here, once the first does not respond, all that have been idle since then are presumed dead.
#[derive(Debug, Clone)]
pub(super) struct IdleTest {
    ping_limit: Duration,
    began: Instant,
    /// Milliseconds from `began` to the last time one did not respond.
    silent_at: Arc<AtomicU64>,
}

impl IdleTest {
    /// `limit` is that of a whole operation. Half of it is for the test: a server that needs longer for one
    /// round trip would not manage both test and statement in time anyway.
    pub(super) fn new(limit: Duration) -> Self {
        Self { ping_limit: limit / 2, began: Instant::now(), silent_at: Arc::default() }
    }

    /// For `before_acquire`: `false` closes the connection, and the pool opens another.
    pub(super) async fn passes(self, connection: &mut PgConnection, idle: PoolConnectionMetadata) -> bool {
        if self.is_suspect(self.began.elapsed(), idle.idle_for) {
            return false;
        }
        let answers = tokio::time::timeout(self.ping_limit, connection.ping()).await;
        let answers = answers.is_ok_and(|pong| pong.is_ok());
        if !answers {
            self.silent_at.fetch_max(millis(self.began.elapsed()), Ordering::Relaxed);
        }
        answers
    }

    /// Whether it was already idle when another one did not respond.
    fn is_suspect(&self, now: Duration, idle_for: Duration) -> bool {
        let silent_at = self.silent_at.load(Ordering::Relaxed);
        silent_at > 0 && millis(now.saturating_sub(idle_for)) <= silent_at
    }
}

fn millis(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_is_silent_speaks_for_those_that_have_been_idle_since() {
        let test = IdleTest::new(Duration::from_secs(2));
        let seconds = Duration::from_secs;
        assert!(!test.is_suspect(seconds(100), seconds(90)), "nothing is known yet");
        test.silent_at.store(50_000, Ordering::Relaxed);
        assert!(test.is_suspect(seconds(60), seconds(20)), "idle since second 40");
        assert!(!test.is_suspect(seconds(60), seconds(5)), "used in second 55");
        assert!(test.is_suspect(seconds(60), seconds(100)), "idle since before the clock began");
    }
}
