//! Ends the logins that a browser has begun at providers as soon as it logs in or out by any means.
//!
//! If the response to a callback was lost, repeating the callback leads to the same session. If the person
//! has since logged in by other means, or logged out, reloading the tab must not undo that, so every response
//! that begins, renews or ends a login removes the cookie that such a repetition needs (ASVS 5.0 §7.4.1).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use session_rows::RowKey;
use sessions::TypedSession;

use crate::state::App;

/// Runs inside the session layer.
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

/// The row of the login, if any. Logging in, logging out and getting a new id after a change of credentials
/// all change it.
async fn login_of(session: &TypedSession) -> Option<RowKey> {
    session.data().await.login.and(session.meta()).map(|meta| meta.key)
}

/// Whether the response already sets this cookie: a callback itself removes the one that it has used.
fn is_set(headers: &HeaderMap, cookie: &HeaderValue) -> bool {
    headers.get_all(SET_COOKIE).iter().any(|set| set == cookie)
}
