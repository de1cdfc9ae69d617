//! The cross-origin guard: a request that may change something must come from our own pages.
//!
//! A token alone would not protect the login, where there is no session yet. Browsers report the origin of a
//! POST in `Origin` and `Sec-Fetch-Site`, and pages cannot forge them; a client that sends neither is
//! rejected (OWASP CSRF Prevention Cheat Sheet, "block"). `Origin` is compared with `PUBLIC_URL`, never with
//! the `Host` header, which a proxy may rewrite.
//!
//! `Origin: null` says nothing: a browser sends it from our own pages if a proxy adds `Referrer-Policy: no-referrer`
//! (Fetch, "append a request `Origin` header"), and from a sandboxed frame. `Sec-Fetch-Site` tells the two apart,
//! because an opaque origin is cross-site.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{ORIGIN, UPGRADE};
use http::{HeaderMap, HeaderName, Method};

use crate::error::AppError;
use crate::middleware::headers::CSP_REPORTS;
use crate::routes::oauth::CALLBACK;
use crate::state::App;
use telemetry::Short;

/// Read no cookie: reports, which browsers send outside of any page and which only become a log line, and what authenticates
/// its client by other means.
const EXEMPT: &[&str] = &[
    CSP_REPORTS,
    "/demo-provider/token", // slim: demo-provider
];

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Rejects unsafe methods from other origins.
pub(crate) async fn cross_origin_guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let own = app.config.public_url.as_str();
    if is_safe(&request) || is_exempt(&request) || is_own(request.headers(), own) {
        return next.run(request).await;
    }
    let sent = |name| Short::header(request.headers(), name);
    tracing::warn!(
        event = "malicious_csrf",
        path = %Short(request.uri().path()),
        origin = %sent(ORIGIN),
        sec_fetch_site = %sent(SITE),
        expected = own,
        "a foreign request was refused; if it was not foreign, PUBLIC_URL is not the address people type, or a \
         proxy changes these headers"
    );
    AppError::CrossOrigin.into_response()
}

/// Opening a WebSocket is a GET, but what follows may change anything (CWE-1385). Some clients offer `h2c` with every
/// request; this server does not take it up, so nothing follows from it.
fn is_safe(request: &Request) -> bool {
    let upgrades =
        request.headers().get_all(UPGRADE).iter().any(|to| !to.as_bytes().eq_ignore_ascii_case(b"h2c"));
    matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) && !upgrades
}

/// What is meant for others than our own pages reads no cookie: [`EXEMPT`], and the callback by which a provider's own page
/// sends the browser back ([`crate::routes::oauth::form_post`]).
fn is_exempt(request: &Request) -> bool {
    let path = request.uri().path();
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    EXEMPT.contains(&path) || (*request.method() == Method::POST && matched == Some(CALLBACK))
}

/// Whether the browser sent at least one of these headers, and all it sent identify our own pages.
fn is_own(headers: &HeaderMap, own: &str) -> bool {
    let mut said = false;
    let mut null = false;
    for origin in headers.get_all(ORIGIN) {
        match origin.as_bytes() {
            b"null" => null = true,
            origin if origin == own.as_bytes() => said = true,
            _ => return false,
        }
    }
    let mut same_origin = false;
    for site in headers.get_all(SITE) {
        match site.as_bytes() {
            b"same-origin" => same_origin = true,
            // Typed into the address bar or opened by the person, not by a page.
            b"none" => said = true,
            _ => return false,
        }
    }
    if null { same_origin } else { said || same_origin }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::header::ORIGIN;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const OWN: &str = "https://site.example";

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
        assert!(
            asked(&[("origin", "null"), ("sec-fetch-site", "same-origin")]),
            "a proxy hides the referrer"
        );
    }

    #[test]
    fn everything_else_is_refused() {
        for headers in [
            &[][..],
            &[("origin", "null")],
            &[("origin", "null"), ("sec-fetch-site", "none")],
            &[("origin", "null"), ("sec-fetch-site", "same-site")],
            &[("origin", "null"), ("sec-fetch-site", "cross-site")],
            &[("origin", "null"), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
            &[("origin", "null"), ("origin", OWN)],
            &[("origin", "NULL"), ("sec-fetch-site", "same-origin")],
            &[("origin", "")],
            &[("origin", "https://evil.example")],
            &[("origin", "http://site.example")],
            &[("origin", "https://site.example:444")],
            &[("origin", "https://site.example/")],
            &[("origin", "https://site.example.evil.test")],
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

    #[test]
    fn a_change_of_protocol_is_not_safe() {
        let safe = |method: Method, upgrade: &[&str]| {
            let mut request = http::Request::builder().method(method);
            for to in upgrade {
                request = request.header(UPGRADE, *to);
            }
            is_safe(&request.body(Body::empty()).expect("a request"))
        };
        assert!(safe(Method::GET, &[]) && safe(Method::HEAD, &[]) && safe(Method::OPTIONS, &[]));
        assert!(safe(Method::GET, &["h2c"]), "offered by some clients with every request");
        assert!(!safe(Method::GET, &["websocket"]) && !safe(Method::GET, &["h2c", "websocket"]));
        assert!(!safe(Method::GET, &["h2c, websocket"]) && !safe(Method::POST, &[]));
    }

    proptest! {
        #[test]
        fn no_other_origin_is_ours(
            bytes in vec(prop_oneof![b' '..=b'~', 0x80..=0xff_u8], 0..60),
            near in "https?://[a-z.@:/]{0,10}site\\.example[a-z.@:/0-9]{0,6}",
        ) {
            for value in [&bytes[..], near.as_bytes(), format!("{OWN}{near}").as_bytes()] {
                let Ok(value) = http::HeaderValue::from_bytes(value) else { continue };
                prop_assume!(value != OWN);
                let map = HeaderMap::from_iter([(ORIGIN, value)]);
                prop_assert!(!is_own(&map, OWN));
            }
        }
    }
}
