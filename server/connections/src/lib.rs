//! Accepts connections and bounds what each may take: time for headers, bodies and silence, bytes of headers, and
//! how many there are (ASVS 5.0 §13.2.6, CWE-400, CWE-770).
//!
//! `axum::serve` has no such limits, so this module drives hyper itself. Times and places are limited together: a
//! client that trickles holds its place until its time is up, and when all places are taken, the connection that has
//! been waiting for its client the longest gives way to a new one. So slow clients displace each other and not those
//! who come to be served. If no connection waits, because all are being answered, a few more places remain in which
//! health checks are answered and everything else gets 503.

mod activity;
mod bodies;
mod file_limit;
mod inherited;
mod socket;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse as _, Response};
use http::header::{ACCEPT, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower::{Service, ServiceExt as _};

use self::activity::{Activity, Open};
use self::bodies::{RequestBody, ResponseBody};
pub use self::file_limit::connections_for;
pub use self::inherited::inherited_listener;
use self::socket::Socket;

/// Paths that are answered even when every ordinary place is taken.
pub const HEALTH: [&str; 2] = ["/healthz", "/readyz"];

/// What connections may take. Only tests use other times than the default.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections are served at once.
    pub connections: usize,
    /// How many more are accepted for health checks.
    pub spare: usize,
    /// From the first byte of a request (or the connection) to the end of its headers.
    pub headers: Duration,
    /// From the end of the headers to the end of the body: no form is larger than 64 KiB.
    pub body: Duration,
    /// Between requests. Longer than the minute for which some reverse proxies keep unused connections, so that they
    /// close first and never send a request into a connection that is being closed; others have to be told.
    pub idle: Duration,
    /// How long a client may read nothing of an answer.
    pub stalled: Duration,
    /// How long, when the server stops, a connection waits for the request that has not arrived: its client may have
    /// been the last one to be accepted, and has no reason to expect to be turned away.
    pub arriving: Duration,
    /// How long a closed connection is still read from, so that a client that is busy sending gets the answer and
    /// no reset (RFC 9112 §9.6).
    pub linger: Duration,
    /// Request line and headers in all. Cookies of other applications on the same domain may be many; the largest
    /// headers that browsers and proxies let pass are smaller.
    pub header_bytes: usize,
    /// What all requests together may have sent that are not complete: the memory that clients can hold without being
    /// served. Beyond it the connection that holds the most is closed. (Buffers may be twice as large.)
    pub unfinished_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2000,
            spare: 16,
            headers: Duration::from_secs(10),
            body: Duration::from_secs(30),
            idle: Duration::from_secs(75),
            stalled: Duration::from_secs(30),
            arriving: Duration::from_millis(500),
            linger: Duration::from_secs(1),
            header_bytes: 128 * 1024,
            // Some three hundred of the largest headers; an ordinary request has one kilobyte.
            unfinished_bytes: 32 * 1024 * 1024,
        }
    }
}

/// How often the log says that all places are taken, while they are.
const SAY_AGAIN: Duration = Duration::from_secs(60);

/// How long a new connection waits for the place of the one that gives way to it.
const GIVING_WAY: Duration = Duration::from_millis(200);

