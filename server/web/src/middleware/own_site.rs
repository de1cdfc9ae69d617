//! With `SESSION_COOKIE_SAMESITE=strict` a browser that follows a link from another site leaves our cookie out: the person
//! would look signed out. When one of our own pages asks for the same address, the cookie is sent (RFC 6265bis, 5.2).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse as _, Response};
use domain::name::NAME;
use http::{HeaderMap, Method};
use sessions::TypedSession;
use sessions::quiet::is_quiet;
use sessions::settings::SameSite;
use sessions::typed::SessionStatus;

use crate::routes::oauth::CALLBACK;
use crate::state::App;

/// Answers the first request for a page with one that asks for it again. Inside the session layer.
pub(crate) async fn own_site_first(State(app): State<App>, request: Request, next: Next) -> Response {
    match again(&app, &request) {
        Some(url) => refresh(&url),
        None => next.run(request).await,
    }
}

/// The callback looks after itself: a provider may be on our own site, and browsers that say nothing about a request's
/// origin come back from there, too.
fn again(app: &App, request: &Request) -> Option<String> {
    let strict = app.config.session.settings.cookie.same_site == SameSite::Strict;
    if !strict || !is_foreign_click(request.method(), request.headers()) {
        return None;
    }
    let matched = request.extensions().get::<axum::extract::MatchedPath>();
    let without_cookie = request
        .extensions()
        .get::<TypedSession>()
        .is_some_and(|session| session.status() == SessionStatus::None);
    if !without_cookie || matched.is_some_and(|path| path.as_str() == CALLBACK) {
        return None;
    }
    // Absolute, because a path that begins with two slashes would lead to another origin.
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    Some(app.config.public_url.join(path))
}

/// Whether the browser says that somebody came here from another site. What a page of ours asks for afterwards is
/// `same-origin`, so that this happens once.
fn is_foreign_click(method: &Method, headers: &HeaderMap) -> bool {
    let says = |name: &str, value: &str| headers.get_all(name).iter().all(|said| said == value);
    headers.contains_key("sec-fetch-site")
        && says("sec-fetch-site", "cross-site")
        && says("sec-fetch-mode", "navigate")
        && says("sec-fetch-dest", "document")
        && *method == Method::GET
        && !is_quiet(method, headers)
}

/// An empty page that goes on to `url` by itself.
pub(crate) fn refresh(url: &str) -> Response {
    let (url, name) = (escape(url), escape(NAME));
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{name}</title>\
         <meta http-equiv=\"refresh\" content=\"0;url={url}\"></head><body></body></html>"
    );
    Html(page).into_response()
}

/// Text as HTML, in an attribute too.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_text_in_an_attribute() {
        assert_eq!(escape("/a?b=\"><b>&c"), "/a?b=&quot;&gt;&lt;b&gt;&amp;c");
        assert_eq!(escape("&quot;"), "&amp;quot;");
    }
}
