//! A small round-robin load balancer: a new connection for every request, and a request that one instance
//! cannot answer is retried on the next if that is allowed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{Method, StatusCode};

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
}

impl Balancer {
    pub(crate) async fn start() -> Self {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // A reused connection may just have been closed, and a POST on it cannot be retried.
            .pool_max_idle_per_host(0)
            .build()
            .unwrap();
        let routes = Arc::new(Routes {
            client,
            instances: Mutex::default(),
            turn: AtomicUsize::new(0),
            retried: AtomicUsize::new(0),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(forward).with_state(Arc::clone(&routes));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, routes, serving }
    }

    /// Sends requests to these from now on.
    pub(crate) fn send_to(&self, instances: &[&str]) {
        *self.routes.instances.lock().unwrap() = instances.iter().map(|&url| url.to_owned()).collect();
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

async fn forward(State(routes): State<Arc<Routes>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
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

/// Reads the whole response, so that an interrupted one can be retried.
async fn read(answer: reqwest::Response) -> reqwest::Result<Response> {
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut response = Response::new(Body::from(answer.bytes().await?));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        response.headers_mut().remove(name);
    }
    Ok(response)
}
