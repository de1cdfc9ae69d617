//! Serves the browser bundle and the public files from the site directory.

use std::path::Path;

use axum::Router;
use axum::middleware::{self, Next};
use axum::response::Response;
use http::header::CACHE_CONTROL;
use http::{HeaderValue, Request, StatusCode};
use tower_http::services::{ServeDir, ServeFile};

use crate::error::AppError;
use crate::state::App;

/// The content behind a hashed name never changes.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Other names can change: clients revalidate and usually get "not modified".
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
/// Icons and the like.
const HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// `/pkg/…`, and the public files at the top of the site directory.
pub(crate) fn router(site: &Path, hashed: bool) -> Router<App> {
    let bundle = ServeDir::new(site.join("pkg"))
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let caching = if hashed { IMMUTABLE } else { REVALIDATE };
    let mut router = Router::new()
        .nest_service("/pkg", bundle)
        .layer(middleware::from_fn(move |request, next| cached(caching.clone(), request, next)));
    let mut files = Router::new();
    for name in public_files(site) {
        let file = ServeFile::new(site.join(&name)).precompressed_br().precompressed_gzip();
        files = files.route_service(&format!("/{name}"), file);
    }
    router = router.merge(files.layer(middleware::from_fn(|request, next| cached(HOUR, request, next))));
    router
}

async fn cached(value: HeaderValue, request: Request<axum::body::Body>, next: Next) -> Response {
    use axum::response::IntoResponse as _;
    let mut response = next.run(request).await;
    match response.status() {
        StatusCode::NOT_FOUND => return AppError::NotFound.into_response(),
        status if status.is_success() || status == StatusCode::NOT_MODIFIED => {
            response.headers_mut().insert(CACHE_CONTROL, value);
        }
        _ => {}
    }
    response
}

/// Files at the top of the site directory, without the bundle's metadata and compressed copies.
fn public_files(site: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(site) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| {
            let hidden = name.starts_with('.') || name.contains(['{', '}', '*', ':']);
            let derived = [".br", ".gz"].iter().any(|suffix| name.ends_with(suffix));
            !hidden && !derived && name != "bundle.json"
        })
        .collect();
    names.sort();
    names
}
