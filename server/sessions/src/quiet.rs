//! Requests that nobody has made on purpose: a browser that loads a page in advance, and `HEAD`. They read
//! the session like any other request, but they are no activity and nothing is written for them.

use http::{HeaderMap, Method};

/// Headers by which browsers announce that they load a page in advance: `Sec-Purpose` (Fetch standard),
/// `Purpose` (older Chromium, Safari), `X-Purpose` (older Safari) and `X-Moz` (Firefox).
const ANNOUNCEMENTS: [&str; 4] = ["sec-purpose", "purpose", "x-purpose", "x-moz"];

/// Whether the request announces itself as a prefetch, a prerender or a preview.
#[must_use]
pub fn is_prefetch(headers: &HeaderMap) -> bool {
    // `Sec-Purpose` is a structured list with parameters: `prefetch;prerender`.
    let says = |value: &[u8]| {
        let mut words = value.split(|byte| !byte.is_ascii_alphabetic());
        words.any(|word| {
            ["prefetch", "prerender", "preview"].iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes()))
        })
    };
    ANNOUNCEMENTS.iter().flat_map(|name| headers.get_all(*name)).any(|value| says(value.as_bytes()))
}

/// Whether nothing may be written for the request.
#[must_use]
pub fn is_quiet(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::HEAD || (*method == Method::GET && is_prefetch(headers))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, http::HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn every_browsers_announcement_is_understood() {
        for (name, value) in [
            ("sec-purpose", "prefetch"),
            ("sec-purpose", "prefetch;prerender"),
            ("sec-purpose", "prefetch; anonymous-client-ip"),
            ("purpose", "Prefetch"),
            ("x-purpose", "preview"),
            ("x-moz", "prefetch"),
        ] {
            assert!(is_prefetch(&with(name, value)), "{name}: {value}");
        }
        for (name, value) in [("sec-purpose", ""), ("purpose", "prefetched"), ("x-other", "prefetch")] {
            assert!(!is_prefetch(&with(name, value)), "{name}: {value}");
        }
    }

    #[test]
    fn a_form_is_sent_on_purpose() {
        let headers = with("sec-purpose", "prefetch");
        assert!(is_quiet(&Method::GET, &headers) && is_quiet(&Method::HEAD, &HeaderMap::new()));
        assert!(!is_quiet(&Method::POST, &headers) && !is_quiet(&Method::GET, &HeaderMap::new()));
    }
}
