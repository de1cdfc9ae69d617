//! A callback by POST (`response_mode=form_post`, OAuth 2.0 Form Post Response Mode §2), as Apple sends it.
//!
//! It comes from the provider's site, so browsers send no `SameSite=Lax` cookie with it. This handler
//! therefore reads no cookie and changes nothing: it sends the browser on to our own callback with GET, for
//! which the cookie is sent. That is why the cross-origin guard lets exactly this POST through.

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::post;
use domain::form::FormFields;
use http::HeaderValue;
use http::header::REFERRER_POLICY;

use super::CALLBACK;
use crate::error::AppError;
use crate::form::{is_urlencoded, read_body};
use crate::respond::see_other;
use crate::state::App;

/// The parameters of an authorization response (RFC 6749 §4.1.2, RFC 9207 §2). Others, such as an ID token
/// or a person's name, have no place in a URL.
const PARAMETERS: [&str; 4] = ["code", "state", "iss", "error"];

/// Room for an ID token and personal data, which some providers send along.
const LARGEST_BODY: usize = 32 * 1024;

/// Of the parameters together, as they stand in the `Location` header.
const LONGEST_QUERY: usize = 8 * 1024;

/// Outside the session layer.
pub(crate) fn router() -> Router<App> {
    Router::new().route(CALLBACK, post(to_own_callback))
}

async fn to_own_callback(
    State(app): State<App>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, AppError> {
    let provider = app.providers.get(&name).ok_or(AppError::NotFound)?;
    if !is_urlencoded(request.headers()) {
        return Err(AppError::UnsupportedMediaType);
    }
    let body = read_body(request.into_body(), LARGEST_BODY).await?;
    let fields = FormFields::from_urlencoded(&body).ok_or(AppError::BadRequest)?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in PARAMETERS {
        // A repeated parameter stays repeated, so that the callback refuses it.
        for value in fields.all(name) {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.len() > LONGEST_QUERY {
        return Err(AppError::TooLarge);
    }
    let mut response = see_other(&format!("/auth/{}/callback?{query}", provider.name()));
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}
