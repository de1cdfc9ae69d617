//! What becomes of connections when the server stops.

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::{GET, LIMITS, PATIENCE, Running, SOON, answer, rest, start};
use crate::Limits;

#[tokio::test]
async fn stopping_finishes_what_is_under_way_and_nothing_else() {
    let server = start(LIMITS).await;
    let mut idle = server.sent(GET).await;
    answer(&mut idle, "127.0.0.1").await;
    let mut busy = server.sent("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n").await;
    tokio::time::timeout(PATIENCE, server.waiting.notified()).await.expect("it arrives");
    server.stop.send(true).expect("it runs");
    assert_eq!(rest(&mut idle).await, "");
    drop(idle);
    assert!(TcpStream::connect(server.addr).await.is_err(), "no new ones");
    server.go_on.notify_waiters();
    assert!(rest(&mut busy).await.ends_with("waited"));
    drop(busy);
    tokio::time::timeout(PATIENCE, server.serving).await.expect("it ends").expect("without a panic");
}

#[tokio::test]
async fn who_has_just_connected_is_still_served() {
    let server = start(LIMITS).await;
    let mut early = accepted(&server).await;
    server.stop.send(true).expect("it runs");
    // It has stopped accepting, and so has been told.
    while TcpStream::connect(server.addr).await.is_ok() {
        tokio::task::yield_now().await;
    }
    early.write_all(GET.as_bytes()).await.expect("written");
    assert!(rest(&mut early).await.ends_with("127.0.0.1"), "served, and then closed");
    tokio::time::timeout(PATIENCE, server.serving).await.expect("it ends").expect("without a panic");
}

#[tokio::test]
async fn who_has_connected_and_asks_nothing_is_not_waited_for() {
    let server = start(Limits { arriving: SOON, ..LIMITS }).await;
    let mut silent = accepted(&server).await;
    server.stop.send(true).expect("it runs");
    assert_eq!(rest(&mut silent).await, "");
    tokio::time::timeout(PATIENCE, server.serving).await.expect("it ends").expect("without a panic");
}

/// A connection that has sent nothing.
async fn accepted(server: &Running) -> TcpStream {
    let stream = server.connect().await;
    // Connections are accepted in the order in which they came.
    server.get("/").await;
    stream
}
