//! Leaves answers uncompressed that may contain text of an attacker's choice.
//!
//! The length of a compressed page tells whether a guess in it equals something secret next to it (BREACH, CVE-2013-3587).
//! CSRF tokens are masked anew for every page, but a page also has an e-mail address, names and handles. Another site
//! can bring its text into a page of ours only by the query of a GET, which becomes a hidden field or a notice:
//! posts from elsewhere are refused, and no page shows its path. So what answers a query is sent as it is; that is
//! a few kilobytes. Files are compressed beforehand and contain nothing secret.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{Extensions, HeaderMap, StatusCode, Version};

/// Marks a response that is not to be compressed.
#[derive(Debug, Clone, Copy)]
struct AnswersQuery;

pub(crate) async fn mark_reflections(request: Request, next: Next) -> Response {
    let reflects = request.uri().query().is_some_and(|query| !query.is_empty());
    let mut response = next.run(request).await;
    if reflects {
        response.extensions_mut().insert(AnswersQuery);
    }
    response
}

/// For the compression layer, outside of [`mark_reflections`].
pub(crate) fn may_be_compressed(_: StatusCode, _: Version, _: &HeaderMap, extensions: &Extensions) -> bool {
    extensions.get::<AnswersQuery>().is_none()
}
