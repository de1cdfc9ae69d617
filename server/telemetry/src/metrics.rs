//! Where counts are kept, and the text that Prometheus reads.
//!
//! Packages count by the facade `metrics` (`counter!("logins_total", …)`) as they log by the facade `tracing`: they do
//! not know who listens, and as long as [`Exporter::install`] was not called nobody does and nothing is kept. What
//! there is to count is not known here either: the server has a table of it.

use std::sync::OnceLock;

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// A metric that exists in this process.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// By the conventions of Prometheus: in base units, which the name ends with, and counters with `_total`.
    pub name: &'static str,
    pub kind: Kind,
    /// The names of its labels. Their values come from the program and its configuration, never from a client.
    pub labels: &'static [&'static str],
    /// One sentence.
    pub meaning: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Only grows, until the process ends.
    Counter,
    Gauge,
    /// With the upper bounds of its buckets.
    Histogram(&'static [f64]),
}

impl Kind {
    /// The word in the text format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram(_) => "histogram",
        }
    }
}

/// The process has one, as it has one log.
static INSTALLED: OnceLock<PrometheusHandle> = OnceLock::new();

/// Keeps what is counted in this process.
#[derive(Clone)]
pub struct Exporter(PrometheusHandle);

impl std::fmt::Debug for Exporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Exporter")
    }
}

impl Exporter {
    /// The media type of [`Self::render`], which is version 0.0.4 of the text format.
    pub const CONTENT_TYPE: &'static str = "text/plain; version=0.0.4; charset=utf-8";

    /// From now on what is counted is kept. Several servers in one process (tests) share one exporter.
    #[must_use]
    pub fn install(metrics: &[Metric]) -> Self {
        let handle = INSTALLED.get_or_init(|| {
            let recorder = with_buckets(metrics).build_recorder();
            let handle = recorder.handle();
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::error!("something else keeps the metrics of this process: ours are empty");
            }
            metrics.iter().for_each(describe);
            handle
        });
        Self(handle.clone())
    }

    /// All metrics that have a value.
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Sorts new observations into the buckets of their histograms. [`Self::render`] does so too; where nobody asks for
    /// that, they would fill the memory.
    pub fn run_upkeep(&self) {
        self.0.run_upkeep();
    }
}

fn with_buckets(metrics: &[Metric]) -> PrometheusBuilder {
    metrics.iter().fold(PrometheusBuilder::new(), |builder, metric| match metric.kind {
        Kind::Counter | Kind::Gauge => builder,
        Kind::Histogram(buckets) =>
        {
            #[expect(clippy::expect_used, reason = "fails without buckets only, which are constants")]
            builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), buckets).expect(metric.name)
        }
    })
}

fn describe(metric: &Metric) {
    let unit = if metric.name.contains("_seconds") { Unit::Seconds } else { Unit::Count };
    match metric.kind {
        Kind::Counter => describe_counter!(metric.name, unit, metric.meaning),
        Kind::Gauge => describe_gauge!(metric.name, unit, metric.meaning),
        Kind::Histogram(_) => describe_histogram!(metric.name, unit, metric.meaning),
    }
}
