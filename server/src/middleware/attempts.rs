//! Ends the logins that a browser has begun at providers as soon as it is logged in, or out, by any means.
//!
//! A callback whose answer was lost is answered again with the session that it led to. If the person has logged
//! in otherwise since, or logged out, a tab that is reloaded must not undo that, so the cookie that a repetition
//! needs goes with every answer that begins, renews or ends a login (ASVS 5.0 §7.4.1).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use session_rows::RowKey;
use sessions::TypedSession;

use crate::state::App;

/// Inside the session layer.
pub(crate) async fn end_attempts(State(app): State<App>, request: Request, next: Next) -> Response {
    let removals = app.attempt_cookies.remove_all(request.headers());
    let session = request.extensions().get::<TypedSession>().cloned();
    let Some(session) = session.filter(|_| !removals.is_empty()) else { return next.run(request).await };
    let before = login_of(&session).await;
    let mut response = next.run(request).await;
    if login_of(&session).await != before {
        for removal in removals {
            if !is_set(response.headers(), &removal) {
                response.headers_mut().append(SET_COOKIE, removal);
            }
        }
    }
    response
}

/// The row that is signed in. A login, a new id after a change of credentials and a log out change it.
async fn login_of(session: &TypedSession) -> Option<RowKey> {
    session.data().await.login.and(session.meta()).map(|meta| meta.key)
}

/// A callback removes the cookie that it has used by itself.
fn is_set(headers: &HeaderMap, cookie: &HeaderValue) -> bool {
    headers.get_all(SET_COOKIE).iter().any(|set| set == cookie)
}
