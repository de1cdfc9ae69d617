//! Security headers for every response, and the nonce of its Content-Security-Policy.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue};
use rand::RngExt as _;

use crate::state::App;

/// Where browsers report what the policy made them refuse; see `routes/csp_reports.rs`.
pub(crate) const CSP_REPORTS: &str = "/csp-reports";

/// What no page of ours uses is switched off, for them and for anything that got into them. Only features that
/// browsers know by these names: for others they complain on the console.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
                           magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// 128 random bits, new for every response.
#[derive(Clone, Default)]
pub(crate) struct Nonce(Arc<str>);

impl Nonce {
    fn new() -> Self {
        let bytes: [u8; 16] = rand::rng().random();
        Self(STANDARD.encode(bytes).into())
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce(…)")
    }
}

/// Sets the security headers. Headers a handler has already set (the OAuth callback's `Referrer-Policy`, the
/// caching of hashed files) are kept.
pub(crate) async fn security_headers(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let nonce = Nonce::new();
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    if let Ok(policy) = HeaderValue::from_str(&policy(&nonce)) {
        set(CONTENT_SECURITY_POLICY, policy);
    }
    set(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    set(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    set(HeaderName::from_static("permissions-policy"), HeaderValue::from_static(PERMISSIONS));
    set(HeaderName::from_static("reporting-endpoints"), HeaderValue::from_static("csp=\"/csp-reports\""));
    set(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    set(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    // Pages, JSON and redirects depend on the session; static files set their own header.
    set(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if app.config.public_url.is_https() {
        // One year, including subdomains unless one of them is known to need http: ASVS 5.0 §3.4.1.
        let value = if app.config.hsts_subdomains {
            "max-age=31536000; includeSubDomains"
        } else {
            "max-age=31536000"
        };
        set(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(value));
    }
    if headers.get(CACHE_CONTROL).is_some_and(|value| value == "no-store") {
        headers.append(VARY, HeaderValue::from_static("cookie"));
    }
    response
}

/// No `unsafe-*`, nothing from other origins. `wasm-unsafe-eval` only allows compiling WebAssembly. Browsers that
/// know `report-to` ignore `report-uri`.
fn policy(nonce: &Nonce) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'; object-src 'none'; report-uri {CSP_REPORTS}; report-to csp"
    )
}
