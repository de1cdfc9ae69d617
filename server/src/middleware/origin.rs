//! The cross-origin guard: a request that may change something must come from our own pages.
//!
//! A token alone would not protect the login, where there is no session yet. Browsers report the origin of a
//! POST in `Origin` and `Sec-Fetch-Site`, and pages cannot forge them; a client that sends neither is
//! rejected (OWASP CSRF Prevention Cheat Sheet, "block"). `Origin` is compared with `PUBLIC_URL`, never with
//! the `Host` header, which a proxy may rewrite.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::ORIGIN;
use http::{HeaderMap, Method};

use crate::error::AppError;
use crate::state::App;

/// Reads no cookie and authenticates its client by other means.
const EXEMPT: &str = "/demo-provider/token";

/// Rejects unsafe methods from other origins.
pub async fn cross_origin_guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || request.uri().path() == EXEMPT || is_own(request.headers(), app.config.public_url.as_str()) {
        return next.run(request).await;
    }
    tracing::warn!(event = "malicious_csrf", path = request.uri().path(), "a foreign request was refused");
    AppError::CrossOrigin.into_response()
}

/// Whether the browser sent at least one of these headers, and all it sent identify our own pages.
fn is_own(headers: &HeaderMap, own: &str) -> bool {
    let mut said = false;
    for origin in headers.get_all(ORIGIN) {
        if origin.as_bytes() != own.as_bytes() {
            return false;
        }
        said = true;
    }
    for site in headers.get_all("sec-fetch-site") {
        if !matches!(site.as_bytes(), b"same-origin" | b"none") {
            return false;
        }
        said = true;
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://trainer.example";

    fn asked(headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, http::HeaderValue::from_static(value));
        }
        is_own(&map, OWN)
    }

    #[test]
    fn our_own_pages_are_let_through() {
        assert!(asked(&[("origin", OWN)]));
        assert!(asked(&[("sec-fetch-site", "same-origin")]));
        assert!(asked(&[("sec-fetch-site", "none")]));
        assert!(asked(&[("origin", OWN), ("sec-fetch-site", "same-origin")]));
    }

    #[test]
    fn everything_else_is_refused() {
        for headers in [
            &[][..],
            &[("origin", "null")],
            &[("origin", "")],
            &[("origin", "https://evil.example")],
            &[("origin", "http://trainer.example")],
            &[("origin", "https://trainer.example:444")],
            &[("origin", "https://trainer.example/")],
            &[("origin", "https://trainer.example.evil.test")],
            &[("origin", "https://[")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "")],
            &[("origin", OWN), ("sec-fetch-site", "cross-site")],
            &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
            &[("origin", OWN), ("origin", "https://evil.example")],
        ] {
            assert!(!asked(headers), "{headers:?}");
        }
    }
}
