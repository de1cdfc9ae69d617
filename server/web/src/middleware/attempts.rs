//! Ends the logins that a browser has begun at providers as soon as it logs in or out by any means.
//!
//! If the response to a callback was lost, repeating the callback leads to the same session. If the person
//! has since logged in by other means, or logged out, reloading the tab must not undo that, so every response
//! that begins, renews or ends a login removes the cookie that such a repetition needs (ASVS 5.0 §7.4.1).
//!
//! Every other response leaves a browser no more of these cookies than it should have. Not that to a start, which
//! counts by itself, nor to a callback, which may have to be repeated with the oldest, nor that to a request that nobody
//! has made on purpose ([`sessions::quiet`]).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use sessions::layer::LoginChanged;
use sessions::quiet::is_quiet;

use crate::state::App;

/// Outside the session layer: programs that read one cookie of a login find the session first.
pub(crate) async fn end_attempts(State(app): State<App>, request: Request, next: Next) -> Response {
    let cookies = request.headers().get_all(COOKIE).iter().map(|cookie| (COOKIE, cookie.clone())).collect();
    let quiet = is_quiet(request.method(), request.headers());
    let starts_or_ends = request.uri().path().starts_with("/auth/");
    let mut response = next.run(request).await;
    let login_changed = response.extensions().get::<LoginChanged>().is_some();
    let removals = match (login_changed, starts_or_ends || quiet) {
        (true, _) => app.attempt_cookies.remove_all(&cookies),
        (false, true) => Vec::new(),
        (false, false) => app.attempt_cookies.trim(&cookies),
    };
    for removal in removals {
        if !is_set(response.headers(), &removal) {
            response.headers_mut().append(SET_COOKIE, removal);
        }
    }
    response
}

/// Whether the response already sets this cookie: a callback itself removes the one that it has used.
fn is_set(headers: &HeaderMap, cookie: &HeaderValue) -> bool {
    headers.get_all(SET_COOKIE).iter().any(|set| set == cookie)
}
