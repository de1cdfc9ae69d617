//! Removes expired rows, again and again, for as long as the server runs.
//!
//! Nobody's safety depends on it: stores refuse expired rows themselves. It keeps the store small, and it
//! must therefore outlive whatever happens to the store: an error, a hang or a panic is counted, logged
//! once per streak, and tried again.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use domain::millis::{from_millis, to_millis};
use futures::FutureExt;
use rand::RngExt;
use time::OffsetDateTime;

use crate::clock::Clock;
use session_rows::{SessionRows, StoreError};

/// Rows removed by one statement: few enough that requests get their turn in between.
const BATCH: u32 = 1000;

/// Pause between two batches. SQLite has one writer, and those who wait for it look every few milliseconds.
const BETWEEN_BATCHES: Duration = Duration::from_millis(20);

/// A batch that takes longer has failed.
const BATCH_TIMEOUT: Duration = Duration::from_secs(30);

/// The first pause after a failure; doubles with each further one, up to the interval.
const FIRST_RETRY: Duration = Duration::from_secs(1);

/// What the sweeper has done so far.
#[derive(Debug, Default)]
pub struct SweepStatus {
    /// Milliseconds since 1970; 0 before the first success.
    last_success: AtomicI64,
    removed: AtomicU64,
    failures: AtomicU32,
}

impl SweepStatus {
    /// When all that had expired was last known to be removed.
    #[must_use]
    pub fn last_success(&self) -> Option<OffsetDateTime> {
        match self.last_success.load(Ordering::Relaxed) {
            0 => None,
            millis => Some(from_millis(millis)),
        }
    }

    /// Rows and tombstones removed since the start.
    #[must_use]
    pub fn removed(&self) -> u64 {
        self.removed.load(Ordering::Relaxed)
    }

    /// Failures since the last success.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures.load(Ordering::Relaxed)
    }
}

/// Sweeps every `interval` (give or take a tenth, so that instances drift apart) until `shutdown`.
///
/// The first sweep comes within a tenth of the interval.
pub async fn run(
    rows: Arc<dyn SessionRows>,
    clock: Clock,
    interval: Duration,
    status: Arc<SweepStatus>,
    shutdown: impl Future<Output = ()>,
) {
    let mut shutdown = pin!(shutdown);
    let mut pause = interval.mul_f64(rand::rng().random_range(0.0..0.1));
    loop {
        let sweep = async {
            tokio::time::sleep(pause).await;
            purge(rows.as_ref(), clock.now(), |removed| {
                status.removed.fetch_add(removed, Ordering::Relaxed);
            })
            .await
        };
        let outcome = tokio::select! {
            biased;
            () = &mut shutdown => return,
            outcome = sweep => outcome,
        };
        pause = match outcome {
            Ok(removed) => {
                let failures = status.failures.swap(0, Ordering::Relaxed);
                status.last_success.store(to_millis(clock.now()), Ordering::Relaxed);
                if failures > 0 {
                    tracing::info!(sweep.failures = failures, "expired sessions are being removed again");
                }
                tracing::debug!(sweep.removed = removed, "expired sessions removed");
                interval.mul_f64(rand::rng().random_range(0.9..1.1))
            }
            Err(error) => {
                let failures = status.failures.fetch_add(1, Ordering::Relaxed);
                if failures == 0 {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, "expired sessions could not be removed; trying again");
                }
                retry_pause(failures).min(interval).mul_f64(rand::rng().random_range(0.5..1.0))
            }
        };
    }
}

/// How long to wait after so many failures in a row before this one.
fn retry_pause(failures: u32) -> Duration {
    FIRST_RETRY.saturating_mul(2_u32.saturating_pow(failures))
}

/// Removes, in batches, all that has expired at `now`; tells `removed` of every batch and says how many
/// there were in all. Also for `sessions purge`.
///
/// # Errors
/// The store failed, did not answer in time, or panicked; what was removed until then stays removed.
pub async fn purge(
    rows: &dyn SessionRows,
    now: OffsetDateTime,
    removed: impl Fn(u64),
) -> Result<u64, StoreError> {
    let mut total = 0;
    loop {
        let batch = AssertUnwindSafe(rows.sweep(now, BATCH)).catch_unwind();
        let batch = tokio::time::timeout(BATCH_TIMEOUT, batch)
            .await
            .map_err(|_| StoreError::message(format!("no answer within {BATCH_TIMEOUT:?}")))?
            .map_err(|_| StoreError::message("the store panicked"))??;
        removed(batch);
        total += batch;
        // Not `batch < BATCH`: beside another sweeper a batch may be short although more is left.
        if batch == 0 {
            return Ok(total);
        }
        tokio::time::sleep(BETWEEN_BATCHES).await;
    }
}

#[cfg(test)]
mod tests;
