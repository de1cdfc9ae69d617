//! The limits of connections, over HTTP.

use std::time::Duration;

use connections::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::helpers::{Setup, TestApp};

async fn sent(app: &TestApp, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

async fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut bytes)).await.unwrap().unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn clients_that_trickle_keep_nobody_out() {
    let app = Setup::default().limits(Limits { connections: 8, ..Limits::default() }).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let mut slow = Vec::new();
    for i in 0..30 {
        slow.push(sent(&app, &format!("GET /{i} HTTP/1.1\r\nHost: x\r\nCookie: a")).await);
        assert_eq!(app.browser().get("/healthz").await.status, 200);
    }
    assert!(ann.is_signed_in().await);
}

#[tokio::test]
async fn sixty_four_kilobytes_of_foreign_cookies_do_no_harm() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for i in 0..16 {
        ann.set_cookie(&format!("a_foreign_{i}"), &"x".repeat(4000));
    }
    assert_eq!(ann.get("/account").await.status, 200);
}

#[tokio::test]
async fn a_form_that_never_ends_is_refused() {
    let limits = Limits { body: Duration::from_millis(200), ..Limits::default() };
    let app = Setup::default().limits(limits).spawn().await;
    let head = format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nOrigin: {}\r\nContent-Type: \
         application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nemail=a",
        app.origin
    );
    let answer = rest(sent(&app, &head).await).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}
