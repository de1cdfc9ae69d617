//! A page's path with a slash at its end leads to the page.

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::header::LOCATION;
use http::{HeaderValue, Method, StatusCode};

use crate::error::AppError;

/// The answer to a path that no route has: 308 to the page it means, or 404. Only known pages are redirected to, so
/// that a path like `//evil/` never becomes a location, which browsers would read as another host.
pub(crate) fn redirect(pages: &[&str], request: &Request) -> Response {
    let uri = request.uri();
    let readable = matches!(*request.method(), Method::GET | Method::HEAD);
    let Some(page) = page(pages, uri.path()).filter(|_| readable) else {
        return AppError::NotFound.into_response();
    };
    let location = match uri.query() {
        Some(query) => format!("{page}?{query}"),
        None => page.to_owned(),
    };
    match HeaderValue::from_str(&location) {
        Ok(location) => (StatusCode::PERMANENT_REDIRECT, [(LOCATION, location)]).into_response(),
        Err(_) => AppError::NotFound.into_response(),
    }
}

/// The path without the slashes at its end, if that is a page.
fn page<'a>(pages: &[&str], path: &'a str) -> Option<&'a str> {
    let page = path.trim_end_matches('/');
    (page.len() < path.len() && pages.iter().any(|pattern| matches(pattern, page))).then_some(page)
}

/// Whether a route with this pattern would answer the path. Its parameters have the form `/{name}/` here.
fn matches(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut segments) = (pattern.split('/'), path.split('/'));
    loop {
        match (patterns.next(), segments.next()) {
            (None, None) => return true,
            (Some(pattern), Some(segment)) if pattern == segment => {}
            (Some(pattern), Some(segment)) if pattern.starts_with('{') && !segment.is_empty() => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGES: [&str; 4] = ["/", "/login", "/auth/{provider}", "/auth/{provider}/callback"];

    #[test]
    fn a_slash_at_the_end_leads_to_the_page() {
        for (path, to) in [
            ("/login/", "/login"),
            ("/login//", "/login"),
            ("/auth/acme/", "/auth/acme"),
            ("/auth/acme/callback/", "/auth/acme/callback"),
        ] {
            assert_eq!(page(&PAGES, path), Some(to));
        }
    }

    #[test]
    fn nothing_else_is_led_anywhere() {
        for path in [
            "/login",
            "/",
            "//",
            "///",
            "//evil/",
            "//evil.example/",
            "//login/",
            "/\\evil/",
            "/\\/",
            "/%2fevil/",
            "/evil/",
            "/auth//",
            "/auth//callback/",
            "/auth/",
            "/login/x/",
            "",
        ] {
            assert_eq!(page(&PAGES, path), None, "{path}");
        }
    }
}
