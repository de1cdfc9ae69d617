//! Raw clients against a small router.

mod proxied;
mod stopping;
mod unfinished;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use axum::routing::{get, post};
use bytes::Bytes;
use futures::StreamExt as _;
use http::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

use super::{Limits, serve, try_address};

/// Long enough for anything on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
const NEVER: Duration = Duration::from_secs(600);

/// Nothing ends within a test, unless it shortens a limit.
const LIMITS: Limits = Limits {
    connections: 100,
    spare: 2,
    headers: NEVER,
    body: NEVER,
    idle: NEVER,
    stalled: NEVER,
    arriving: NEVER,
    linger: Duration::from_millis(200),
    header_bytes: 128 * 1024,
    unfinished_bytes: 32 * 1024 * 1024,
};

const SOON: Duration = Duration::from_millis(150);

/// What holds where nothing is said. A larger value is a decision, with what it costs in `server/AVAILABILITY.md`.
#[test]
fn the_limits_of_production_are_these() {
    let Limits {
        connections,
        spare,
        headers,
        body,
        idle,
        stalled,
        arriving,
        linger,
        header_bytes,
        unfinished_bytes,
    } = Limits::default();
    assert_eq!((connections, spare), (2000, 16));
    assert_eq!((header_bytes, unfinished_bytes), (128 * 1024, 32 * 1024 * 1024));
    assert_eq!([headers, body, idle, stalled, linger].map(|limit| limit.as_secs()), [10, 30, 75, 30, 1]);
    assert_eq!(arriving.as_millis(), 500);
}

struct Running {
    addr: SocketAddr,
    /// Lets every request to `/wait` and the stream go on.
    go_on: Arc<Notify>,
    /// A request to `/wait` has arrived.
    waiting: Arc<Notify>,
    /// An answer was given up.
    given_up: Arc<Notify>,
    stop: watch::Sender<bool>,
    serving: tokio::task::JoinHandle<()>,
}

struct Told(Arc<Notify>);

impl Drop for Told {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

async fn start(limits: Limits) -> Running {
    let (go_on, waiting, given_up) =
        (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Notify::new()));
    let wait = {
        let (go_on, waiting) = (Arc::clone(&go_on), Arc::clone(&waiting));
        move || async move {
            let gone_on = go_on.notified();
            waiting.notify_one();
            gone_on.await;
            "waited"
        }
    };
    let stream = {
        let go_on = Arc::clone(&go_on);
        move || async move {
            let later = futures::stream::once(async move {
                go_on.notified().await;
                Ok::<_, std::io::Error>(Bytes::from_static(b"later"))
            });
            let first = futures::stream::iter([Ok(Bytes::from_static(b"first"))]);
            Response::new(Body::from_stream(first.chain(later)))
        }
    };
    let endless = {
        let given_up = Arc::clone(&given_up);
        move || async move {
            let told = Told(given_up);
            Response::new(Body::from_stream(futures::stream::repeat_with(move || {
                let _ = &told;
                Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 64 * 1024]))
            })))
        }
    };
    let router = Router::new()
        .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }))
        .route("/healthz", get(|| async { "healthy" }))
        .route("/length", post(length))
        .route("/wait", get(wait))
        .route("/stream", get(stream))
        .route("/endless", get(endless));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(serve(listener, router, limits, stopped));
    Running { addr, go_on, waiting, given_up, stop, serving }
}

async fn length(request: Request) -> (StatusCode, String) {
    match to_bytes(request.into_body(), usize::MAX).await {
        Ok(body) => (StatusCode::OK, body.len().to_string()),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()),
    }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.addr).await.expect("connected")
    }

    async fn sent(&self, bytes: impl AsRef<[u8]>) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_ref()).await.expect("written");
        stream
    }

    /// A whole exchange on a connection of its own.
    async fn get(&self, path: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        rest(&mut self.sent(request).await).await
    }
}

/// Everything until the server closes the connection. A reset is no proper end.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
    read.expect("the server ends it in time").expect("not reset");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// One answer on a connection that stays open.
async fn answer(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let mut buffer = [0; 1024];
        let read = tokio::time::timeout(PATIENCE, stream.read(&mut buffer)).await;
        let read = read.expect("in time").expect("not reset");
        assert_ne!(read, 0, "closed after {text}");
        text += &String::from_utf8_lossy(&buffer[..read]);
    }
    text
}

