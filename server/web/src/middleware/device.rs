//! The cookie that makes a browser a known device ([`accounts::Device`]). It does not log anyone in; only a
//! login sets it, and it survives logging out.

use accounts::{DEVICE_LIFETIME, Device};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use http::header::{COOKIE, SET_COOKIE};
use sessions::values_of;

use crate::state::App;

/// Runs outside the session layer, so that of the two cookies which a login sets, the session's comes first:
/// some programs read only one.
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

/// The cookie never has a domain and its path is `/`, so the prefix requires nothing more than HTTPS.
fn name(secure: bool) -> &'static str {
    if secure { "__Host-device" } else { "device" }
}

/// `Lax`: the cookie must be sent when a provider redirects the browser back.
fn set(token: &str, secure: bool) -> Option<HeaderValue> {
    let (name, attribute) = (name(secure), if secure { "; Secure" } else { "" });
    let max_age = DEVICE_LIFETIME.whole_seconds();
    let cookie = format!("{name}={token}; HttpOnly; SameSite=Lax{attribute}; Path=/; Max-Age={max_age}");
    HeaderValue::try_from(cookie).ok()
}
