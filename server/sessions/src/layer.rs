//! From cookie to session and back, around every request that may have one.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Request, Response};
use session_rows::Lookup;
use tower::{Layer, Service};

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
    /// Requests for one of `passive_paths` do not count as activity: they do not prolong a session.
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
}

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
            let (session, old_key) = resolve(&sessions, request.headers()).await;
            let activity = !passive_paths.contains(&request.uri().path());
            let tower_session = TowerSession::new(session.clone());
            request.extensions_mut().insert(session.clone());
            request.extensions_mut().insert(tower_session.handle().clone());
            let mut response = inner.call(request).await?;
            if let Err(error) = tower_session.finish(response.status()).await {
                response.extensions_mut().insert(save_failed(&error));
            }
            if let Some(cookie) = finish(&sessions, &session, activity, old_key).await {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            Ok(response)
        })
    }
}

fn save_failed(error: &SessionError) -> SaveFailed {
    tracing::debug!(%error, "a session could not be saved after its handler");
    if matches!(error, SessionError::Gone) { SaveFailed::Gone } else { SaveFailed::Store }
}

async fn resolve(sessions: &Arc<Sessions>, headers: &HeaderMap) -> (TypedSession, bool) {
    let absent = |status| TypedSession::absent(Arc::clone(sessions), status);
    let ticket = match sessions.cookie.read(headers.get_all(COOKIE).iter()) {
        None => return (absent(SessionStatus::None), false),
        Some(Err(_)) => {
            tracing::warn!(event = "session_forged", "a session cookie with a wrong signature was refused");
            return (absent(SessionStatus::Forged), false);
        }
        Some(Ok(ticket)) => ticket,
    };
    let key = key_of(ticket.id);
    let now = sessions.clock.now();
    let row = match sessions.rows.load(&key, now).await {
        Ok(Lookup::Found(row)) => *row,
        Ok(Lookup::Replaced) => return (absent(SessionStatus::Replaced), false),
        Ok(Lookup::Missing) => {
            let recent = now - ticket.issued_at < sessions.settings.idle_timeout;
            tracing::debug!(session = ?key, "this session no longer exists");
            return (absent(SessionStatus::Missing { signed_in: ticket.signed_in, recent }), false);
        }
        Err(error) => {
            tracing::debug!(%error, "the session store does not answer");
            return (absent(SessionStatus::Unavailable), false);
        }
    };
    let live = now < row.row.live_until;
    let session = match TypedSession::loaded(Arc::clone(sessions), ticket.id, row) {
        Ok(session) => session,
        Err(error) => {
            tracing::warn!(event = "crypt_decrypt_fail", session = ?key, %error, "a stored session was refused");
            return (absent(SessionStatus::Corrupt), false);
        }
    };
    if live {
        return (session, ticket.old_key);
    }
    tracing::info!(event = "session_expired", session = ?key, "signed out after a timeout");
    match session.time_out().await {
        Ok(()) => (session.with_status(SessionStatus::TimedOut), false),
        // Another request signed it out at the same moment, and its response carries the cookie.
        Err(SessionError::Gone | SessionError::Stale) => (absent(SessionStatus::Replaced), false),
        Err(error) => {
            tracing::debug!(%error, "the session store does not answer");
            (absent(SessionStatus::Unavailable), false)
        }
    }
}

/// The `Set-Cookie` header, if one is due.
async fn finish(
    sessions: &Sessions,
    session: &TypedSession,
    activity: bool,
    old_key: bool,
) -> Option<HeaderValue> {
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
            SessionStatus::Missing { .. } | SessionStatus::Corrupt => Some(sessions.cookie.remove()),
            // A cookie signed with a secret unknown to this instance is either a forgery, or another instance
            // has newer secrets (or this one has wrong ones): removing it would log out everyone the load
            // balancer sends here.
            SessionStatus::None
            | SessionStatus::Forged
            | SessionStatus::Replaced
            | SessionStatus::Unavailable => None,
            SessionStatus::Live | SessionStatus::TimedOut => {
                let touched = activity
                    && session.touch().await.unwrap_or_else(|error| {
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
    let signed_in = session.data().await.login.is_some();
    let meta = session.meta()?;
    Some(sessions.cookie.set(meta.id, signed_in, sessions.clock.now()))
}