const GET: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/// Sends a byte now and then until the server has closed the connection.
async fn trickle(mut stream: TcpStream) {
    let start = Instant::now();
    while stream.write_all(b"x").await.is_ok() {
        assert!(start.elapsed() < PATIENCE, "it may go on for ever");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_is_served_need_not_be_a_router() {
    let service = tower::service_fn(|request: Request| async move {
        Ok::<_, Infallible>(Response::new(Body::from(request.uri().path().to_owned())))
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    let (_stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(serve(listener, service, LIMITS, stopped));
    let mut stream = TcpStream::connect(addr).await.expect("connected");
    stream.write_all(b"GET /here HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.expect("written");
    assert!(rest(&mut stream).await.ends_with("\r\n\r\n/here"));
    serving.abort();
}

#[tokio::test]
async fn headers_that_trickle_end_the_connection() {
    let server = start(Limits { headers: SOON, ..LIMITS }).await;
    trickle(server.sent("GET / HTTP/1.1\r\nCookie: ").await).await;
    assert_eq!(rest(&mut server.connect().await).await, "", "who says nothing is not waited for either");
    // On a connection that has been used before, too.
    let mut used = server.sent(GET).await;
    answer(&mut used, "127.0.0.1").await;
    used.write_all(b"GET /").await.expect("written");
    trickle(used).await;
}

#[tokio::test]
async fn a_kept_connection_may_be_silent_for_longer_than_headers_may_take() {
    let server = start(Limits { headers: SOON, ..LIMITS }).await;
    let mut kept = server.sent(GET).await;
    answer(&mut kept, "127.0.0.1").await;
    rest(&mut server.connect().await).await;
    kept.write_all(GET.as_bytes()).await.expect("still open");
    answer(&mut kept, "127.0.0.1").await;
}

#[tokio::test]
async fn idle_connections_end() {
    let server = start(Limits { idle: SOON, ..LIMITS }).await;
    let mut idle = server.sent(GET).await;
    assert!(rest(&mut idle).await.ends_with("127.0.0.1"));
}

#[tokio::test]
async fn a_body_that_trickles_is_given_up() {
    let server = start(Limits { body: SOON, ..LIMITS }).await;
    let mut slow = server.sent("POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc").await;
    let text = rest(&mut slow).await;
    assert!(text.starts_with("HTTP/1.1 400") && text.ends_with("did not arrive in time"), "{text}");
    let quick = "POST /length HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc";
    assert!(rest(&mut server.sent(quick).await).await.ends_with("\r\n3"));
}

#[tokio::test]
async fn who_reads_nothing_of_an_answer_is_given_up() {
    let server = start(Limits { stalled: SOON, ..LIMITS }).await;
    let _silent = server.sent("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n").await;
    tokio::time::timeout(PATIENCE, server.given_up.notified()).await.expect("given up");
}

#[tokio::test]
async fn a_stream_that_is_silent_outlives_every_limit() {
    let server = start(Limits { headers: SOON, body: SOON, idle: SOON, stalled: SOON, ..LIMITS }).await;
    let mut stream = server.sent("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n").await;
    answer(&mut stream, "first\r\n").await;
    // Others reach their limits one after the other in the meantime.
    rest(&mut server.connect().await).await;
    rest(&mut server.sent(GET).await).await;
    server.go_on.notify_waiters();
    answer(&mut stream, "later\r\n0\r\n\r\n").await;
}

#[tokio::test]
async fn many_cookies_are_let_through_and_too_many_get_one_431() {
    let server = start(LIMITS).await;
    let request = |bytes: usize| {
        let cookies = "c=0123456789abcdef; ".repeat(bytes / 20);
        format!("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {cookies}\r\n\r\n")
    };
    for bytes in [64_000, 120_000] {
        let text = rest(&mut server.sent(request(bytes)).await).await;
        assert!(text.starts_with("HTTP/1.1 200"), "{bytes}: {text}");
    }
    for bytes in [140_000, 390_000, 1_000_000] {
        let mut stream = server.connect().await;
        // The server may close it before all is sent, but must not reset it.
        let _ = stream.write_all(request(bytes).as_bytes()).await;
        let text = rest(&mut stream).await;
        assert!(text.starts_with("HTTP/1.1 431"), "{bytes}: {text}");
        assert_eq!(text.matches("HTTP/1.1").count(), 1, "{text}");
    }
}

#[tokio::test]
async fn who_waits_the_longest_gives_way_to_newcomers() {
    let server = start(Limits { connections: 4, ..LIMITS }).await;
    let mut slow = Vec::new();
    for _ in 0..4 {
        slow.push(server.sent("GET / HTTP/1.1\r\nCookie: ").await);
    }
    for _ in 0..20 {
        assert!(server.get("/").await.ends_with("127.0.0.1"));
    }
    assert_eq!(rest(&mut slow[0]).await, "", "the first of them is gone");
}

#[tokio::test]
async fn slow_bodies_give_way_too() {
    let server = start(Limits { connections: 4, ..LIMITS }).await;
    let mut slow = Vec::new();
    for _ in 0..4 {
        slow.push(server.sent("POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc").await);
    }
    for _ in 0..20 {
        assert!(server.get("/").await.ends_with("127.0.0.1"));
    }
}

#[tokio::test]
async fn when_every_place_is_being_served_health_checks_still_are() {
    let server = start(Limits { connections: 3, ..LIMITS }).await;
    let mut served = Vec::new();
    for _ in 0..3 {
        served.push(server.sent("GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await);
        tokio::time::timeout(PATIENCE, server.waiting.notified()).await.expect("it arrives");
    }
    assert!(server.get("/healthz").await.ends_with("healthy"));
    let refused = server.get("/").await;
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("retry-after: 5"), "{refused}");
    assert!(refused.ends_with(r#"{"error":"busy","fields":{}}"#), "{refused}");
    server.go_on.notify_waiters();
    for stream in &mut served {
        assert!(rest(stream).await.ends_with("waited"), "nobody lost an answer");
    }
    assert!(server.get("/").await.starts_with("HTTP/1.1 200"));
}

#[test]
fn an_address_is_tried_and_free_again() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    assert_eq!(try_address(address).unwrap_err().kind(), io::ErrorKind::AddrInUse);
    drop(taken);
    try_address(address).unwrap();
    try_address(address).unwrap();
    // An address for documentation, which no machine has (RFC 5737).
    let error = try_address("192.0.2.1:0".parse().unwrap()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrNotAvailable);
}
