//! In paused time, because the tested intervals last minutes and hours.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use storage::intercept::{Cause, Intercept, Operation};
use time::macros::datetime;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::*;
use crate::store::{Intercepted, MemoryRows};
use domain::millis::from_millis;
use session_rows::{NewRow, RowKey, Stats};

const NOW: OffsetDateTime = datetime!(2030-05-06 07:08:09 UTC);
const INTERVAL: Duration = Duration::from_secs(600);

/// What a call of `sweep` does instead of deleting.
#[derive(Debug, Clone, Copy)]
enum Trouble {
    Fails,
    Hangs,
    Panics,
}

/// Makes `sweep` fail in the given ways, in order, and work afterwards.
#[derive(Debug, Default)]
struct Troubles {
    rows: Arc<MemoryRows>,
    to_come: Mutex<VecDeque<Trouble>>,
    largest_batch: AtomicU64,
    calls: Mutex<Vec<Instant>>,
}

impl Troubles {
    async fn expired(&self) -> u64 {
        self.rows.stats(NOW).await.unwrap().expired
    }
}

impl Intercept for Troubles {
    async fn around<T: Send, E: std::error::Error + Send + 'static>(
        &self,
        operation: Operation,
        failed: fn(Cause) -> E,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        if operation.name != "sweep" {
            return call.await;
        }
        self.calls.lock().unwrap().push(Instant::now());
        let trouble = self.to_come.lock().unwrap().pop_front();
        match trouble {
            Some(Trouble::Fails) => return Err(failed("unavailable".into())),
            Some(Trouble::Hangs) => std::future::pending().await,
            Some(Trouble::Panics) => panic!("broken store"),
            None => {}
        }
        let before = self.expired().await;
        let done = call.await;
        self.largest_batch.fetch_max(before - self.expired().await, Ordering::Relaxed);
        done
    }
}

/// The loop running on a store with this many expired sessions and one live session.
struct Setting {
    store: Arc<dyn SessionRows>,
    troubles: Arc<Troubles>,
    progress: Arc<Progress>,
    clock: Clock,
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

async fn start(expired: u32, trouble: impl IntoIterator<Item = Trouble>) -> Setting {
    let to_come = Mutex::new(trouble.into_iter().collect());
    let troubles = Arc::new(Troubles { to_come, ..Troubles::default() });
    let store: Arc<dyn SessionRows> =
        Arc::new(Intercepted::new(troubles.rows.clone(), Arc::clone(&troubles)));
    for number in 0..=expired {
        let expires_at = if number == expired { NOW + Duration::from_secs(86_400) } else { NOW };
        let mut key = [0; 32];
        key[..4].copy_from_slice(&number.to_be_bytes());
        let row = NewRow {
            key: RowKey(key),
            handle: number.to_string(),
            owner: None,
            data: vec![],
            created_at: NOW,
            last_activity: NOW,
            expires_at,
            live_until: expires_at,
        };
        store.create(&row).await.unwrap();
    }
    let (progress, clock) = (Arc::new(Progress::default()), Clock::manual(NOW));
    let (stop, stopped) = oneshot::channel();
    let shutdown = async { stopped.await.unwrap_or(()) };
    let task = tokio::spawn({
        let (store, clock, progress) = (store.clone(), clock.clone(), progress.clone());
        async move { run_noting(store, clock, INTERVAL, &progress, shutdown).await }
    });
    Setting { store, troubles, progress, clock, stop, task }
}

impl Progress {
    fn last_success(&self) -> Option<OffsetDateTime> {
        match self.last_success.load(Ordering::Relaxed) {
            0 => None,
            millis => Some(from_millis(millis)),
        }
    }

    fn removed(&self) -> u64 {
        self.removed.load(Ordering::Relaxed)
    }

