//! Visitors behind a reverse proxy that speaks HTTP/1.1 and keeps its connections: one carries the requests of many
//! visitors, one after the other, and a stream has one for itself.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::State;
use futures::Stream;
use http::header::{CONTENT_LENGTH, HOST};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;

use super::*;

struct Proxy {
    to: SocketAddr,
    kept: Mutex<Vec<SendRequest<Body>>>,
    opened: AtomicUsize,
}

impl Proxy {
    /// In front of this server; where it listens.
    async fn before(server: &Running) -> (Arc<Self>, SocketAddr) {
        let proxy = Arc::new(Self { to: server.addr, kept: Mutex::default(), opened: AtomicUsize::new(0) });
        let router = Router::new().fallback(forward).with_state(Arc::clone(&proxy));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        (proxy, addr)
    }

    /// A connection that was kept, or a new one.
    async fn connection(&self) -> SendRequest<Body> {
        while let Some(mut kept) = self.take_kept() {
            if kept.ready().await.is_ok() {
                return kept;
            }
        }
        self.opened.fetch_add(1, Ordering::SeqCst);
        let stream = TcpStream::connect(self.to).await.unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        sender
    }

    fn take_kept(&self) -> Option<SendRequest<Body>> {
        self.kept.lock().unwrap().pop()
    }

    /// The answer's body. Once it is complete its connection is kept; if the visitor leaves before, it is closed.
    fn pass_on(
        self: Arc<Self>,
        body: Body,
        sender: SendRequest<Body>,
    ) -> Pin<Box<impl Stream<Item = Result<Bytes, axum::Error>>>> {
        let begin = (body.into_data_stream(), Some(sender));
        Box::pin(futures::stream::unfold(begin, move |(mut body, mut sender)| {
            let proxy = Arc::clone(&self);
            async move {
                let part = body.next().await;
                if part.is_none() {
                    proxy.kept.lock().unwrap().extend(sender.take());
                }
                part.map(|part| (part, (body, sender)))
            }
        }))
    }
}

async fn forward(State(proxy): State<Arc<Proxy>>, request: Request) -> Result<Response, Infallible> {
    let mut sender = proxy.connection().await;
    let mut passed_on = Request::new(Body::empty());
    *passed_on.uri_mut() = request.uri().path().parse().unwrap();
    passed_on.headers_mut().insert(HOST, http::HeaderValue::from_static("x"));
    let Ok(answer) = sender.send_request(passed_on).await else {
        let mut failed = Response::new(Body::empty());
        *failed.status_mut() = StatusCode::BAD_GATEWAY;
        return Ok(failed);
    };
    let (mut head, body) = answer.into_parts();
    // With a length the end of the body would not be asked for, which tells that the connection is free.
    head.headers.remove(CONTENT_LENGTH);
    Ok(Response::from_parts(head, Body::from_stream(proxy.pass_on(Body::new(body), sender))))
}

/// A visitor's whole exchange, by way of the proxy.
async fn get(proxy: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(proxy).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    rest(&mut stream).await
}

/// A visitor who asks for a stream and has got the first of it.
async fn streaming(proxy: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(proxy).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await.unwrap();
    let mut head = [0; 15];
    tokio::time::timeout(PATIENCE, stream.read_exact(&mut head)).await.expect("in time").unwrap();
    assert_eq!(head, *b"HTTP/1.1 200 OK");
    stream
}

#[tokio::test]
async fn hundreds_of_visitors_need_few_connections() {
    let server = start(Limits { connections: 4, spare: 0, ..LIMITS }).await;
    let (proxy, addr) = Proxy::before(&server).await;
    let mut streams = Vec::new();
    for _ in 0..2 {
        streams.push(streaming(addr, "/stream").await);
    }
    for visitor in 0..300 {
        assert!(get(addr, "/").await.starts_with("HTTP/1.1 200"), "visitor {visitor}");
    }
    let opened = proxy.opened.load(Ordering::SeqCst);
    assert!(opened <= 4, "{opened}: two for the streams and the rest by one or two");
    server.go_on.notify_waiters();
    for stream in &mut streams {
        answer(stream, "later\r\n0\r\n\r\n").await;
    }
}

/// Whatever one visitor of a proxy does not read holds back nobody else of that proxy.
#[tokio::test]
async fn streams_that_nobody_reads_give_way_to_other_visitors_of_the_proxy() {
    let server = start(Limits { connections: 4, spare: 0, ..LIMITS }).await;
    let (_proxy, addr) = Proxy::before(&server).await;
    let mut unread = Vec::new();
    let start = Instant::now();
    for _ in 0..12 {
        // The first few, until they are known not to read, are being served as everybody is.
        loop {
            assert!(start.elapsed() < PATIENCE, "no stream gives way");
            if get(addr, "/").await.starts_with("HTTP/1.1 200") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let mut stream = TcpStream::connect(addr).await.unwrap();
        stream.write_all(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        unread.push(stream);
    }
    tokio::time::timeout(PATIENCE, server.given_up.notified()).await.expect("one has given way");
}

#[tokio::test]
async fn a_visitor_who_leaves_a_stream_frees_its_place() {
    let server = start(Limits { connections: 4, spare: 0, ..LIMITS }).await;
    let (_proxy, addr) = Proxy::before(&server).await;
    for _ in 0..20 {
        let stream = streaming(addr, "/endless").await;
        drop(stream);
        tokio::time::timeout(PATIENCE, server.given_up.notified()).await.expect("the stream has ended");
    }
    assert!(get(addr, "/").await.starts_with("HTTP/1.1 200"));
}
