//! The cookie that makes a browser a known device ([`accounts::Device`]). It is no login, only a login sets
//! it, and logging out leaves it.

use accounts::{DEVICE_LIFETIME, Device};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use http::header::{COOKIE, SET_COOKIE};
use sessions::values_of;

use crate::state::App;

/// Outside the session layer: of the two cookies of a login, programs that read one find the session first.
pub(crate) async fn device_cookie(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let secure = app.config.session.settings.cookie.secure;
    let cookies = request.headers().get_all(COOKIE).iter();
    let tokens = cookies.flat_map(|header| values_of(header.as_bytes(), name(secure).as_bytes()));
    let device = Device::presenting(tokens.map(<[u8]>::to_vec).collect());
    request.extensions_mut().insert(device.clone());
    let mut response = next.run(request).await;
    if let Some(cookie) = device.issued().and_then(|token| set(&token, secure)) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Never with a domain, so the prefix needs nothing but https.
fn name(secure: bool) -> &'static str {
    if secure { "__Host-device" } else { "device" }
}

/// `Lax`: it must come along when a provider sends the browser back.
fn set(token: &str, secure: bool) -> Option<HeaderValue> {
    let (name, attribute) = (name(secure), if secure { "; Secure" } else { "" });
    let max_age = DEVICE_LIFETIME.whole_seconds();
    let cookie = format!("{name}={token}; HttpOnly; SameSite=Lax{attribute}; Path=/; Max-Age={max_age}");
    HeaderValue::try_from(cookie).ok()
}
