//! Refuses methods that no route has, before anything else looks at the request: TRACE would echo it, CONNECT is for
//! proxies, and the name of an unknown method is text of the client's choice.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::ALLOW;
use http::{HeaderValue, Method};

use crate::error::AppError;

/// Answers 405 (RFC 9110 §15.5.6) for all but the methods of HTML forms and scripts. Not 501: every 5xx of this
/// server is an outage.
pub(crate) async fn known_methods(request: Request, next: Next) -> Response {
    if is_known(request.method()) {
        return next.run(request).await;
    }
    let mut response = AppError::MethodNotAllowed.into_response();
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    response
}

/// For log lines: unknown methods have no name of their own there.
#[must_use]
pub(crate) fn is_known(method: &Method) -> bool {
    matches!(
        *method,
        Method::GET
            | Method::HEAD
            | Method::POST
            | Method::PUT
            | Method::PATCH
            | Method::DELETE
            | Method::OPTIONS
    )
}
