//! Traces: the spans that the log names its lines by, sent to a collector of OpenTelemetry (OTLP over HTTP).
//!
//! Only with the feature `otlp`, which brings a dozen crates: without it nothing is sent, and [`COMPILED`] says so to those
//! who want to warn. What a filter keeps from the log is in no trace either, and what must not be in the log is not in them.

#[cfg(feature = "otlp")]
mod otlp;

#[cfg(feature = "otlp")]
pub use self::otlp::Traces;

/// Whether this program can send traces.
pub const COMPILED: bool = cfg!(feature = "otlp");

/// What sends them. There is none: the feature `otlp` is missing.
#[cfg(not(feature = "otlp"))]
#[derive(Debug)]
pub enum Traces {}

#[cfg(not(feature = "otlp"))]
impl Traces {
    /// See the feature `otlp`.
    pub async fn stop(self) {
        match self {}
    }
}

/// Begins to collect, within a runtime of tokio; [`init`](crate::init) has to be told. `None` without the feature.
///
/// # Errors
/// What is wrong with the address, or with what else the library reads from the environment.
#[cfg_attr(not(feature = "otlp"), expect(unused_variables, reason = "for who has the feature"))]
pub fn start(endpoint: &str, service: &'static str) -> Result<Option<Traces>, String> {
    #[cfg(feature = "otlp")]
    {
        otlp::start(endpoint, service).map(Some)
    }
    #[cfg(not(feature = "otlp"))]
    {
        Ok(None)
    }
}

/// The request of the current span has this answer.
#[cfg_attr(not(feature = "otlp"), expect(unused_variables, reason = "for who has the feature"))]
pub fn answered(status: u16) {
    #[cfg(feature = "otlp")]
    otlp::answered(status);
}