/// Serves until `stop` becomes true, then lets requests in progress finish. Dropping the future ends all
/// connections. Each connection has a clone of the application.
pub async fn serve<S>(listener: TcpListener, application: S, limits: Limits, mut stop: watch::Receiver<bool>)
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let places = Places::new(&limits);
    let mut connections = JoinSet::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    accept_failed(&error).await;
                    continue;
                }
            },
            // Only frees what has ended.
            Some(_) = connections.join_next() => continue,
            () = stopped(&mut stop) => break,
        };
        // Dropped, and so closed, if even the spare places are taken.
        let Some(place) = places.take().await else { continue };
        connections.spawn(connection(stream, peer, application.clone(), limits, place, stop.clone()));
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Listens on the address for a moment, in which nobody is served.
///
/// # Errors
/// If it is in use, not of this machine, or not for this user.
pub fn try_address(address: SocketAddr) -> io::Result<()> {
    std::net::TcpListener::bind(address).map(drop)
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, and the server with it.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Some errors belong to the connection that could not be accepted. The others, such as too many open files, last:
/// trying again at once would only keep the processor busy.
async fn accept_failed(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted) {
        tracing::error!(%error, "a connection could not be accepted");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The places for connections, as many as [`Limits`] allows.
struct Places {
    ordinary: Arc<Semaphore>,
    spare: Arc<Semaphore>,
    open: Arc<Open>,
    said_full: Mutex<Option<Instant>>,
}

/// The place of one connection, free again when dropped.
struct Place {
    spare: bool,
    activity: Arc<Activity>,
    open: Arc<Open>,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    fn new(limits: &Limits) -> Self {
        Self {
            ordinary: Arc::new(Semaphore::new(limits.connections)),
            spare: Arc::new(Semaphore::new(limits.spare)),
            open: Arc::new(Open::new(limits.unfinished_bytes)),
            said_full: Mutex::default(),
        }
    }

    async fn take(&self) -> Option<Place> {
        for (spare, places) in [(false, &self.ordinary), (true, &self.spare)] {
            if let Ok(permit) = Arc::clone(places).try_acquire_owned() {
                return Some(self.place(permit, spare));
            }
            self.say_full();
            if self.open.end_longest_waiting(spare) {
                let freed = Arc::clone(places).acquire_owned();
                if let Ok(Ok(permit)) = tokio::time::timeout(GIVING_WAY, freed).await {
                    return Some(self.place(permit, spare));
                }
            }
        }
        None
    }

    /// At most once a minute: the limit is too low, or the server is being attacked.
    fn say_full(&self) {
        let mut said = self.said_full.lock().unwrap_or_else(PoisonError::into_inner);
        if said.is_none_or(|at| at.elapsed() >= SAY_AGAIN) {
            *said = Some(Instant::now());
            drop(said);
            tracing::warn!(
                event = "sys_connections_full",
                "all places for connections are taken (MAX_CONNECTIONS); those that wait for their clients give way"
            );
        }
    }

    fn place(&self, permit: OwnedSemaphorePermit, spare: bool) -> Place {
        let activity = self.open.add(spare);
        Place { spare, activity, open: Arc::clone(&self.open), _permit: permit }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.remove(&self.activity);
    }
}

async fn connection<S>(
    stream: TcpStream,
    peer: SocketAddr,
    application: S,
    limits: Limits,
    place: Place,
    mut stop: watch::Receiver<bool>,
) where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone,
{
    // Answers are written in one piece; waiting for more to send only delays them. Best effort.
    let _ = stream.set_nodelay(true);
    let activity = Arc::clone(&place.activity);
    let of_service = Arc::clone(&activity);
    let spare = place.spare;
    let service = service_fn(move |request: Request<Incoming>| {
        of_service.serving();
        let answer = answer(request, peer, application.clone(), limits, &of_service, spare);
        let activity = Arc::clone(&of_service);
        async move {
            let mut response = answer.await;
            // What the request took is free again; an answer may go on for hours.
            activity.released();
            if spare {
                response.headers_mut().insert(CONNECTION, http::HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response.map(|body| ResponseBody::new(body, activity)))
        }
    });
    let io = TokioIo::new(Socket::new(stream, Arc::clone(&activity), Arc::clone(&place.open)));
    let mut connection = std::pin::pin!(
        http1::Builder::new()
            // This module has its own: hyper's would count idle time between requests as well.
            .header_read_timeout(None::<Duration>)
            .max_header_size(limits.header_bytes)
            .max_buf_size(limits.header_bytes)
            .serve_connection(io, service)
    );
    let mut stopping = std::pin::pin!(async {
        stopped(&mut stop).await;
        activity.arrived(limits.arriving).await;
    });
    let mut told = false;
    loop {
        tokio::select! {
            // An error is that of the client or of the network between; there is nobody to tell.
            _ = connection.as_mut() => return,
            reason = activity.over(&limits) => {
                tracing::debug!(%peer, reason, "a connection was closed");
                return;
            }
            () = &mut stopping, if !told => {
                told = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

fn answer<S>(
    request: Request<Incoming>,
    peer: SocketAddr,
    application: S,
    limits: Limits,
    activity: &Arc<Activity>,
    spare: bool,
) -> impl Future<Output = Response> + use<S>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible>,
{
    let full = spare && !HEALTH.contains(&request.uri().path());
    let html = accepts_html(request.headers());
    let mut request =
        request.map(|body| Body::new(RequestBody::new(body, limits.body, Arc::clone(activity))));
    // Where axum's extractor looks for the address.
    request.extensions_mut().insert(ConnectInfo(peer));
    async move {
        if full {
            return too_many(html);
        }
        match application.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// Whether a person asks (server/CONTRACT.md, "Two kinds of client").
fn accepts_html(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.any(|text| text.to_ascii_lowercase().contains("text/html"))
}

/// Without a page: rendering it would take what is scarce. Programs get the code of a server that is too busy.
fn too_many(html: bool) -> Response {
    let (kind, body) = if html {
        ("text/plain; charset=utf-8", "Too many connections; please try again shortly.\n")
    } else {
        ("application/json", r#"{"error":"busy","fields":{}}"#)
    };
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5"), (CONTENT_TYPE, kind)], body).into_response()
}
