//! Counts requests, for `/metrics`. Not in [`trace`](super::trace), because this layer exists only where `ADMIN_ADDR`
//! is set.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use metrics::{Gauge, counter, gauge, histogram};

use crate::middleware::method::is_known;

/// The label of all requests that no route matches. Their paths are text of the client's choice.
const NO_ROUTE: &str = "none";

pub(crate) async fn measure(request: Request, next: Next) -> Response {
    let mut pending = Pending::new(&request);
    let response = next.run(request).await;
    pending.status = class(response.status());
    response
}

/// Counts as one in a gauge for as long as it exists.
pub(crate) struct One(Gauge);

impl One {
    pub(crate) fn in_gauge(gauge: Gauge) -> Self {
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for One {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

/// Counted when it is dropped, which it also is if the client goes away.
struct Pending {
    method: String,
    route: String,
    status: &'static str,
    start: Instant,
    _in_flight: One,
}

impl Pending {
    fn new(request: &Request) -> Self {
        let method = request.method();
        let route = request.extensions().get::<MatchedPath>().map_or(NO_ROUTE, MatchedPath::as_str);
        Self {
            method: if is_known(method) { method.as_str() } else { "other" }.to_owned(),
            route: route.to_owned(),
            status: "gone",
            start: Instant::now(),
            _in_flight: One::in_gauge(gauge!("http_requests_in_flight")),
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let (method, route) = (std::mem::take(&mut self.method), std::mem::take(&mut self.route));
        histogram!("http_request_duration_seconds", "route" => route.clone()).record(self.start.elapsed());
        counter!("http_requests_total", "method" => method, "route" => route, "status" => self.status)
            .increment(1);
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}
