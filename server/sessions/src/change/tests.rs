//! Many requests that change one session. The store gives way to other tasks before each operation, so that
//! requests overtake each other in every order.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures::FutureExt as _;
use futures::future::join_all;
use rand::RngExt as _;
use session_rows::SessionRows;
use storage::intercept::{Cause, Intercept, Operation};
use storage::time_limit::Timeout;
use time::Duration;
use tokio::sync::Notify;
use tower_sessions::session::Id;

use super::*;
use crate::clock::Clock;
use crate::data::{Section, Sections};
use crate::keys::Keys;
use crate::samples::{NOW, login, settings};
use crate::store::{Intercepted, MemoryRows};
use crate::typed::SessionStatus;
use domain::preferences::Preferences;

const COUNT: Section<usize> = Section::new("count");

/// Counts the saves, and gives way.
#[derive(Debug, Default)]
struct Busy {
    saves: AtomicUsize,
}

impl Intercept for Busy {
    async fn around<T: Send, E: fmt::Display + Send>(
        &self,
        operation: Operation,
        _: fn(Cause) -> E,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        self.saves.fetch_add(usize::from(operation.name == "save"), Ordering::Relaxed);
        let others: usize = rand::rng().random_range(0..4);
        for _ in 0..others {
            tokio::task::yield_now().await;
        }
        call.await
    }
}

/// A store, and the id of one session in it.
struct Site {
    rows: Arc<dyn SessionRows>,
    busy: Arc<Busy>,
    id: Id,
}

impl Site {
    async fn new() -> Self {
        let busy = Arc::new(Busy::default());
        let rows: Arc<dyn SessionRows> =
            Arc::new(Intercepted::new(Arc::new(MemoryRows::new()), Arc::clone(&busy)));
        let id = Id(7);
        let row = instance(&rows).new_row(id, &SessionData::default(), NOW).unwrap();
        assert_eq!(rows.create(&row).await.unwrap(), Created::Inserted);
        Self { rows, busy, id }
    }

    /// The session as a request to this instance finds it.
    async fn request(&self, sessions: &Arc<Sessions>) -> TypedSession {
        let Lookup::Found(row) = self.rows.load(&key_of(self.id), NOW).await.unwrap() else {
            return TypedSession::absent(Arc::clone(sessions), SessionStatus::Replaced);
        };
        let (data, old_seal) = sessions.open(&row).unwrap();
        TypedSession::loaded(Arc::clone(sessions), self.id, *row, data, old_seal)
    }

    async fn count(&self) -> usize {
        self.request(&instance(&self.rows)).await.data().await.sections.get(COUNT)
    }
}

/// One process, with a queue of its own.
fn instance(rows: &Arc<dyn SessionRows>) -> Arc<Sessions> {
    let keys = Keys::new(&["a secret of more than thirty-two bytes"]).unwrap();
    Sessions::new(Arc::clone(rows), &keys, Clock::manual(NOW), settings())
}

async fn increment(session: &TypedSession) -> Result<(), SessionError> {
    session
        .change_sections(|sections| {
            let count = sections.get(COUNT);
            sections.set(COUNT, &(count + 1));
        })
        .await
}

#[tokio::test]
async fn a_thousand_changes_at_once_are_all_kept() {
    let site = Site::new().await;
    let sessions = instance(&site.rows);
    join_all((0..1000).map(|_| async { increment(&site.request(&sessions).await).await.unwrap() })).await;
    assert_eq!(site.count().await, 1000);
}

#[tokio::test]
async fn requests_that_keep_coming_neither_starve_nor_are_starved() {
    let site = Site::new().await;
    let sessions = instance(&site.rows);
    join_all((0..32).map(|_| async {
        for _ in 0..50 {
            increment(&site.request(&sessions).await).await.unwrap();
        }
    }))
    .await;
    assert_eq!(site.count().await, 32 * 50);
    let saves = site.busy.saves.load(Ordering::Relaxed);
    assert!(saves < 32 * 50 + 200, "each change costs one save but for a few at the start: {saves}");
}

#[tokio::test]
async fn changes_by_several_processes_are_all_kept() {
    let site = Site::new().await;
    let processes: Vec<_> = (0..3).map(|_| instance(&site.rows)).collect();
    join_all((0..30).map(|client| {
        let (site, sessions) = (&site, &processes[client % processes.len()]);
        async move {
            for _ in 0..20 {
                increment(&site.request(sessions).await).await.unwrap();
            }
        }
    }))
    .await;
    assert_eq!(site.count().await, 30 * 20);
}

#[tokio::test]
async fn a_login_among_changes_succeeds_and_keeps_those_before_it() {
    for _ in 0..20 {
        let site = Site::new().await;
        let sessions = instance(&site.rows);
        let logged_in = AtomicBool::new(false);
        let saves = join_all((0..5).map(|_| async {
            while !logged_in.load(Ordering::Relaxed) {
                let session = site.request(&sessions).await;
                if session.meta().is_none() {
                    break;
                }
                match increment(&session).await {
                    Ok(()) => {}
                    Err(SessionError::Gone) => assert!(logged_in.load(Ordering::Relaxed)),
                    Err(error) => panic!("{error}"),
                }
            }
        }));
        let log_in = async {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            let session = site.request(&sessions).await;
            session.log_in(&login(), |_| None).await.unwrap();
            logged_in.store(true, Ordering::Relaxed);
            assert!(session.data().await.login.is_some());
        };
        tokio::join!(saves, log_in);
    }
}

