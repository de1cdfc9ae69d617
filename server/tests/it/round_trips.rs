//! How often a request waits for its stores, counted on the wire: on a fast processor that, and not the statements, is
//! what a request with a session costs.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod crowd;
mod relay;

use std::cell::Cell;

use http::StatusCode;
use relay::{Relay, address_of};
use test_servers::{Kind, required};

use crate::support::helpers::{Browser, PASSWORD, Setup, TestApp, preferences};
use crate::support::stack::Urls;
use crate::support::workout::typed; // slim: trainer

const EMAIL: &str = "ann@example.com";

/// Round trips to the session store, and to the database.
type Trips = (usize, usize);

/// What requests cost, whatever server has the sessions, next to accounts in PostgreSQL. That is with
/// statements prepared, a profile in the cache, and connections in use.
const COSTS: &[(&str, Trips)] = &[
    ("a visitor looks around", (0, 0)),
    // The row of the session.
    ("a signed-in request", (1, 0)),
    // And the list of the person's sessions.
    ("a list of sessions", (2, 0)),
    // And the times of the session are moved, once a minute.
    ("the first request of a minute", (2, 0)),
    ("preferences of a visitor with a session", (2, 0)),
    // In the account: the time of those it has, which another device may have saved, so that these become newer than
    // both; then these.
    ("preferences", (2, 2)),
    // The account, the providers, its events and its failed logins, all at once.
    ("the account's page", (1, 4)),
    // slim: trainer
    // The workout, and its next revision.
    ("a set", (1, 2)),
    // slim: end
    // The new session, and how many the account has now. In the database six for the attempt (may it be made, begin,
    // locks, may it still be made, count it, commit), then the account, the attempt is forgiven, the account again, the
    // event.
    ("a login", (2, 10)),
    ("a login over the limit", (0, 1)),
];

/// The application, with a relay in front of each store.
struct Counted {
    app: TestApp,
    sessions: Relay,
    accounts: Relay,
}

impl Counted {
    /// `None`, after printing the reason, if a server is missing and may be.
    async fn with_sessions_in(kind: Kind) -> Option<Self> {
        // Two databases, so that what is for sessions can be told from what is for accounts.
        let sessions_url = required(test_servers::shared_of(kind))?.fresh_url();
        let accounts_url = required(test_servers::postgres())?.fresh_url();
        let sessions = Relay::before(address_of(&sessions_url)).await;
        let accounts = Relay::before(address_of(&accounts_url)).await;
        let urls = Urls { sessions: sessions.url(&sessions_url), database: accounts.url(&accounts_url) };
        // The clean-up stays out of the way.
        let app = Setup::default().on(&urls).var("SESSION_SWEEP_INTERVAL", "30d").spawn().await;
        Some(Self { app, sessions, accounts })
    }

    fn take(&self) -> Trips {
        (self.sessions.take_trips(), self.accounts.take_trips())
    }

    /// The cost of a request: the median of several, because on a busy machine one may meet a task of the start.
    async fn cost(&self, mut request: impl AsyncFnMut()) -> Trips {
        for _ in 0..2 {
            request().await;
        }
        let (mut sessions, mut accounts) = (Vec::new(), Vec::new());
        for _ in 0..7 {
            self.take();
            request().await;
            let trips = self.take();
            sessions.push(trips.0);
            accounts.push(trips.1);
        }
        (median(sessions), median(accounts))
    }

    async fn costs(&self) -> Vec<(&'static str, Trips)> {
        let app = &self.app;
        let (ann, visitor) = (app.registered(EMAIL).await, app.browser());
        visitor.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
        let look_around = async || assert_eq!(app.browser().get("/").await.status, StatusCode::OK);
        let request = async || assert_eq!(ann.info().await["authenticated"], true);
        let list = async || assert_eq!(ann.get("/session").await.status, StatusCode::OK);
        let after_a_minute = async || {
            app.wait(61);
            ann.info().await;
        };
        let log_in = async || {
            app.browser().log_in(EMAIL, PASSWORD).await.assert_redirect("/");
        };
        let log_in_again = async || {
            let answer = app.browser().log_in("nobody@example.com", "wrong password").await;
            assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        };
        let mut trips = vec![
            self.cost(look_around).await,
            self.cost(request).await,
            self.cost(list).await,
            self.cost(after_a_minute).await,
        ];
        for person in [&visitor, &ann] {
            let (token, is_dark) = (person.csrf_token().await.unwrap(), Cell::new(false));
            trips.push(self.cost(async || save(person, &token, is_dark.replace(!is_dark.get())).await).await);
        }
        let account = async || assert_eq!(ann.get("/account").await.status, StatusCode::OK);
        // Its questions are asked at once, each on some connection: until every connection has prepared them all.
        for _ in 0..20 {
            account().await;
        }
        trips.push(self.cost(account).await);
        trips.push(self.set(&ann).await); // slim: trainer
        trips.push(self.cost(log_in).await);
        for _ in 0..10 {
            app.browser().log_in("nobody@example.com", "wrong password").await;
        }
        trips.push(self.cost(log_in_again).await);
        assert_eq!(trips.len(), COSTS.len());
        COSTS.iter().zip(trips).map(|((request, _), trips)| (*request, trips)).collect()
    }
}

// slim: trainer
impl Counted {
    /// A set that is logged.
    async fn set(&self, ann: &Browser) -> Trips {
        ann.post("/api/workouts/start", &[]).await.assert_redirect("/workout");
        let (row, number) = (ann.row("b1s1").await, Cell::new(0_u8));
        self.cost(async || {
            number.set(number.get() + 1);
            let id = format!("00000000-0000-0000-0000-0000000000{:02x}", number.get());
            let row = typed(row.clone(), &[("operation", &id)]);
            ann.submit("/api/workouts/log", &row).await.assert_redirect("/workout#b1s1");
        })
        .await
    }
}
// slim: end

/// Saves what is not saved already: the same once more would be no change.
async fn save(person: &Browser, token: &str, is_dark: bool) {
    let mut fields = preferences(&[("theme", if is_dark { "dark" } else { "light" })]);
    fields.push(("csrf_token", token));
    person.post_bare("/api/preferences", &fields).await.assert_redirect("/preferences?saved=true");
}

fn median(mut counts: Vec<usize>) -> usize {
    counts.sort_unstable();
    counts[counts.len() / 2]
}

// slim: redis
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_sessions_in_redis_a_request_waits_no_more_often_than_it_must() {
    let Some(counted) = Counted::with_sessions_in(Kind::Redis).await else { return };
    assert_eq!(counted.costs().await, COSTS);
}
// slim: end

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_sessions_in_postgres_it_does_not_either() {
    let Some(counted) = Counted::with_sessions_in(Kind::Postgres).await else { return };
    assert_eq!(counted.costs().await, COSTS);
}
