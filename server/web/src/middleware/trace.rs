//! One span and one log line per request, with a request id that appears in the log and in the response.
//!
//! tower-http's `TraceLayer` and `SetRequestIdLayer` would not make this shorter: a line names the matched route and never
//! the URI, whose query may hold an OAuth code, and an id that a client sends along is not taken over.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use connections::HEALTH;
use http::HeaderValue;
use rand::RngExt as _;
use tracing::Instrument as _;

use crate::client_address::client_address;
use crate::middleware::method::is_known;
use crate::state::App;

/// The client's address, taking trusted proxies into account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Identifies the request and its client, and logs the outcome. Query strings are never logged: an OAuth
/// callback carries its code there.
pub(crate) async fn trace(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::from([0, 0, 0, 0]), |info| info.0.ip());
    let address = client_address(peer, request.headers(), app.config.trust_proxy);
    let path = request.extensions().get::<MatchedPath>().map_or("-", |path| path.as_str()).to_owned();
    // Health checks may come without a proxy.
    if !HEALTH.contains(&path.as_str()) {
        app.proxy_check.warn_once(request.headers(), app.config.trust_proxy);
    }
    request.extensions_mut().insert(ClientAddress(address));
    let id = format!("{:016x}", rand::rng().random::<u64>());
    let method = if is_known(request.method()) { request.method().as_str() } else { "-" }.to_owned();
    let span = tracing::info_span!("request", id = %id, method, path, %address);
    let start = Instant::now();
    async move {
        let mut response = next.run(request).await;
        let status = response.status().as_u16();
        let duration_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(status, duration_ms, "answered");
        telemetry::traces::answered(status);
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert("x-request-id", id);
        }
        response
    }
    .instrument(span)
    .await
}
