//! Keeps machines that follow links away from `/auth/…`, where a GET writes: browsers that load pages in
//! advance, crawlers and link previews, pages that embed the address as an image.
//!
//! They would use up what a person has begun (the intent to link) and leave cookies behind. The answer is 503
//! and must not be stored, so that a browser which guessed right asks again when the person clicks.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, USER_AGENT};
use http::{HeaderMap, HeaderValue, StatusCode};
use sessions::quiet::is_prefetch;

/// Outside the session layer: not even the cookie is looked at.
pub(crate) async fn only_clicks(request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/auth/") && !may_be_a_click(request.headers()) {
        let no_store = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        return (StatusCode::SERVICE_UNAVAILABLE, no_store, "Please follow the link yourself.\n")
            .into_response();
    }
    next.run(request).await
}

/// Whether a person may have followed a link. Clients that say nothing about themselves are trusted: this
/// saves rows, and is no protection.
fn may_be_a_click(headers: &HeaderMap) -> bool {
    // Browsers that send it say `document` for what is shown in the address bar, and nothing else is a login.
    let embedded = headers.get_all("sec-fetch-dest").iter().any(|value| value != "document");
    let crawler = headers.get_all(USER_AGENT).iter().any(|value| value.to_str().is_ok_and(is_crawler));
    !embedded && !crawler && !is_prefetch(headers)
}

/// By convention crawlers name a page about themselves (`+https://…`), or say what they are.
fn is_crawler(user_agent: &str) -> bool {
    let mut words = user_agent.split(|letter: char| !letter.is_ascii_alphanumeric());
    user_agent.contains("+http")
        || words.any(|word| {
            let word = word.to_ascii_lowercase();
            // CUBOT makes telephones.
            word != "cubot" && ["bot", "crawler", "spider"].iter().any(|end| word.ends_with(end))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn click(name: &'static str, value: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        may_be_a_click(&headers)
    }

    #[test]
    fn people_are_let_through() {
        assert!(may_be_a_click(&HeaderMap::new()));
        assert!(click("sec-fetch-dest", "document"));
        for agent in [
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile",
            "Mozilla/5.0 (Linux; Android 9; CUBOT_NOTE_S) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0",
            "curl/8.5.0",
        ] {
            assert!(click("user-agent", agent), "{agent}");
        }
    }

    #[test]
    fn machines_are_not() {
        for (name, value) in [
            ("sec-purpose", "prefetch"),
            ("sec-fetch-dest", "image"),
            ("sec-fetch-dest", "iframe"),
            ("sec-fetch-dest", "empty"),
            ("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
            ("user-agent", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"),
            ("user-agent", "Twitterbot/1.0"),
            ("user-agent", "Mozilla/5.0 (compatible; Baiduspider-render/2.0)"),
            ("user-agent", "a crawler"),
        ] {
            assert!(!click(name, value), "{name}: {value}");
        }
    }
}
