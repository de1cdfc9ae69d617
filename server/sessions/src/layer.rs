//! From cookie to session and back, around every request that may have one.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Request, Response};
use session_rows::{Lookup, RowKey};
use tower::{Layer, Service};

use crate::cookie::Ticket;
use crate::quiet::is_quiet;
use crate::row::key_of;
use crate::tower_session::TowerSession;
use crate::typed::{CookieAction, SessionStatus, TypedSession};
use crate::{SessionError, Sessions};

/// Adds a [`TypedSession`] (and, for tower-sessions extractors and layers, a [`tower_sessions::Session`]) to
/// each request, and performs any pending writes after the handler.
#[derive(Debug, Clone)]
pub struct SessionLayer {
    sessions: Arc<Sessions>,
    passive_paths: &'static [&'static str],
}

impl SessionLayer {
    /// Requests for one of `passive_paths` are made by scripts: nothing is written for them, neither in the store nor in
    /// the browser, so they do not prolong a session.
    #[must_use]
    pub fn new(sessions: Arc<Sessions>, passive_paths: &'static [&'static str]) -> Self {
        Self { sessions, passive_paths }
    }
}

impl<S> Layer<S> for SessionLayer {
    type Service = SessionService<S>;

    fn layer(&self, inner: S) -> SessionService<S> {
        SessionService { layer: self.clone(), inner }
    }
}

/// See [`SessionLayer`].
#[derive(Debug, Clone)]
pub struct SessionService<S> {
    layer: SessionLayer,
    inner: S,
}

/// In a response: the handler's data in its [`tower_sessions::Session`] could not be saved, so its response
/// must not be sent. The user of the layer replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveFailed {
    /// The session was ended in the meantime: respond as to a visitor without one.
    Gone,
    /// The store failed.
    Store,
    /// The store answers; the data is the problem.
    Internal,
}

/// In a response: the request has begun, renewed or ended a login, by whatever means. One that had timed out
/// before does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginChanged;

impl<S, RequestBody, ResponseBody> Service<Request<RequestBody>> for SessionService<S>
where
    S: Service<Request<RequestBody>, Response = Response<ResponseBody>> + Clone + Send + 'static,
    S::Future: Send,
    RequestBody: Send + 'static,
    ResponseBody: Send,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<RequestBody>) -> Self::Future {
        let SessionLayer { sessions, passive_paths } = self.layer.clone();
        // The clone may not be ready; the ready service is consumed by this request.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            let quiet = is_quiet(request.method(), request.headers())
                || passive_paths.contains(&request.uri().path());
            let (session, old_key) = resolve(&sessions, request.headers(), quiet).await;
            let upkeep = if quiet { Upkeep::None } else { Upkeep::Activity { old_key } };
            let login = session.login_row().await;
            let tower_session = TowerSession::new(session.clone());
            request.extensions_mut().insert(session.clone());
            request.extensions_mut().insert(tower_session.handle().clone());
            let mut response = inner.call(request).await?;
            if let Err(error) = tower_session.finish(response.status()).await {
                response.extensions_mut().insert(save_failed(&error));
            }
            if session.login_row().await != login {
                response.extensions_mut().insert(LoginChanged);
            }
            if let Some(cookie) = finish(&sessions, &session, upkeep).await {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            Ok(response)
        })
    }
}

fn save_failed(error: &SessionError) -> SaveFailed {
    tracing::debug!(%error, "a session could not be saved after its handler");
    match error {
        SessionError::Gone => SaveFailed::Gone,
        SessionError::Store(_) => SaveFailed::Store,
        SessionError::Stale | SessionError::Corrupt(_) | SessionError::Data(_) => SaveFailed::Internal,
    }
}

/// What else to write for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Upkeep {
    /// Nothing: nobody made this request on purpose.
    None,
    /// Record activity; seal the row, and sign the cookie, with the newest secret.
    Activity {
        /// The cookie is signed with an older one.
        old_key: bool,
    },
}

