//! From cookie to session and back, around every request that may have one.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

use crate::session::request_store::key_of;
use crate::session::rows::Lookup;
use crate::session::typed::{Fate, Presence, TypedSession};
use crate::session::{SessionError, Sessions};

/// Paths that are no activity: they neither slide nor touch a session (contract §3a).
const NO_ACTIVITY: &[&str] = &["/session/events"];

/// Loads the session, runs the rest, and writes what has to be written.
pub async fn session_layer(
    State(sessions): State<Arc<Sessions>>,
    mut request: Request,
    next: Next,
) -> Response {
    let (session, old_key) = resolve(&sessions, request.headers()).await;
    let activity = !NO_ACTIVITY.contains(&request.uri().path());
    request.extensions_mut().insert(session.clone());
    let mut response = next.run(request).await;
    if let Some(cookie) = finish(&sessions, &session, activity, old_key).await {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

async fn resolve(sessions: &Arc<Sessions>, headers: &HeaderMap) -> (TypedSession, bool) {
    let absent = |presence| TypedSession::absent(Arc::clone(sessions), presence);
    let ticket = match sessions.cookie.read(headers.get_all(COOKIE).iter()) {
        None => return (absent(Presence::None), false),
        Some(Err(_)) => {
            tracing::warn!(event = "session_forged", "a session cookie with a wrong signature was refused");
            return (absent(Presence::Forged), false);
        }
        Some(Ok(ticket)) => ticket,
    };
    let key = key_of(ticket.id);
    let now = sessions.clock.now();
    let row = match sessions.rows.load(&key, now).await {
        Ok(Lookup::Found(row)) => *row,
        Ok(Lookup::Replaced) => return (absent(Presence::Replaced), false),
        Ok(Lookup::Missing) => {
            let recent = now - ticket.issued_at < sessions.settings.idle_timeout;
            tracing::debug!(session = ?key, "no such session any more");
            return (absent(Presence::Missing { signed_in: ticket.signed_in, recent }), false);
        }
        Err(error) => {
            tracing::debug!(%error, "the session store does not answer");
            return (absent(Presence::Away), false);
        }
    };
    let live = now < row.row.live_until;
    let session = match TypedSession::loaded(Arc::clone(sessions), ticket.id, row).await {
        Ok(session) => session,
        Err(error) => {
            tracing::warn!(event = "crypt_decrypt_fail", session = ?key, %error, "a stored session was refused");
            return (absent(Presence::Corrupt), false);
        }
    };
    if live {
        return (session, ticket.old_key);
    }
    tracing::info!(event = "session_expired", session = ?key, "signed out after a timeout");
    match session.time_out().await {
        Ok(()) => (session.with_presence(Presence::TimedOut), false),
        // Another request signed it out at the same moment, and its answer carries the cookie.
        Err(SessionError::Gone | SessionError::Stale) => (absent(Presence::Replaced), false),
        Err(error) => {
            tracing::debug!(%error, "the session store does not answer");
            (absent(Presence::Away), false)
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
    let fate = session.fate().await;
    if matches!(fate, Fate::Kept | Fate::Issued) {
        match session.discard_if_empty().await {
            Ok(None) => {}
            Ok(Some(removed)) => return removed.then(|| sessions.cookie.remove()),
            Err(error) => {
                tracing::warn!(%error, "an empty session could not be removed");
                return None;
            }
        }
    }
    match fate {
        Fate::Lost => None,
        Fate::Ended => Some(sessions.cookie.remove()),
        Fate::Issued => issue(sessions, session).await,
        Fate::Kept => match session.presence() {
            Presence::Missing { .. } | Presence::Corrupt => Some(sessions.cookie.remove()),
            // A cookie signed with a secret this instance does not know is a forgery, or another instance has newer
            // secrets (or this one wrong ones): removing it would log out whoever the balancer sends here.
            Presence::None | Presence::Forged | Presence::Replaced | Presence::Away => None,
            Presence::Live | Presence::TimedOut => {
                let touched = activity
                    && session.touch().await.unwrap_or_else(|error| {
                        tracing::warn!(%error, "activity could not be written");
                        false
                    });
                // A cookie is sent only for a session that was just seen in the store: an answer that comes late
                // must not bring back the cookie of one that was ended or replaced.
                let renewed = (old_key || session.has_old_seal())
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
