//! Serves the browser bundle and the public files, from memory.

use axum::Router;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Request, StatusCode};
use tower_http::services::ServeDir;

use crate::error::AppError;
use crate::site::Site;
use crate::state::App;

/// The content behind a hashed name never changes.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Other names can change: clients revalidate and usually get "not modified".
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
/// Icons and the like.
const HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// `/pkg/…`, `/fonts/…`, and the public files at the top of the site directory.
pub(crate) fn router(site: &Site, hashed: bool) -> Router<App> {
    let service = ServeDir::with_backend("", site.clone())
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let caching = if hashed { IMMUTABLE } else { REVALIDATE };
    let router = Router::new()
        .route_service("/pkg/{*file}", service.clone())
        .layer(middleware::from_fn(move |request, next| cached(caching.clone(), request, next)));
    // A font has the hash of its content in its name in any bundle.
    let fonts = Router::new()
        .route_service("/fonts/{*file}", service.clone())
        .layer(middleware::from_fn(|request, next| cached(IMMUTABLE, request, next)));
    let mut files = Router::new();
    for name in site.top().into_iter().filter(|name| is_public(name)) {
        files = files.route_service(&format!("/{name}"), service.clone());
    }
    router.merge(fonts).merge(files.layer(middleware::from_fn(|request, next| cached(HOUR, request, next))))
}

/// What is not there gets no time of its own, and so `no-store`: during a deployment another instance may have it.
async fn cached(value: HeaderValue, request: Request<axum::body::Body>, next: Next) -> Response {
    let mut response = next.run(request).await;
    match response.status() {
        StatusCode::NOT_FOUND => return AppError::NotFound.into_response(),
        status if status.is_success() || status == StatusCode::NOT_MODIFIED => {
            let headers = response.headers_mut();
            headers.insert(CACHE_CONTROL, value);
            if let Some(kind) = headers.get(CONTENT_TYPE).and_then(in_utf8) {
                headers.insert(CONTENT_TYPE, kind);
            }
        }
        _ => {}
    }
    response
}

/// All files of ours are in UTF-8, and `ServeDir` knows types alone. Without the encoding a browser may guess another one
/// (ASVS 5.0 §4.1.1). `None` for what is no text.
fn in_utf8(kind: &HeaderValue) -> Option<HeaderValue> {
    let kind = kind.to_str().ok().filter(|kind| kind.starts_with("text/") || kind.ends_with("+xml"))?;
    HeaderValue::try_from(format!("{kind}; charset=utf-8")).ok()
}

/// Neither the bundle's metadata nor compressed copies.
fn is_public(name: &str) -> bool {
    let hidden = name.starts_with('.') || name.contains(['{', '}', '*', ':']);
    let derived = [".br", ".gz"].iter().any(|suffix| name.ends_with(suffix));
    !hidden && !derived && name != "bundle.json"
}
