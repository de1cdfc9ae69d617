//! Deletes expired rows periodically while the server runs.
//!
//! Safety does not depend on it, because stores reject expired rows themselves. It keeps the store small, so
//! it must survive anything that happens to the store: an error, a hang or a panic is counted, logged once
//! per streak, and retried.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use domain::millis::to_millis;
use futures::FutureExt;
use metrics::{counter, gauge};
use rand::RngExt;
use time::OffsetDateTime;

use crate::clock::Clock;
use session_rows::{SessionRows, StoreError};

/// Rows deleted by one statement: few enough that requests get their turn in between.
const BATCH: u32 = 1000;

/// Pause between two batches. SQLite has one writer, and those of other processes that wait for it poll every few
/// milliseconds.
const BETWEEN_BATCHES: Duration = Duration::from_millis(20);

/// A batch that takes longer has failed.
const BATCH_TIMEOUT: Duration = Duration::from_secs(30);

/// The first pause after a failure; it doubles with each further failure, up to the interval.
const FIRST_RETRY: Duration = Duration::from_secs(1);

/// Totals so far, for the log.
#[derive(Debug, Default)]
struct Progress {
    /// When everything expired was last known to be deleted, in milliseconds since 1970; 0 before the first
    /// success.
    last_success: AtomicI64,
    /// Rows and tombstones since the start.
    removed: AtomicU64,
    /// Since the last success.
    failures: AtomicU32,
}

/// Deletes expired rows every `interval` (plus or minus a tenth, so that instances drift apart) until
/// `shutdown`.
///
/// The first run comes within a tenth of the interval.
pub async fn run(
    rows: Arc<dyn SessionRows>,
    clock: Clock,
    interval: Duration,
    shutdown: impl Future<Output = ()>,
) {
    run_noting(rows, clock, interval, &Progress::default(), shutdown).await;
}

async fn run_noting(
    rows: Arc<dyn SessionRows>,
    clock: Clock,
    interval: Duration,
    progress: &Progress,
    shutdown: impl Future<Output = ()>,
) {
    let mut shutdown = pin!(shutdown);
    let mut pause = interval.mul_f64(rand::rng().random_range(0.0..0.1));
    loop {
        let deletion = async {
            tokio::time::sleep(pause).await;
            delete_expired(rows.as_ref(), clock.now(), |removed| {
                progress.removed.fetch_add(removed, Ordering::Relaxed);
                counter!("session_cleanup_removed_total").increment(removed);
            })
            .await
        };
        let outcome = tokio::select! {
            biased;
            () = &mut shutdown => return,
            outcome = deletion => outcome,
        };
        pause = match outcome {
            Ok(removed) => {
                let failures = progress.failures.swap(0, Ordering::Relaxed);
                let now = clock.now();
                progress.last_success.store(to_millis(now), Ordering::Relaxed);
                gauge!("session_cleanup_last_success_timestamp_seconds").set(now.unix_timestamp() as f64);
                if failures > 0 {
                    tracing::info!(failures, "expired sessions are being deleted again");
                }
                let total = progress.removed.load(Ordering::Relaxed);
                tracing::debug!(removed, total, "expired sessions deleted");
                interval.mul_f64(rand::rng().random_range(0.9..1.1))
            }
            Err(error) => {
                let failures = progress.failures.fetch_add(1, Ordering::Relaxed);
                counter!("session_cleanup_failures_total").increment(1);
                if failures == 0 {
                    let error: &dyn std::error::Error = &error;
                    let last_success = progress.last_success.load(Ordering::Relaxed);
                    tracing::warn!(
                        error,
                        last_success,
                        "expired sessions could not be deleted; trying again"
                    );
                }
                retry_pause(failures).min(interval).mul_f64(rand::rng().random_range(0.5..1.0))
            }
        };
    }
}

/// How long to wait after this many consecutive failures before the current one.
fn retry_pause(failures: u32) -> Duration {
    FIRST_RETRY.saturating_mul(2_u32.saturating_pow(failures))
}

/// Deletes, in batches, everything that has expired at `now`; adds each batch to `removed` and returns the
/// total number of rows. Also used by `sessions purge`.
///
/// # Errors
/// The store failed, did not respond in time, or panicked; what was deleted before that stays deleted.
pub async fn delete_expired(
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
        // Not `batch < BATCH`: while another instance is deleting too, a batch may be short although more is
        // left.
        if batch == 0 {
            return Ok(total);
        }
        tokio::time::sleep(BETWEEN_BATCHES).await;
    }
}

#[cfg(test)]
mod tests;