/// The session of a request, and whether its cookie was signed with an older secret.
///
/// Of several cookies with our name the first that leads to a live session counts. If none does, a session
/// that has timed out, so that the visitor can be told; then whatever keeps the cookie rather than removes it.
///
/// Nothing is written if the request is `quiet`: a session that has timed out stays as it is until its person
/// comes back.
async fn resolve(sessions: &Arc<Sessions>, headers: &HeaderMap, quiet: bool) -> (TypedSession, bool) {
    let absent = |status| TypedSession::absent(Arc::clone(sessions), status);
    let sent = sessions.cookie.read(headers.get_all(COOKIE).iter());
    if sent.forged && sent.tickets.is_empty() {
        tracing::warn!(event = "session_forged", "a session cookie with a wrong signature was refused");
    }
    let mut none = absent(if sent.forged { SessionStatus::Forged } else { SessionStatus::None });
    let mut timed_out = None;
    for ticket in sent.tickets {
        match look_up(sessions, &ticket).await {
            Found::Live(session) => return (session, ticket.old_key),
            Found::TimedOut(session) => timed_out = timed_out.or(Some(session)),
            // It might have been the one.
            Found::None(found) if found.status() == SessionStatus::Unavailable => return (found, false),
            Found::None(found) => none = more_telling(none, found),
        }
    }
    match timed_out {
        Some(_) if quiet => (absent(SessionStatus::TimedOut), false),
        Some(session) => (time_out(session).await, false),
        None => (none, false),
    }
}

/// What a validly signed cookie leads to.
enum Found {
    Live(TypedSession),
    /// Signed in, and past its idle timeout or its absolute lifetime.
    TimedOut(TypedSession),
    /// No session, with the status that says why.
    None(TypedSession),
}

async fn look_up(sessions: &Arc<Sessions>, ticket: &Ticket) -> Found {
    let none = |status| Found::None(TypedSession::absent(Arc::clone(sessions), status));
    let key = key_of(ticket.id);
    let now = sessions.now();
    let row = match sessions.rows.load(&key, now).await {
        Ok(Lookup::Found(row)) => *row,
        Ok(Lookup::Replaced) => return Found::None(TypedSession::replaced(Arc::clone(sessions), ticket.id)),
        Ok(Lookup::Missing) => {
            let recent = now - ticket.issued_at < sessions.settings.idle_timeout;
            tracing::debug!(session = ?key, "this session no longer exists");
            return none(SessionStatus::Missing { signed_in: ticket.signed_in, recent });
        }
        Err(error) => {
            tracing::debug!(%error, "the session store does not answer");
            return none(SessionStatus::Unavailable);
        }
    };
    let (data, old_seal) = match sessions.open(&row) {
        Ok(opened) => opened,
        Err(error) => {
            refused(&key, &error);
            return none(SessionStatus::Corrupt);
        }
    };
    let from_the_future = sessions.is_from_the_future(&row.row, data.login.as_ref());
    if from_the_future {
        tracing::warn!(event = "session_from_the_future", session = ?key, "was the clock set back?");
    }
    let live = now < row.row.live_until && !from_the_future;
    let session = TypedSession::loaded(Arc::clone(sessions), ticket.id, row, data, old_seal);
    if live { Found::Live(session) } else { Found::TimedOut(session) }
}

/// Says why a stored row is no session: somebody has been at the store or a secret was removed, or another
/// version of this program has written what this one cannot read.
fn refused(key: &RowKey, error: &SessionError) {
    let event =
        if matches!(error, SessionError::Data(_)) { "session_unreadable" } else { "crypt_decrypt_fail" };
    tracing::warn!(event, session = ?key, %error, "a stored session was refused");
}

