//! The second listener (`ADMIN_ADDR`), for those who operate the server: `/metrics` and `/healthz`.
//!
//! The public router has no such route: what is told here is for nobody else. There is no login either. Who may connect
//! is decided by the address, which a loopback interface or a private network keeps to itself.

mod gauges;
mod table;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use connections::Limits;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use telemetry::metrics::Exporter;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::routes::health;
use crate::state::App;

/// Enough for a few programs that ask now and then.
pub(crate) const CONNECTIONS: usize = 32;

/// Bound, but not serving yet.
#[derive(Debug)]
pub(crate) struct Admin {
    listener: TcpListener,
    addr: SocketAddr,
    exporter: Exporter,
}

impl Admin {
    /// From now on what is counted is kept.
    pub(crate) fn new((listener, addr): (TcpListener, SocketAddr)) -> Self {
        let exporter = Exporter::install(&table::all());
        gauges::begin();
        Self { listener, addr, exporter }
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Serves until `stop` becomes true.
    pub(crate) async fn serve(self, app: App, stop: watch::Receiver<bool>) {
        let limits = Limits { connections: CONNECTIONS, ..Limits::default() };
        let exporter = self.exporter.clone();
        let router = router(self.exporter, App::clone(&app));
        tokio::select! {
            () = connections::serve(self.listener, router, limits, stop) => {}
            never = gauges::count_sessions(&app) => match never {},
            never = gauges::keep_up(&exporter) => match never {},
        }
    }
}

fn router(exporter: Exporter, app: App) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(health::live))
        .with_state((exporter, app))
}

/// `GET /metrics`, in the text format of Prometheus.
async fn metrics(State((exporter, app)): State<(Exporter, App)>) -> impl IntoResponse {
    gauges::observe(&app);
    let headers = [
        (CONTENT_TYPE, Exporter::CONTENT_TYPE),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, exporter.render())
}
