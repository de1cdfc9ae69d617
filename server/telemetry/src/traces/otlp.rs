//! What sends traces.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use opentelemetry::Key;
use opentelemetry::trace::{SpanKind, Status, TracerProvider as _};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, SpanData, SpanExporter};
use tokio::runtime::Handle;
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

/// The name of a request's span in the log, and what its fields are called in OpenTelemetry's conventions.
const REQUEST: &str = "request";
const FIELDS: [(&str, &str); 3] =
    [("method", "http.request.method"), ("path", "http.route"), ("address", "client.address")];

/// A collector that takes longer is no use to a server that stops.
const LONGEST: Duration = Duration::from_secs(5);

/// Whether spans have attributes to set.
static STARTED: AtomicBool = AtomicBool::new(false);

/// Collects spans, and sends them every few seconds.
#[derive(Debug)]
pub struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
}

pub(super) fn start(endpoint: &str, service: &'static str) -> Result<Traces, String> {
    // An error means that there is one already, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(LONGEST);
    let client = client.build().map_err(|error| error.to_string())?;
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_http_client(Sender { client, runtime: Handle::current() })
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .build()
        .map_err(|error| error.to_string())?;
    // Sampling, limits and batches follow the standard's variables (`OTEL_TRACES_SAMPLER`, `OTEL_BSP_…`). A `traceparent`
    // of a client is not read: strangers would decide what is sampled.
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(AsRequests(exporter))
        .with_resource(resource(service))
        .build();
    STARTED.store(true, Ordering::Relaxed);
    Ok(Traces { tracer: provider.tracer(env!("CARGO_PKG_NAME")), provider })
}

/// What `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` say, with our name where they say none.
fn resource(service: &'static str) -> Resource {
    let found = Resource::builder().build();
    let name = found.get(&Key::from_static_str("service.name")).map(|name| name.to_string());
    if name.is_none_or(|name| name.starts_with("unknown_service")) {
        return Resource::builder().with_service_name(service).build();
    }
    found
}

pub(super) fn answered(status: u16) {
    if !STARTED.load(Ordering::Relaxed) {
        return;
    }
    let span = Span::current();
    span.set_attribute("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.set_status(Status::error(""));
    }
}

impl Traces {
    /// What collects the spans of a subscriber.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'s> LookupSpan<'s> + Send + Sync,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.tracer.clone())
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
    }

    /// Sends what there is, and collects no more.
    pub async fn stop(self) {
        // It waits for a thread, which waits for the runtime.
        let stopped = tokio::task::spawn_blocking(move || self.provider.shutdown_with_timeout(LONGEST)).await;
        if let Ok(Err(error)) = stopped {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// Sends with the client that is here anyway, on the runtime of the server: the library waits in a thread of its own.
#[derive(Debug)]
struct Sender {
    client: reqwest::Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sending = async move {
            let (parts, body) = request.into_parts();
            let request = client.request(parts.method, parts.uri.to_string()).headers(parts.headers);
            let answer = request.body(body).send().await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            let mut response = Response::new(answer.bytes().await?);
            (*response.status_mut(), *response.headers_mut()) = (status, headers);
            Ok::<_, reqwest::Error>(response)
        };
        // To trace that traces are sent would never end.
        let sent = self.runtime.spawn(sending.with_subscriber(NoSubscriber::default()));
        // An address may hold a password.
        Ok(sent.await?.map_err(reqwest::Error::without_url)?)
    }
}

/// Gives the spans of requests the names that OpenTelemetry has for such, when they are sent: in the log ours are shorter.
#[derive(Debug)]
struct AsRequests<E>(E);

impl<E: SpanExporter> SpanExporter for AsRequests<E> {
    fn export(&self, mut batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        batch.iter_mut().filter(|span| span.name == REQUEST).for_each(as_request);
        self.0.export(batch)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

fn as_request(span: &mut SpanData) {
    let value = |name: &str| {
        let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == name)?;
        Some(found.value.to_string())
    };
    let name = format!("{} {}", value("method").unwrap_or_default(), value("path").unwrap_or_default());
    span.name = name.into();
    span.span_kind = SpanKind::Server;
    for attribute in &mut span.attributes {
        if let Some((_, theirs)) = FIELDS.iter().find(|(ours, _)| attribute.key.as_str() == *ours) {
            attribute.key = Key::from_static_str(theirs);
        }
    }
}