    fn failures(&self) -> u32 {
        self.failures.load(Ordering::Relaxed)
    }
}

#[tokio::test(start_paused = true)]
async fn it_deletes_soon_after_the_start_in_batches_until_nothing_is_left() {
    let setting = start(2500, []).await;
    tokio::time::sleep(INTERVAL / 9).await;
    assert_eq!(setting.progress.removed(), 2500);
    assert_eq!(setting.progress.last_success(), Some(NOW));
    assert_eq!(setting.troubles.largest_batch.load(Ordering::Relaxed), u64::from(BATCH));
    assert_eq!(setting.troubles.calls.lock().unwrap().len(), 4, "1000, 1000, 500, none");
    assert_eq!(setting.store.stats(NOW).await.unwrap(), Stats { signed_in: 0, live: 1, expired: 0 });
}

#[tokio::test(start_paused = true)]
async fn it_deletes_again_after_the_interval() {
    let setting = start(0, []).await;
    tokio::time::sleep(INTERVAL / 9).await;
    setting.clock.advance(time::Duration::DAY);
    assert_eq!(setting.progress.removed(), 0);
    tokio::time::sleep(INTERVAL.mul_f64(1.2)).await;
    assert_eq!(setting.progress.removed(), 1);
    assert_eq!(setting.progress.last_success(), Some(NOW + time::Duration::DAY));
}

#[tokio::test(start_paused = true)]
async fn it_survives_errors_hangs_and_panics() {
    let setting = start(10, [Trouble::Fails, Trouble::Panics, Trouble::Hangs]).await;
    // At most 60 s until the first try, 30 s for the one that hangs, and 1 + 2 + 4 s in between.
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert!(!setting.task.is_finished());
    assert_eq!(setting.progress.removed(), 10);
    assert_eq!(setting.progress.failures(), 0, "the streak is over");
    assert!(setting.progress.last_success().is_some());
}

#[tokio::test(start_paused = true)]
async fn it_backs_off_up_to_the_interval_while_the_store_is_unavailable() {
    let setting = start(1, vec![Trouble::Fails; 100]).await;
    tokio::time::sleep(Duration::from_secs(3 * 3600)).await;
    assert_eq!(setting.progress.last_success(), None);
    assert!(setting.progress.failures() >= 15, "{}", setting.progress.failures());
    let calls = setting.troubles.calls.lock().unwrap().clone();
    let pauses: Vec<Duration> = calls.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(pauses[0] <= FIRST_RETRY, "{pauses:?}");
    for (failures, pause) in (0..).zip(&pauses) {
        // Tokio's timers are exact to a millisecond.
        let most = retry_pause(failures).min(INTERVAL) + Duration::from_millis(2);
        assert!(*pause >= most / 3 && *pause <= most, "{failures}: {pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn it_stops_when_told_even_in_the_middle_of_a_batch() {
    for trouble in [vec![], vec![Trouble::Hangs]] {
        let setting = start(1, trouble).await;
        tokio::time::sleep(INTERVAL / 9).await;
        let told = Instant::now();
        setting.stop.send(()).unwrap();
        setting.task.await.unwrap();
        assert_eq!(Instant::now(), told);
    }
}

#[tokio::test(start_paused = true)]
async fn deleting_by_hand_deletes_all_and_says_how_many() {
    let setting = start(1500, []).await;
    assert_eq!(delete_expired(setting.store.as_ref(), NOW, |_| {}).await.unwrap(), 1500);
    setting.troubles.to_come.lock().unwrap().push_back(Trouble::Fails);
    let error = delete_expired(setting.store.as_ref(), NOW, |_| {}).await.unwrap_err();
    assert_eq!(error.to_string(), "session store: unavailable");
}

#[test]
fn pauses_double_and_never_overflow() {
    let seconds = [0, 1, 2, 3, 10].map(|failures| retry_pause(failures).as_secs());
    assert_eq!(seconds, [1, 2, 4, 8, 1024]);
    assert!(retry_pause(u32::MAX) > INTERVAL);
}