#[tokio::test]
async fn a_login_whose_session_was_replaced_or_ended_meanwhile_begins_a_new_one() {
    for replaced in [true, false] {
        let site = Site::new().await;
        let sessions = instance(&site.rows);
        let (first, second) = (site.request(&sessions).await, site.request(&sessions).await);
        let late = site.request(&sessions).await;
        if replaced {
            first.log_in(&login(), |_| None).await.unwrap();
        } else {
            first.log_out().await.unwrap();
        }
        assert!(matches!(increment(&late).await, Err(SessionError::Gone)));
        second.log_in(&login(), |_| None).await.unwrap();
        assert_ne!(second.meta().unwrap().key, key_of(site.id));
        assert_eq!(second.cookie_action().await, CookieAction::Issue);
        let signed_in = site.rows.stats(NOW).await.unwrap().signed_in;
        assert_eq!(signed_in, if replaced { 2 } else { 1 });
    }
}

#[tokio::test]
async fn of_parallel_saves_the_one_that_is_kept_is_the_newest() {
    let site = Site::new().await;
    let sessions = instance(&site.rows);
    let preferences = Preferences { updated_at: Some(NOW), ..Preferences::default() };
    let save = |number: u16| {
        let mut preferences = preferences.clone();
        // slim: trainer
        preferences.training.rest_seconds = number;
        // slim: instead
        // preferences.site.theme = domain::preferences::Theme::ALL[usize::from(number % 3)];
        // slim: end
        let (site, sessions) = (&site, &sessions);
        async move { site.request(sessions).await.set_preferences(&preferences, None).await.unwrap() }
    };
    let mut saved = join_all((60..110).map(save)).await;
    saved.sort_by_key(|saved| saved.updated_at);
    let kept = site.request(&sessions).await.data().await.preferences;
    assert_eq!(kept.as_ref(), saved.last());
    saved.dedup_by_key(|saved| saved.updated_at);
    assert_eq!(saved.len(), 50, "no two of them are equally new"); // slim: trainer
    assert_eq!(saved[0].updated_at, Some(NOW));

    let elsewhere = NOW + Duration::minutes(1);
    let session = site.request(&sessions).await;
    let saved = session.set_preferences(&preferences, Some(elsewhere)).await.unwrap();
    assert!(saved.updated_at > Some(elsewhere), "newer than what another device has saved");
}

#[tokio::test]
async fn a_session_that_began_instead_of_a_replaced_one_is_found_with_its_proof() {
    let site = Site::new().await;
    let sessions = instance(&site.rows);
    let (first, second) = (site.request(&sessions).await, site.request(&sessions).await);
    second.prepare_successor(&[1; 32], Sections::default()).await;
    first.log_in(&login(), |_| None).await.unwrap();
    second.log_in(&login(), |_| None).await.unwrap();
    let repeated = TypedSession::replaced(Arc::clone(&sessions), site.id);
    assert!(repeated.catch_up(&[2; 32]).await.unwrap().is_none());
    assert!(repeated.catch_up(&[1; 32]).await.unwrap().is_some_and(|data| data.login.is_some()));
    assert_eq!(repeated.meta().unwrap().key, second.meta().unwrap().key);
}

/// While it is silent, a `load` is answered by nothing but its time limit, which the test lets run out.
#[derive(Debug, Default)]
struct Silence {
    begun: AtomicBool,
    loads: AtomicUsize,
    time_is_up: Notify,
}

impl Intercept for Silence {
    async fn around<T: Send, E: std::error::Error + Send + 'static>(
        &self,
        operation: Operation,
        failed: fn(Cause) -> E,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        if operation.name != "load" || !self.begun.load(Ordering::Relaxed) {
            return call.await;
        }
        self.loads.fetch_add(1, Ordering::Relaxed);
        self.time_is_up.notified().await;
        Err(failed(Box::new(Timeout::Silent(std::time::Duration::from_secs(2)))))
    }
}

#[tokio::test]
async fn in_an_outage_those_that_wait_fail_with_the_one_in_front() {
    let silence = Arc::new(Silence::default());
    let Site { rows, busy, id } = Site::new().await;
    let rows: Arc<dyn SessionRows> = Arc::new(Intercepted::new(rows, Arc::clone(&silence)));
    let site = Site { rows, busy, id };
    let sessions = instance(&site.rows);
    let (faster, front) = (site.request(&sessions).await, site.request(&sessions).await);
    let (second, third) = (site.request(&sessions).await, site.request(&sessions).await);
    increment(&faster).await.unwrap();
    silence.begun.store(true, Ordering::Relaxed);

    // Its conflict begins the queue; loading again, it waits for the store.
    let mut front = Box::pin(increment(&front));
    while silence.loads.load(Ordering::Relaxed) == 0 {
        assert!((&mut front).now_or_never().is_none());
    }
    let (mut second, mut third) = (Box::pin(increment(&second)), Box::pin(increment(&third)));
    assert!((&mut second).now_or_never().is_none() && (&mut third).now_or_never().is_none());
    silence.time_is_up.notify_waiters();
    assert!(matches!(front.await, Err(SessionError::Store(_))));
    for waiting in [second, third] {
        assert!(matches!(waiting.now_or_never(), Some(Err(SessionError::Store(_)))), "at once");
    }
    assert_eq!(silence.loads.load(Ordering::Relaxed), 1, "the store was not asked again");

    silence.begun.store(false, Ordering::Relaxed);
    increment(&site.request(&sessions).await).await.unwrap();
    assert_eq!(site.count().await, 2, "later changes try anew");
}
