//! In paused time: a timer that nothing else waits for is over at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use session_rows::SessionRows;
use storage::intercept::{Cause, Intercept, Operation};

use super::*;
use crate::clock::Clock;
use crate::data::SessionData;
use crate::keys::Keys;
use crate::samples::{NOW, login, settings};
use crate::store::{Intercepted, MemoryRows};
use crate::typed::SessionStatus;

/// Counts look-ups, and lets them fail.
#[derive(Debug, Default)]
struct Looks {
    count: AtomicUsize,
    away: AtomicBool,
}

impl Intercept for Looks {
    async fn around<T: Send, E: std::error::Error + Send + 'static>(
        &self,
        operation: Operation,
        failed: fn(Cause) -> E,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        if operation.name == "lifetimes" {
            self.count.fetch_add(1, Ordering::SeqCst);
            if self.away.load(Ordering::SeqCst) {
                return Err(failed("away".into()));
            }
        }
        call.await
    }
}

struct Site {
    looks: Arc<Looks>,
    /// As another process sees them.
    rows: Arc<dyn SessionRows>,
    clock: Clock,
    sessions: Arc<Sessions>,
}

impl Site {
    fn new() -> Self {
        let rows: Arc<dyn SessionRows> = Arc::new(MemoryRows::new());
        let (looks, clock) = (Arc::new(Looks::default()), Clock::manual(NOW));
        let watched = Arc::new(Intercepted::new(Arc::clone(&rows), Arc::clone(&looks)));
        let keys = Keys::new(&["a secret of more than thirty-two bytes"]).unwrap();
        let sessions = Sessions::new(watched, &keys, clock.clone(), settings());
        tokio::spawn(run(Arc::clone(&sessions), INTERVAL));
        Self { looks, rows, clock, sessions }
    }

    async fn signed_in(&self) -> TypedSession {
        let session = TypedSession::absent(Arc::clone(&self.sessions), SessionStatus::None);
        session.log_in(&login(), |_: &SessionData| None).await.unwrap();
        session
    }

    fn watched(&self) -> usize {
        self.sessions.watchers.state().sessions.len()
    }
}

fn key(session: &TypedSession) -> RowKey {
    session.meta().unwrap().key
}

/// How long the end was waited for, and what it is.
async fn end(watched: &mut Watched) -> (Duration, Option<End>) {
    let begun = tokio::time::Instant::now();
    let end = watched.end().await;
    (begun.elapsed(), end)
}

#[tokio::test(start_paused = true)]
async fn what_another_process_has_ended_is_noticed_at_the_next_look() {
    let site = Site::new();
    let session = site.signed_in().await;
    let mut pages = [session.watch().await.unwrap(), session.watch().await.unwrap()];
    tokio::time::sleep(INTERVAL * 3).await;
    let looks = site.looks.count.load(Ordering::SeqCst);
    assert!((2..=3).contains(&looks), "{looks} looks in three intervals, for both pages");
    site.rows.delete(&key(&session)).await.unwrap();
    for page in &mut pages {
        let (waited, end) = end(page).await;
        assert_eq!(end, Some(End::Ended));
        assert!(waited <= INTERVAL, "{waited:?}");
    }
    assert_eq!(site.watched(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_this_process_has_ended_is_noticed_at_once() {
    let site = Site::new();
    let owner = login().user_id;
    let sessions = [site.signed_in().await, site.signed_in().await, site.signed_in().await];
    let mut pages = Vec::new();
    for session in &sessions {
        pages.push(session.watch().await.unwrap());
    }
    let [mut first, mut second, mut third] = <[Watched; 3]>::try_from(pages).unwrap();
    tokio::time::sleep(INTERVAL).await;
    assert!(site.sessions.end(&owner, &sessions[0].meta().unwrap().handle).await.unwrap());
    assert_eq!(end(&mut first).await, (Duration::ZERO, Some(End::Ended)));
    site.sessions.end_all(&owner, Some(&key(&sessions[2]))).await.unwrap();
    assert_eq!(end(&mut second).await, (Duration::ZERO, Some(End::Ended)));
    sessions[2].log_out().await.unwrap();
    assert_eq!(end(&mut third).await, (Duration::ZERO, Some(End::Ended)));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_goes_on_under_a_new_id_is_not_said_to_have_ended() {
    let site = Site::new();
    let session = site.signed_in().await;
    let mut page = session.watch().await.unwrap();
    session.renew(None).await.unwrap();
    assert_eq!(end(&mut page).await, (Duration::ZERO, Some(End::Replaced)));
    assert_eq!(site.watched(), 0);
}

#[tokio::test(start_paused = true)]
async fn timeouts_are_noticed_and_activity_puts_them_off() {
    let site = Site::new();
    let session = site.signed_in().await;
    let mut page = session.watch().await.unwrap();
    site.clock.advance(time::Duration::minutes(50));
    assert!(session.touch().await.unwrap());
    site.clock.advance(time::Duration::minutes(59));
    tokio::time::timeout(INTERVAL * 3, page.end()).await.unwrap_err();
    site.clock.advance(time::Duration::minutes(1));
    assert_eq!(end(&mut page).await.1, Some(End::Expired));
}

#[tokio::test(start_paused = true)]
async fn a_session_whose_row_is_deleted_after_its_time_has_expired() {
    let site = Site::new();
    let session = site.signed_in().await;
    let mut page = session.watch().await.unwrap();
    site.clock.advance(time::Duration::hours(25));
    assert_eq!(site.rows.sweep(site.clock.now(), 10).await.unwrap(), 1);
    assert_eq!(end(&mut page).await.1, Some(End::Expired));
}

#[tokio::test(start_paused = true)]
async fn an_outage_ends_no_watch() {
    let site = Site::new();
    let session = site.signed_in().await;
    let mut page = session.watch().await.unwrap();
    site.looks.away.store(true, Ordering::SeqCst);
    session.log_out().await.unwrap();
    tokio::time::timeout(INTERVAL * 5, page.end()).await.unwrap_err();
    site.looks.away.store(false, Ordering::SeqCst);
    assert_eq!(end(&mut page).await.1, Some(End::Ended));
}

#[tokio::test(start_paused = true)]
async fn places_are_limited_and_free_again_when_dropped() {
    let site = Site::new();
    let session = site.signed_in().await;
    let mut pages = Vec::new();
    for _ in 0..MOST_PER_SESSION {
        pages.push(session.watch().await.unwrap());
    }
    assert!(session.watch().await.is_none());
    assert!(site.signed_in().await.watch().await.is_some(), "another session has places of its own");
    pages.pop();
    assert!(session.watch().await.is_some());
    pages.clear();
    assert_eq!(site.watched(), 0);
    let nobody = TypedSession::absent(Arc::clone(&site.sessions), SessionStatus::None);
    assert!(nobody.watch().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn many_are_looked_up_together() {
    let site = Site::new();
    let mut pages = Vec::new();
    for _ in 0..2 * BATCH + 1 {
        pages.push(site.signed_in().await.watch().await.unwrap());
    }
    tokio::time::sleep(Duration::from_millis(1)).await;
    let before = site.looks.count.load(Ordering::SeqCst);
    tokio::time::sleep(INTERVAL).await;
    assert_eq!(site.looks.count.load(Ordering::SeqCst) - before, 3);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_process_lets_everybody_go() {
    let site = Site::new();
    let session = site.signed_in().await;
    let mut page = session.watch().await.unwrap();
    site.sessions.stop_watching();
    assert_eq!(page.end().await, None);
    assert_eq!(session.watch().await.unwrap().end().await, None, "nor does anybody wait from now on");
}
