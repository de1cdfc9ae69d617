//! Every metric there is, and what it means. From here come the help lines of `/metrics`; a test compares the table in
//! `server/README.md`, another one what a running server shows.

use telemetry::metrics::Kind::{Counter, Gauge, Histogram};
use telemetry::metrics::{Kind, Metric};
use telemetry::process;

/// From a file out of memory to a page that waited for a store until its time was up.
const REQUEST: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// From a read in the process to a store that does not answer.
const STORE: &[f64] = &[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0];
/// Some 20 ms on an idle machine.
const HASH: &[f64] = &[0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5];

/// Those of the server, and those of any process.
pub(super) fn all() -> Vec<Metric> {
    METRICS.iter().chain(&process::METRICS).copied().collect()
}

const fn metric(
    name: &'static str,
    kind: Kind,
    labels: &'static [&'static str],
    meaning: &'static str,
) -> Metric {
    Metric { name, kind, labels, meaning }
}

const METRICS: [Metric; 26] = [
    metric(
        "http_requests_total",
        Counter,
        &["method", "route", "status"],
        "Requests answered, by route pattern and class of status; `gone` if the client left before.",
    ),
    metric(
        "http_request_duration_seconds",
        Histogram(REQUEST),
        &["route"],
        "From the end of a request's headers to the beginning of the answer.",
    ),
    metric("http_requests_in_flight", Gauge, &[], "Requests whose answer has not begun."),
    metric("session_event_streams", Gauge, &[], "Open pages that wait for the end of their session."),
    metric(
        "sessions_live",
        Gauge,
        &[],
        "Live sessions in the store, counted every 30 s or less often; the same on every instance.",
    ),
    metric("sessions_signed_in", Gauge, &[], "Those of them that are signed in."),
    metric("sessions_expired", Gauge, &[], "Expired sessions that are still in the store."),
    metric(
        "session_store_up",
        Gauge,
        &[],
        "Whether they could be counted; at 0 the three counts are not a number.",
    ),
    metric("session_cleanup_removed_total", Counter, &[], "Expired sessions that this instance removed."),
    metric("session_cleanup_failures_total", Counter, &[], "Clean-ups that failed."),
    metric(
        "session_cleanup_last_success_timestamp_seconds",
        Gauge,
        &[],
        "When a clean-up last succeeded, in seconds since 1970; absent before the first.",
    ),
    metric(
        "store_operation_duration_seconds",
        Histogram(STORE),
        &["store", "kind", "operation"],
        "Time of an operation of the session store or the database, waiting for a connection included.",
    ),
    metric(
        "store_operation_errors_total",
        Counter,
        &["store", "kind", "operation", "error"],
        "Operations that failed: `busy` (no free connection), `timeout`, `unreachable`, `full`, `misconfigured`, `data`, `contended`.",
    ),
    metric(
        "logins_total",
        Counter,
        &["way", "outcome"],
        "Logins by password or provider; with a provider, from the moment it has said who the person is.",
    ),
    metric("registrations_total", Counter, &["outcome"], "Accounts made with a password, or refused."),
    metric("password_checks_total", Counter, &["outcome"], "Passwords asked for again on `/account`."),
    metric("oauth_starts_total", Counter, &["provider", "outcome"], "Visitors sent to a provider."),
    metric(
        "oauth_callbacks_total",
        Counter,
        &["provider", "outcome"],
        "Visitors who came back: `confirmed`, `denied` (by the person), `failed`, `unavailable` (the provider), \
         `expired` (an unknown or used state), `refused` (too many), `repeated` (the same again).",
    ),
    metric("oauth_exchanges_running", Gauge, &[], "Callbacks that wait for their provider."),
    metric(
        "throttled_total",
        Counter,
        &["rule"],
        // slim: demo-provider
        "Requests over a limit: `login`, `login_slow_down`, `registration`, `anonymous_session`, `oauth_exchange`, \
         `demo_code`.",
        // slim: instead
        // "Requests over a limit: `login`, `login_slow_down`, `registration`, `anonymous_session`, `oauth_exchange`.",
        // slim: end
    ),
    metric(
        "suspicious_activity_total",
        Counter,
        &["sign"],
        "Signs that somebody else is at work, once for a session: `used_elsewhere` (another network and browser than at \
         the login), `many_failures` (an account is guessed at from many addresses), `state_refused` (an OAuth state that \
         is unknown or used, each time).",
    ),
    metric("password_hash_duration_seconds", Histogram(HASH), &[], "Time to hash or check a password."),
    metric("password_hashes_running", Gauge, &[], "Passwords that are being hashed or checked."),
    metric("password_hashes_waiting", Gauge, &["purpose"], "Those that wait for their turn."),
    metric("log_events_total", Counter, &["event"], "Log lines with a name, most of them security events."),
    metric("build_info", Gauge, &["version", "profile"], "Always 1."),
];
