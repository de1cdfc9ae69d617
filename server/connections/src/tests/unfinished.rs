//! What requests may hold while they are incomplete, all of them together.

use tokio::io::AsyncWriteExt as _;

use super::{GET, LIMITS, PATIENCE, answer, rest, start};
use crate::Limits;

const BOUNDED: Limits = Limits { unfinished_bytes: 100_000, ..LIMITS };

/// Headers without their end.
fn headers(bytes: usize) -> String {
    format!("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {}", "c".repeat(bytes))
}

/// Sends until the server has closed the connection, which may be before everything is sent.
async fn is_closed(stream: &mut tokio::net::TcpStream) {
    let closed = async {
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, closed).await.expect("it is closed");
}

#[tokio::test]
async fn the_largest_unfinished_headers_give_way() {
    let server = start(BOUNDED).await;
    let mut small = server.sent(headers(1_000)).await;
    let mut large = server.sent(headers(60_000)).await;
    let mut next = server.sent(headers(50_000)).await;
    is_closed(&mut large).await;
    for stream in [&mut small, &mut next] {
        stream.write_all(b"\r\n\r\n").await.expect("still open");
        assert!(rest(stream).await.starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn so_do_bodies_that_are_still_coming() {
    let server = start(BOUNDED).await;
    let body = |bytes: usize| {
        format!(
            "POST /length HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 70000\r\n\r\n{}",
            "b".repeat(bytes)
        )
    };
    let mut large = server.sent(body(60_000)).await;
    let mut next = server.sent(body(50_000)).await;
    is_closed(&mut large).await;
    next.write_all("b".repeat(20_000).as_bytes()).await.expect("still open");
    assert!(rest(&mut next).await.ends_with("\r\n70000"));
}

#[tokio::test]
async fn what_is_served_does_not_give_way() {
    let server = start(BOUNDED).await;
    let mut served = server
        .sent(format!(
            "GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {}\r\n\r\n",
            "c".repeat(70_000)
        ))
        .await;
    tokio::time::timeout(PATIENCE, server.waiting.notified()).await.expect("it arrives");
    let mut next = server.sent(headers(60_000)).await;
    is_closed(&mut next).await;
    server.go_on.notify_waiters();
    assert!(rest(&mut served).await.ends_with("waited"));
}

/// Otherwise requests of ordinary size would use up the bound one after the other.
#[tokio::test]
async fn answered_requests_hold_nothing() {
    let server = start(BOUNDED).await;
    let mut waiting = server.sent(headers(60_000)).await;
    let mut kept = server.connect().await;
    let request = format!("GET / HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n", "c".repeat(30_000));
    for _ in 0..10 {
        kept.write_all(request.as_bytes()).await.expect("written");
        answer(&mut kept, "127.0.0.1").await;
    }
    // An answer that goes on holds nothing of its request.
    let mut stream = server
        .sent(format!("GET /stream HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n", "c".repeat(30_000)))
        .await;
    answer(&mut stream, "first\r\n").await;
    kept.write_all(request.as_bytes()).await.expect("written");
    answer(&mut kept, "127.0.0.1").await;
    waiting.write_all(b"\r\n\r\n").await.expect("still open");
    assert!(rest(&mut waiting).await.starts_with("HTTP/1.1 200"));
    kept.write_all(GET.as_bytes()).await.expect("still open");
    answer(&mut kept, "127.0.0.1").await;
}
