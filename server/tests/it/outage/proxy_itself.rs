//! The proxy works as described: otherwise every test here would pass for the wrong reason.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::support::fault_proxy::{FaultProxy, Mode};

const SHORT: Duration = Duration::from_millis(100);

/// An echo server.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    addr
}

async fn ask(stream: &mut TcpStream) -> std::io::Result<[u8; 4]> {
    stream.write_all(b"ping").await?;
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

async fn connected(mode: Mode) -> (FaultProxy, TcpStream) {
    let proxy = FaultProxy::before(echo().await);
    let mut stream = TcpStream::connect(proxy.addr()).await.unwrap();
    assert_eq!(&ask(&mut stream).await.unwrap(), b"ping");
    proxy.set(mode).await;
    (proxy, stream)
}

async fn fresh(proxy: &FaultProxy) -> std::io::Result<[u8; 4]> {
    ask(&mut TcpStream::connect(proxy.addr()).await?).await
}

#[tokio::test]
async fn refusing_resets_what_is_open_and_comes_back_on_the_same_port() {
    let (proxy, mut stream) = connected(Mode::Refuse).await;
    assert_eq!(
        timeout(SHORT * 20, ask(&mut stream)).await.unwrap().unwrap_err().kind(),
        ErrorKind::ConnectionReset
    );
    assert_eq!(fresh(&proxy).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    proxy.set(Mode::Pass).await;
    assert_eq!(&fresh(&proxy).await.unwrap(), b"ping");
}

#[tokio::test]
async fn in_a_black_hole_old_connections_stay_silent_for_ever() {
    let (proxy, mut stream) = connected(Mode::BlackHole).await;
    assert!(timeout(SHORT, ask(&mut stream)).await.is_err());
    assert!(timeout(SHORT, fresh(&proxy)).await.is_err());
    proxy.set(Mode::Pass).await;
    assert!(timeout(SHORT * 3, ask(&mut stream)).await.is_err());
    assert_eq!(&fresh(&proxy).await.unwrap(), b"ping");
}

#[tokio::test]
async fn a_frozen_connection_goes_on_where_it_was() {
    let (proxy, mut stream) = connected(Mode::Freeze).await;
    stream.write_all(b"ping").await.unwrap();
    let mut answer = [0; 4];
    assert!(timeout(SHORT, stream.read_exact(&mut answer)).await.is_err());
    proxy.set(Mode::Pass).await;
    timeout(SHORT * 20, stream.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"ping");
}

#[tokio::test]
async fn answers_come_later_or_break_off() {
    let (proxy, mut stream) = connected(Mode::Delay(SHORT)).await;
    let begun = Instant::now();
    assert_eq!(&ask(&mut stream).await.unwrap(), b"ping");
    assert!(begun.elapsed() >= SHORT);
    proxy.set(Mode::ResetMidReply).await;
    stream.write_all(b"ping").await.unwrap();
    let mut answer = Vec::new();
    let error = stream.read_to_end(&mut answer).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert!(answer.len() <= 1, "one byte, or none if the reset was faster");
}
