//! Finds out an OpenID provider's endpoints and keys, and remembers them.
//!
//! A provider that hangs must not collect waiting requests. So there is at most one discovery at a time,
//! which runs on its own and for a bounded time; requests that need its outcome wait for that same one. Those
//! that start a login wait only while it is young: afterwards, and for a moment after a failure, the answer
//! is given at once. A login that comes back from the provider waits to the end, and begins a discovery even
//! right after a failure, because its state and its code are of no use to anybody a second time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{Method, header};
use time::{Duration, OffsetDateTime};
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use super::OAuthError;
use super::answer::{Object, object, outline};
use super::http::HttpClient;
use super::keys::Keys;
use super::metadata::Metadata;

/// How long metadata and keys are believed without asking again.
const BELIEVED: Duration = Duration::hours(1);
/// For how long they are used if the provider does not answer when it is asked again.
const USABLE: Duration = Duration::days(1);
/// Keys are refetched (when a token names an unknown one) at most this often: tokens with invented key names
/// must not make us put load on the provider.
const KEYS_AGAIN: Duration = Duration::minutes(1);
/// For this long after a failure, requests that start a login fail at once.
const FAILED: Duration = Duration::seconds(2);

/// A whole discovery takes no longer.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(5);
/// Requests that start a login wait for a discovery that another one began until it is this old.
const YOUNG: std::time::Duration = std::time::Duration::from_secs(1);

const SLOW: OAuthError = OAuthError::Unavailable("discovery: no answer so far");

/// How long a request waits for a discovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// While that of another request is young, and not at all after a failure.
    Little,
    /// Until the discovery has ended.
    Full,
}

/// What is known about an OpenID provider.
#[derive(Debug)]
pub(super) struct Discovery {
    issuer: String,
    http: HttpClient,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    known: Option<Known>,
    failed: Option<(OffsetDateTime, OAuthError)>,
    begun_at: Option<OffsetDateTime>,
    running: Option<Running>,
}

#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) metadata: Arc<Metadata>,
    pub(super) keys: Arc<Keys>,
    at: OffsetDateTime,
}

type Outcome = Result<Known, OAuthError>;

/// A discovery under way.
#[derive(Debug, Clone)]
struct Running {
    since: Instant,
    outcome: watch::Receiver<Option<Outcome>>,
}

impl Running {
    /// The outcome, if there is one before the discovery is this old.
    async fn until(mut self, age: std::time::Duration) -> Outcome {
        let ended = self.outcome.wait_for(Option::is_some);
        match timeout_at(self.since + age, ended).await {
            Ok(Ok(outcome)) => outcome.clone().unwrap_or(Err(SLOW)),
            // Too late, or its task was aborted with the runtime.
            Ok(Err(_)) | Err(_) => Err(SLOW),
        }
    }

    fn alive(&self) -> bool {
        self.outcome.has_changed().is_ok()
    }
}

impl Discovery {
    pub(super) fn new(issuer: String, http: HttpClient) -> Arc<Self> {
        Arc::new(Self { issuer, http, state: Mutex::default() })
    }

    /// Metadata and keys, fetched from the provider only if they are missing or too old.
    pub(super) async fn known(self: &Arc<Self>, patience: Patience, now: OffsetDateTime) -> Outcome {
        let (usable, running, age) = {
            let mut state = self.state();
            if let Some(known) = state.known.as_ref().filter(|known| recent(known.at, BELIEVED, now)) {
                return Ok(known.clone());
            }
            let usable = state.known.clone().filter(|known| recent(known.at, USABLE, now));
            let failed = state.failed.as_ref().filter(|(at, _)| recent(*at, FAILED, now));
            if let Some((_, error)) = failed
                && (usable.is_some() || patience == Patience::Little)
            {
                return usable.ok_or_else(|| error.clone());
            }
            let running = state.running.clone().filter(Running::alive);
            let waits = patience == Patience::Full || running.is_none();
            // With something usable at hand nobody waits for long.
            let age = if waits && usable.is_none() { LONGEST } else { YOUNG };
            (usable, running.unwrap_or_else(|| self.begin(&mut state, now)), age)
        };
        running.until(age).await.or_else(|error| usable.ok_or(error))
    }

