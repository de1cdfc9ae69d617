//! A small round-robin load balancer, over TLS if asked to: a new connection for every request, and a request that one
//! instance cannot answer is retried on the next if that is allowed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderValue, Method, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::RwLock;

use crate::instances::tls_listener::TlsListener;
use crate::support::browser::client_builder;

/// Where it says that all of its clients are: not at the address of its own connections.
pub(crate) const CLIENTS: &str = "192.0.2.7";

/// Listens until it is dropped.
pub(crate) struct Balancer {
    pub(crate) url: String,
    routes: Arc<Routes>,
    serving: tokio::task::JoinHandle<()>,
}

struct Routes {
    client: reqwest::Client,
    instances: Mutex<Vec<String>>,
    turn: AtomicUsize,
    retried: AtomicUsize,
    /// Held for reading by each request that is under way.
    underway: RwLock<()>,
}

impl Balancer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        Self::on(listener, url, Routes::new())
    }

    /// At `https://localhost`, with a certificate for that name, and over HTTP/2 if a client prefers it.
    pub(crate) async fn start_tls(certificates: &test_servers::Certificates) -> Self {
        let routes = Routes::new();
        let listener = TlsListener::bind(certificates, Some(router(&routes))).await;
        let url = format!("https://localhost:{}", listener.port());
        Self::on(listener, url, routes)
    }

    fn on<L: axum::serve::Listener<Addr: std::fmt::Debug>>(
        listener: L,
        url: String,
        routes: Arc<Routes>,
    ) -> Self {
        let router = router(&routes);
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, routes, serving }
    }

    /// Sends requests to these from now on.
    pub(crate) fn send_to(&self, instances: &[&str]) {
        *self.routes.instances.lock().unwrap() = instances.iter().map(|&url| url.to_owned()).collect();
    }

    /// [`Self::send_to`], and waits for the answers to all requests that may be on their way to another instance.
    pub(crate) async fn send_only_to(&self, instances: &[&str]) {
        self.send_to(instances);
        drop(self.routes.underway.write().await);
    }

    /// How many requests were answered by an instance other than the first choice.
    pub(crate) fn retried(&self) -> usize {
        self.routes.retried.load(Ordering::Relaxed)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Routes {
    fn new() -> Arc<Self> {
        let client = client_builder()
            // A reused connection may just have been closed, and a POST on it cannot be retried.
            .pool_max_idle_per_host(0)
            .build()
            .unwrap();
        Arc::new(Self {
            client,
            instances: Mutex::default(),
            turn: AtomicUsize::new(0),
            retried: AtomicUsize::new(0),
            underway: RwLock::default(),
        })
    }
}

fn router(routes: &Arc<Routes>) -> Router {
    Router::new().fallback(forward).with_state(Arc::clone(routes))
}

async fn forward(State(routes): State<Arc<Routes>>, request: Request) -> Response {
    let _underway = routes.underway.read().await;
    let (mut parts, body) = request.into_parts();
    // As every proxy does, behind whatever the client has written.
    parts.headers.append("x-forwarded-for", HeaderValue::from_static(CLIENTS));
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let instances = routes.instances.lock().unwrap().clone();
    let first = routes.turn.fetch_add(1, Ordering::Relaxed);
    for attempt in 0..instances.len() {
        let instance = &instances[(first + attempt) % instances.len()];
        let answer = routes
            .client
            .request(parts.method.clone(), format!("{instance}{}", parts.uri))
            .headers(parts.headers.clone())
            .body(body.clone())
            .send()
            .await;
        let error = match answer {
            Ok(answer) => match read(answer).await {
                Ok(response) => {
                    routes.retried.fetch_add(usize::from(attempt > 0), Ordering::Relaxed);
                    return response;
                }
                Err(error) => error,
            },
            Err(error) => error,
        };
        // It never reached the instance, or may be repeated.
        let again = error.is_connect() || matches!(parts.method, Method::GET | Method::HEAD);
        if !again {
            return StatusCode::BAD_GATEWAY.into_response();
        }
    }
    // No instance is available, not even for what may be retried: in a rolling restart this never happens.
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

/// Reads the whole response, so that an interrupted one can be retried. A stream of events is passed on as it comes: it has
/// no end to wait for, and its request counts as answered.
async fn read(answer: reqwest::Response) -> reqwest::Result<Response> {
    let (status, headers) = (answer.status(), answer.headers().clone());
    let is_stream =
        headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    let body =
        if is_stream { Body::from_stream(answer.bytes_stream()) } else { Body::from(answer.bytes().await?) };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        response.headers_mut().remove(name);
    }
    Ok(response)
}
