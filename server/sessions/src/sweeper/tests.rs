//! Security checklist S-12, in paused time.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;

use async_trait::async_trait;
use time::macros::datetime;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::*;
use crate::store::MemoryRows;
use session_rows::{Created, Lookup, NewRow, Replaced, Row, RowKey, Saved, Stats};

const NOW: OffsetDateTime = datetime!(2030-05-06 07:08:09 UTC);
const INTERVAL: Duration = Duration::from_secs(600);

/// What a call of `sweep` does instead of sweeping.
#[derive(Debug, Clone, Copy)]
enum Trouble {
    Fails,
    Hangs,
    Panics,
}

/// A store in memory whose sweeps run into trouble, in the given order, and work afterwards.
#[derive(Debug, Default)]
struct Troubled {
    inner: MemoryRows,
    trouble: Mutex<VecDeque<Trouble>>,
    largest_batch: AtomicUsize,
    calls: Mutex<Vec<Instant>>,
}

#[async_trait]
impl SessionRows for Troubled {
    fn kind(&self) -> &'static str {
        "troubled"
    }

    async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64, StoreError> {
        self.calls.lock().unwrap().push(Instant::now());
        let trouble = self.trouble.lock().unwrap().pop_front();
        match trouble {
            Some(Trouble::Fails) => return Err(StoreError::message("away")),
            Some(Trouble::Hangs) => std::future::pending().await,
            Some(Trouble::Panics) => panic!("broken store"),
            None => {}
        }
        let removed = self.inner.sweep(now, batch).await?;
        self.largest_batch.fetch_max(usize::try_from(removed).unwrap(), Ordering::Relaxed);
        Ok(removed)
    }

    async fn create(&self, row: &NewRow) -> Result<Created, StoreError> {
        self.inner.create(row).await
    }

    async fn stats(&self, now: OffsetDateTime) -> Result<Stats, StoreError> {
        self.inner.stats(now).await
    }

    async fn load(&self, _: &RowKey, _: OffsetDateTime) -> Result<Lookup, StoreError> {
        unreachable!("a sweeper loads nothing")
    }

    async fn save(&self, _: &RowKey, _: i64, _: &[u8], _: OffsetDateTime) -> Result<Saved, StoreError> {
        unreachable!("a sweeper saves nothing")
    }

    async fn replace(
        &self,
        _: &RowKey,
        _: i64,
        _: &NewRow,
        _: OffsetDateTime,
        _: OffsetDateTime,
    ) -> Result<Replaced, StoreError> {
        unreachable!("a sweeper replaces nothing")
    }

    async fn touch(
        &self,
        _: &RowKey,
        _: OffsetDateTime,
        _: OffsetDateTime,
        _: OffsetDateTime,
        _: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        unreachable!("a sweeper touches nothing")
    }

    async fn delete(&self, _: &RowKey) -> Result<bool, StoreError> {
        unreachable!("a sweeper sweeps")
    }
    async fn discard(&self, _: &RowKey, _: i64) -> Result<bool, StoreError> {
        unreachable!("a sweeper sweeps")
    }

    async fn end(&self, _: &str, _: &str) -> Result<bool, StoreError> {
        unreachable!("a sweeper ends nothing")
    }

    async fn end_all(&self, _: &str, _: Option<&RowKey>) -> Result<u64, StoreError> {
        unreachable!("a sweeper ends nothing")
    }

    async fn list(&self, _: &str, _: OffsetDateTime, _: u32) -> Result<(Vec<Row>, u64), StoreError> {
        unreachable!("a sweeper lists nothing")
    }

    async fn end_everyone(&self) -> Result<u64, StoreError> {
        unreachable!("a sweeper ends nothing")
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A sweeper at work on a store with so many expired sessions and one that is not.
struct Setting {
    store: Arc<Troubled>,
    status: Arc<SweepStatus>,
    clock: Clock,
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

async fn start(expired: u32, trouble: impl IntoIterator<Item = Trouble>) -> Setting {
    let store =
        Arc::new(Troubled { trouble: Mutex::new(trouble.into_iter().collect()), ..Troubled::default() });
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
    let (status, clock) = (Arc::new(SweepStatus::default()), Clock::manual(NOW));
    let (stop, stopped) = oneshot::channel();
    let shutdown = async { stopped.await.unwrap_or(()) };
    let task = tokio::spawn(run(store.clone(), clock.clone(), INTERVAL, status.clone(), shutdown));
    Setting { store, status, clock, stop, task }
}

#[tokio::test(start_paused = true)]
async fn it_sweeps_soon_after_the_start_in_batches_until_nothing_is_left() {
    let setting = start(2500, []).await;
    tokio::time::sleep(INTERVAL / 9).await;
    assert_eq!(setting.status.removed(), 2500);
    assert_eq!(setting.status.last_success(), Some(NOW));
    assert_eq!(setting.store.largest_batch.load(Ordering::Relaxed), BATCH as usize);
    assert_eq!(setting.store.calls.lock().unwrap().len(), 4, "1000, 1000, 500, none");
    assert_eq!(setting.store.stats(NOW).await.unwrap(), Stats { signed_in: 0, live: 1, expired: 0 });
}

#[tokio::test(start_paused = true)]
async fn it_sweeps_again_after_the_interval() {
    let setting = start(0, []).await;
    tokio::time::sleep(INTERVAL / 9).await;
    setting.clock.advance(time::Duration::DAY);
    assert_eq!(setting.status.removed(), 0);
    tokio::time::sleep(INTERVAL.mul_f64(1.2)).await;
    assert_eq!(setting.status.removed(), 1);
    assert_eq!(setting.status.last_success(), Some(NOW + time::Duration::DAY));
}

#[tokio::test(start_paused = true)]
async fn it_survives_errors_hangs_and_panics() {
    let setting = start(10, [Trouble::Fails, Trouble::Panics, Trouble::Hangs]).await;
    // At most 60 s to the first try, 30 s for the one that hangs, and 1 + 2 + 4 s in between.
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert!(!setting.task.is_finished());
    assert_eq!(setting.status.removed(), 10);
    assert_eq!(setting.status.failures(), 0, "the streak is over");
    assert!(setting.status.last_success().is_some());
}

#[tokio::test(start_paused = true)]
async fn it_backs_off_up_to_the_interval_while_the_store_is_away() {
    let setting = start(1, vec![Trouble::Fails; 100]).await;
    tokio::time::sleep(Duration::from_secs(3 * 3600)).await;
    assert_eq!(setting.status.last_success(), None);
    assert!(setting.status.failures() >= 15, "{}", setting.status.failures());
    let calls = setting.store.calls.lock().unwrap().clone();
    let pauses: Vec<Duration> = calls.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(pauses[0] <= FIRST_RETRY, "{pauses:?}");
    for (failures, pause) in (0..).zip(&pauses) {
        // Timers of tokio are exact to a millisecond.
        let most = retry_pause(failures).min(INTERVAL) + Duration::from_millis(2);
        assert!(*pause >= most / 3 && *pause <= most, "{failures}: {pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn it_stops_when_told_even_in_the_middle_of_a_sweep() {
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
async fn purging_by_hand_removes_all_and_says_how_many() {
    let setting = start(1500, []).await;
    assert_eq!(purge(setting.store.as_ref(), NOW, |_| {}).await.unwrap(), 1500);
    setting.store.trouble.lock().unwrap().push_back(Trouble::Fails);
    let error = purge(setting.store.as_ref(), NOW, |_| {}).await.unwrap_err();
    assert_eq!(error.to_string(), "session store: away");
}

#[test]
fn pauses_double_and_never_overflow() {
    let seconds = [0, 1, 2, 3, 10].map(|failures| retry_pause(failures).as_secs());
    assert_eq!(seconds, [1, 2, 4, 8, 1024]);
    assert!(retry_pause(u32::MAX) > INTERVAL);
}
