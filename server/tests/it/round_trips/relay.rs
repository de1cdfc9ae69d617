//! A TCP relay in front of a real server that counts round trips.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

/// A relay on its own port. Its connections end with those of its clients.
pub(super) struct Relay {
    addr: SocketAddr,
    counts: Arc<Counts>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Counts {
    trips: AtomicUsize,
    connections: AtomicUsize,
}

impl Relay {
    pub(super) async fn before(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (addr, counts) = (listener.local_addr().unwrap(), Arc::<Counts>::default());
        let accepting = tokio::spawn(accept(listener, target, Arc::clone(&counts)));
        Self { addr, counts, accepting }
    }

    /// The same URL by way of this relay.
    pub(super) fn url(&self, direct: &str) -> String {
        let mut url = Url::parse(direct).unwrap();
        url.set_host(Some(&self.addr.ip().to_string())).unwrap();
        url.set_port(Some(self.addr.port())).unwrap();
        url.into()
    }

    /// Round trips since the last call. One begins whenever a client sends something after the server did, or for the
    /// first time on its connection: from then on somebody waits for an answer.
    pub(super) fn take_trips(&self) -> usize {
        self.counts.trips.swap(0, Ordering::SeqCst)
    }

    /// Connections so far, ended ones included.
    pub(super) fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Where a URL leads.
pub(super) fn address_of(url: &str) -> SocketAddr {
    let url = Url::parse(url).unwrap();
    // slim: redis
    let default = || Some(if url.scheme() == "redis" { 6379 } else { 5432 });
    // slim: instead
    // let default = || Some(5432);
    // slim: end
    url.socket_addrs(default).unwrap().into_iter().find(SocketAddr::is_ipv4).unwrap()
}

async fn accept(listener: TcpListener, target: SocketAddr, counts: Arc<Counts>) {
    while let Ok((client, _)) = listener.accept().await {
        counts.connections.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(connection(client, target, Arc::clone(&counts)));
    }
}

async fn connection(mut client: TcpStream, target: SocketAddr, counts: Arc<Counts>) {
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    for stream in [&client, &server] {
        // It may be closed already.
        let _ = stream.set_nodelay(true);
    }
    let ((from_client, to_client), (from_server, to_server)) = (client.split(), server.split());
    // Counted before it is passed on, so that nobody has an answer whose round trip is not counted yet.
    let is_waiting = AtomicBool::new(false);
    let asks = || {
        if !is_waiting.swap(true, Ordering::SeqCst) {
            counts.trips.fetch_add(1, Ordering::SeqCst);
        }
    };
    let answers = || is_waiting.store(false, Ordering::SeqCst);
    tokio::select! {
        () = pump(from_client, to_server, asks) => {}
        () = pump(from_server, to_client, answers) => {}
    }
}

async fn pump(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, note: impl Fn()) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        note();
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

/// Otherwise every count here would be right for the wrong reason.
#[tokio::test]
async fn a_round_trip_is_a_question_that_follows_an_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let relay = Relay::before(listener.local_addr().unwrap()).await;
    let mut client = TcpStream::connect(relay.addr).await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    let mut read = [0; 1];
    assert_eq!((relay.take_trips(), relay.connections()), (0, 1));
    for _ in 0..3 {
        // Two parts of one question, then two of its answer.
        for _ in 0..2 {
            client.write_all(b"?").await.unwrap();
            server.read_exact(&mut read).await.unwrap();
        }
        for _ in 0..2 {
            server.write_all(b"!").await.unwrap();
            client.read_exact(&mut read).await.unwrap();
        }
    }
    assert_eq!((relay.take_trips(), relay.take_trips(), relay.connections()), (3, 0, 1));
}