async fn time_out(session: TypedSession) -> TypedSession {
    let sessions = Arc::clone(&session.sessions);
    let absent = |status| TypedSession::absent(sessions, status);
    let key = session.meta().map(|meta| meta.key);
    tracing::info!(event = "session_expired", session = ?key, "signed out after a timeout");
    let user = session.data().await.login.map(|login| login.user_id);
    match session.time_out().await {
        Ok(()) => session.of_timed_out(user),
        // Another request signed it out at the same moment, and its response carries the cookie.
        Err(SessionError::Gone | SessionError::Stale) => absent(SessionStatus::Replaced),
        Err(error) => {
            tracing::debug!(%error, "the session store does not answer");
            absent(SessionStatus::Unavailable)
        }
    }
}

/// Which of two cookies that lead to no session determines the answer: one that must be kept wins over one
/// that may be removed, and then the one that says more about why the visitor is signed out.
fn more_telling(one: TypedSession, other: TypedSession) -> TypedSession {
    if rank(other.status()) > rank(one.status()) { other } else { one }
}

fn rank(status: SessionStatus) -> u8 {
    match status {
        SessionStatus::Replaced => 6,
        SessionStatus::Missing { signed_in: true, recent: true } => 5,
        SessionStatus::Missing { signed_in: true, recent: false } => 4,
        SessionStatus::Missing { signed_in: false, .. } => 3,
        SessionStatus::Corrupt => 2,
        SessionStatus::Forged => 1,
        // Not what a signed cookie without a session leads to.
        SessionStatus::None | SessionStatus::Live | SessionStatus::TimedOut | SessionStatus::Unavailable => 0,
    }
}

/// The `Set-Cookie` header, if one is due.
async fn finish(sessions: &Sessions, session: &TypedSession, upkeep: Upkeep) -> Option<HeaderValue> {
    let action = session.cookie_action().await;
    if matches!(action, CookieAction::Keep | CookieAction::Issue) {
        match session.discard_if_empty().await {
            Ok(None) => {}
            Ok(Some(removed)) => return removed.then(|| sessions.cookie.remove()),
            Err(error) => {
                tracing::warn!(%error, "an empty session could not be deleted");
                return None;
            }
        }
    }
    match action {
        CookieAction::SayNothing => None,
        CookieAction::Remove => Some(sessions.cookie.remove()),
        CookieAction::Issue => issue(sessions, session).await,
        CookieAction::Keep => match session.status() {
            // Not by a prefetch: the click that follows is told why there is no session any more.
            SessionStatus::Missing { .. } | SessionStatus::Corrupt => {
                (upkeep != Upkeep::None).then(|| sessions.cookie.remove())
            }
            // A cookie signed with a secret unknown to this instance is either a forgery, or another instance
            // has newer secrets (or this one has wrong ones): removing it would log out everyone the load
            // balancer sends here.
            SessionStatus::None
            | SessionStatus::Forged
            | SessionStatus::Replaced
            | SessionStatus::Unavailable => None,
            SessionStatus::Live | SessionStatus::TimedOut => {
                let Upkeep::Activity { old_key } = upkeep else { return None };
                let touched = session.touch().await.unwrap_or_else(|error| {
                    tracing::warn!(%error, "activity could not be written");
                    false
                });
                // A cookie is sent only for a session that was just found in the store: a late response must
                // not bring back the cookie of a session that was ended or replaced.
                let renewed = (old_key || session.has_old_seal().await)
                    && session.reseal().await.unwrap_or_else(|error| {
                        tracing::warn!(%error, "a session could not be sealed with the newest secret");
                        false
                    });
                if touched || renewed { issue(sessions, session).await } else { None }
            }
        },
    }
}

async fn issue(sessions: &Sessions, session: &TypedSession) -> Option<HeaderValue> {
    let data = session.data().await;
    let meta = session.meta()?;
    let now = sessions.now();
    let max_age = data.ends_at.map_or(sessions.settings.ttl, |end| end - now);
    Some(sessions.cookie.set(meta.id, data.login.is_some(), max_age, now))
}