    /// Newer keys than those tried, fetched from the provider unless that was done a moment ago.
    pub(super) async fn newer_keys(
        self: &Arc<Self>,
        tried: &Arc<Keys>,
        now: OffsetDateTime,
    ) -> Result<Option<Arc<Keys>>, OAuthError> {
        let running = {
            let mut state = self.state();
            let Some(known) = &state.known else { return Ok(None) };
            // Another login may have fetched them in the meantime.
            if !Arc::ptr_eq(tried, &known.keys) {
                return Ok(Some(Arc::clone(&known.keys)));
            }
            match state.running.clone().filter(Running::alive) {
                Some(running) => running,
                None if state.begun_at.is_some_and(|at| recent(at, KEYS_AGAIN, now)) => return Ok(None),
                None => self.begin(&mut state, now),
            }
        };
        Ok(Some(running.until(LONGEST).await?.keys))
    }

    /// Begins a discovery that nobody can break off.
    fn begin(self: &Arc<Self>, state: &mut State, now: OffsetDateTime) -> Running {
        let since = Instant::now();
        let (sender, outcome) = watch::channel(None);
        let running = Running { since, outcome };
        state.running = Some(running.clone());
        // Recorded before the outcome is known, because failures count as well.
        state.begun_at = Some(now);
        let this = Arc::clone(self);
        tokio::spawn(async move {
            let outcome = timeout(LONGEST, this.discover(now)).await;
            let outcome = outcome.unwrap_or(Err(OAuthError::Unavailable("discovery: no answer in time")));
            // Whole seconds are enough.
            let seconds = i64::try_from(since.elapsed().as_secs()).unwrap_or_default();
            this.record(&outcome, now + Duration::seconds(seconds));
            // Nobody may be waiting.
            let _ = sender.send(Some(outcome));
        });
        running
    }

    fn record(&self, outcome: &Outcome, ended_at: OffsetDateTime) {
        let mut state = self.state();
        state.running = None;
        match outcome {
            Ok(known) => {
                state.known = Some(known.clone());
                state.failed = None;
            }
            Err(error) => {
                tracing::warn!(issuer = self.issuer, %error, "an OpenID provider could not be discovered");
                state.failed = Some((ended_at, error.clone()));
            }
        }
    }

    async fn discover(&self, now: OffsetDateTime) -> Outcome {
        let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let address = Url::parse(&address).map_err(|_| OAuthError::Failed("discovery: no URL"))?;
        let metadata = Metadata::parse(&self.document(&address).await?, &self.issuer)?;
        let keys = Keys::parse(&self.document(&metadata.jwks_uri).await?).ok_or_else(|| {
            OAuthError::mismatch("discovery: not understood", "a list of keys", &metadata.jwks_uri)
        })?;
        Ok(Known { metadata: Arc::new(metadata), keys: Arc::new(keys), at: now })
    }

    async fn document(&self, address: &Url) -> Result<Object, OAuthError> {
        let request = http::Request::builder()
            .method(Method::GET)
            .uri(address.as_str())
            .header(header::ACCEPT, "application/json")
            .body(Vec::new())
            .map_err(|_| OAuthError::Failed("discovery: no URL"))?;
        let answer = self.http.send(request).await?;
        let document = object(answer.body()).filter(|_| answer.status().is_success());
        document.ok_or_else(|| {
            let expected = format!("a JSON object at {address}");
            OAuthError::mismatch("discovery: not understood", expected, outline(&answer))
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held, and every state is a usable one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn recent(at: OffsetDateTime, period: Duration, now: OffsetDateTime) -> bool {
    (now - at).abs() < period
}
