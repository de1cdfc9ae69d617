//! Values that are looked at, rather than counted where something happens.

use std::convert::Infallible;
use std::time::Duration;

use accounts::password::Load;
use metrics::gauge;
use session_rows::{Stats, StoreError};
use telemetry::metrics::Exporter;
use telemetry::process;
use tokio::time::{Instant, sleep};

use crate::state::App;

/// Between two counts of the sessions.
const PAUSE: Duration = Duration::from_secs(30);

/// Databases count by reading an index, which takes longer the more sessions there are. However
/// long it takes, that is at most one part in so many of the time.
const SHARE: u32 = 50;

/// Between two rounds of [`Exporter::run_upkeep`].
const UPKEEP: Duration = Duration::from_secs(5);

/// What has a value from the beginning.
pub(super) fn begin() {
    process::started();
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    gauge!("build_info", "version" => env!("CARGO_PKG_VERSION"), "profile" => profile).set(1.0);
    gauge!("http_requests_in_flight").set(0.0);
    gauge!("session_event_streams").set(0.0);
}

/// What costs nothing to look at.
pub(super) fn observe(app: &App) {
    process::observe();
    let Load { log_in, register, running } = app.accounts.password_load();
    gauge!("password_hashes_waiting", "purpose" => "log_in").set(log_in as f64);
    gauge!("password_hashes_waiting", "purpose" => "register").set(register as f64);
    gauge!("password_hashes_running").set(running as f64);
    gauge!("oauth_exchanges_running").set(app.exchanges.len() as f64);
}

/// Counts the sessions again and again. Not when somebody asks for metrics: several may, and often.
pub(super) async fn count_sessions(app: &App) -> Infallible {
    loop {
        let start = Instant::now();
        show(app.sessions.rows.stats(app.clock.now()).await);
        sleep(PAUSE.max(start.elapsed() * SHARE)).await;
    }
}

/// Counts that are not known any more are not a number: an old value would look like a new one.
fn show(counted: Result<Stats, StoreError>) {
    let (up, [live, signed_in, expired]) = match counted {
        Ok(stats) => (1.0, [stats.live, stats.signed_in, stats.expired].map(|count| count as f64)),
        Err(_) => (0.0, [f64::NAN; 3]),
    };
    gauge!("session_store_up").set(up);
    gauge!("sessions_live").set(live);
    gauge!("sessions_signed_in").set(signed_in);
    gauge!("sessions_expired").set(expired);
}

pub(super) async fn keep_up(exporter: &Exporter) -> Infallible {
    loop {
        sleep(UPKEEP).await;
        exporter.run_upkeep();
    }
}
